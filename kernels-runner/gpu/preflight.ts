/** Whether the GPU can be measured on, asked before anything of the pull request runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthFinding, HealthSettings } from '../../spec-tools/index.ts'
import type { Environment } from '../environment.ts'
import { findingsBefore, mayPass } from './health.ts'
import { probeGpu, type Probe } from './probe.ts'

export interface Preflight {
  probe: Probe
  /** Empty where there is no GPU. */
  findings: HealthFinding[]
}

export interface Patience {
  /** How often it is asked again while something that may pass stands in the way. */
  times: number
  pauseMs: number
}

/** The process of the job before may take a moment to end. */
const usual: Patience = { times: 2, pauseMs: 1000 }

/**
 * @param paths Absolute paths of nvidia-smi; the first that exists is asked.
 * @param env In which the diagnostics run.
 */
export async function preflight(
  paths: readonly string[],
  env: Environment,
  limits: HealthSettings,
  patience: Patience = usual,
): Promise<Preflight> {
  const probe = await probeGpu(paths, env)
  const findings = findingsOf(probe, limits)
  const grave = findings.filter(({ voids }) => voids)
  if (patience.times === 0 || grave.length === 0 || !grave.every(mayPass)) {
    return { probe, findings }
  }
  await sleep(patience.pauseMs)
  return preflight(paths, env, limits, { ...patience, times: patience.times - 1 })
}

function findingsOf({ gpu, devices, processes }: Probe, limits: HealthSettings): HealthFinding[] {
  if (gpu.status !== 'unreadable') return findingsBefore(devices, processes, limits)
  return [
    {
      kind: 'unhealthy',
      when: 'before',
      diagnostic: null,
      detail: `The GPU cannot be read: ${gpu.detail}`,
      advice:
        'Run nvidia-smi on the machine: a driver that was updated wants to be loaded again, a GPU that is lost wants a restart.',
      voids: true,
    },
  ]
}
