/**
 * The canary: a small program whose answer is known, run before and after the diagnostics in the same
 * isolation. A GPU that gets it wrong computes wrong, and nothing that it computed counts.
 */
import type { Canary, HealthFinding } from '../../spec-tools/index.ts'
import type { Diagnosed } from '../bundle/gather.ts'

/** Where the program is, or why there is none. */
export type CanaryProgram = { folder: string } | { missing: string }

export const canaryName = 'canary'

export interface CanaryRun {
  canary: Canary
  /** What voids the run; null unless the answer was wrong. */
  finding: HealthFinding | null
}

/** @param run Runs the program as a diagnostic is run. */
export async function runCanary(
  when: Canary['when'],
  program: CanaryProgram,
  run: (folder: string) => Promise<Diagnosed>,
): Promise<CanaryRun> {
  const { status, detail } =
    'missing' in program
      ? { status: 'not run' as const, detail: program.missing }
      : answerOf(await run(program.folder))
  return {
    canary: { when, status, detail: detail.slice(0, 4096) },
    finding:
      status === 'failed'
        ? {
            kind: 'canary',
            when,
            diagnostic: null,
            detail:
              `The canary, whose answer is known, failed ${when} the diagnostics: ${detail}`.slice(
                0,
                4096,
              ),
            advice:
              'Run it by hand on the machine. If it fails again, the GPU, its memory or its driver is at fault: look at dmesg for Xid errors, and reset the GPU.',
            voids: true,
          }
        : null,
  }
}

/** Exit codes of a shell that cannot start a program, also where the program needs a library. */
const notStarted = new Set([126, 127])
/** Of the built-in programs: something kept it from measuring. */
const notMeasured = 3
/** Then the toolkit and the driver, or the program and the GPU, do not fit: nothing is wrong with either. */
const misfit = /cudaErrorInsufficientDriver|cudaErrorNoKernelImageForDevice/

function answerOf({ diagnostic, files }: Diagnosed): Pick<Canary, 'status' | 'detail'> {
  const { exit, stdout, stderr } = diagnostic
  const [said, complained] = [stdout, stderr].map(({ file }) => lastLine(files.get(file)))
  const words = [said, complained].filter((line) => line !== '').join(' ')
  if (exit.timedOut) return { status: 'failed', detail: 'it did not end in time.' }
  if (exit.signal !== null) return { status: 'failed', detail: `it was ended by ${exit.signal}.` }
  if (exit.code === 0) return { status: 'passed', detail: said ?? '' }
  const foreign = exit.code === notMeasured && misfit.test(words)
  const status = foreign || notStarted.has(exit.code ?? 0) ? 'not run' : 'failed'
  return { status, detail: words === '' ? `exit code ${exit.code}.` : words }
}

function lastLine(log: Uint8Array | undefined): string {
  const text = new TextDecoder().decode(log).trimEnd()
  return text.slice(text.lastIndexOf('\n') + 1).slice(0, 1000)
}
