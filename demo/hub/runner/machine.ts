import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { arch, platform } from 'node:process'

/** The folders of one job on a self-hosted runner, laid out as GitHub's runner does. */
export interface Machine {
  work: string
  workspace: string
  temp: string
  tools: string
  actions: string
  home: string
  name: string
}

export async function prepareMachine(work: string, repositoryName: string): Promise<Machine> {
  const machine = {
    work,
    workspace: join(work, repositoryName, repositoryName),
    temp: join(work, '_temp'),
    tools: join(work, '_tool'),
    actions: join(work, '_actions'),
    home: join(work, '_home'),
    name: 'stand-in runner',
  }
  for (const folder of [machine.workspace, machine.temp, machine.tools, machine.home]) {
    await mkdir(folder, { recursive: true })
  }
  return machine
}

/** The `runner` context; its values are also the `RUNNER_*` variables. */
export function runnerContext(machine: Machine, environment: string) {
  const systems: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
  return {
    name: machine.name,
    os: systems[platform] ?? 'Linux',
    arch: arch.toUpperCase(),
    temp: machine.temp,
    tool_cache: machine.tools,
    workspace: join(machine.workspace, '..'),
    environment,
    debug: '',
  }
}

/** `github.run_id` -> `GITHUB_RUN_ID`, for every value of a context that is text. */
export function contextVariables(
  prefix: string,
  context: Record<string, unknown>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context)
      .filter(([name, value]) => typeof value !== 'object' && name !== 'token' && name !== 'debug')
      .map(([name, value]) => [`${prefix}_${name.toUpperCase()}`, String(value)]),
  )
}
