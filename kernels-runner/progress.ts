/** Says what runs, for how long, and what is left. */
import type { Diagnostic } from '../spec-tools/index.ts'
import { milliseconds, spoken } from './duration.ts'
import type { RunLog } from './job-log.ts'
import type { PlannedRun } from './plan.ts'

const everyMs = 15_000

export interface Progress {
  begin(run: PlannedRun): { end(diagnostic: Diagnostic, measurements: number): void }
  skip(run: PlannedRun, why: string): void
}

export function showProgress(runs: readonly PlannedRun[], log: RunLog): Progress {
  const left = new Set(runs)
  return {
    begin(run) {
      const { settings } = run
      left.delete(run)
      const limit = milliseconds(settings.timeout)
      const name = nameOf(run)
      log.open(`${runs.length - left.size} of ${runs.length}: ${name}`)
      log.show(Buffer.from(`$ ${settings.run.trimEnd()}\n`))
      let ran = 0
      const timer = setInterval(() => {
        ran += everyMs
        log.say(
          `… ${name} has run for ${spoken(ran)} of at most ${spoken(limit)}; ${remaining(left)}.`,
        )
      }, everyMs)
      timer.unref()
      return {
        end(diagnostic, measurements) {
          clearInterval(timer)
          log.close()
          const said = `${name}: ${ending(diagnostic)} after ${spoken(diagnostic.seconds * 1000)}, ${measurements} measurements; ${remaining(left)}.`
          if (diagnostic.exit.code === 0) log.say(said)
          else log.warn(said)
        },
      }
    },
    skip(run, why) {
      left.delete(run)
      log.warn(`${nameOf(run)}: not run, ${why}.`)
    },
  }
}

/** `q4k`, or `q4k, run 2 of 2` where it is run more than once. */
export function nameOf({ id, repeat, of }: PlannedRun): string {
  return of === 1 ? id : `${id}, run ${repeat + 1} of ${of}`
}

function remaining(left: ReadonlySet<PlannedRun>): string {
  if (left.size === 0) return 'none left'
  const longest = [...left].reduce((sum, { settings }) => sum + milliseconds(settings.timeout), 0)
  return `${left.size} left, at most ${spoken(longest)}`
}

function ending({ exit }: Diagnostic): string {
  if (exit.timedOut) return 'stopped at its time limit'
  return exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`
}
