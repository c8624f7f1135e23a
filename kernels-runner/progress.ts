/** Says what runs, for how long, and what is left. */
import type { Diagnostic, DiagnosticSettings } from '../spec-tools/index.ts'
import { milliseconds, spoken } from './duration.ts'
import type { RunLog } from './job-log.ts'
import type { Chosen } from './plan.ts'

const everyMs = 15_000

export interface Progress {
  begin(id: string): { end(diagnostic: Diagnostic, measurements: number): void }
  skip(id: string, why: string): void
}

export function showProgress(chosen: Chosen, log: RunLog): Progress {
  const left = new Map(chosen)
  return {
    begin(id) {
      const settings = left.get(id)
      left.delete(id)
      const limit = settings ? milliseconds(settings.timeout) : 0
      log.open(`${chosen.length - left.size} of ${chosen.length}: ${id}`)
      log.show(Buffer.from(`$ ${settings?.run.trimEnd() ?? ''}\n`))
      let ran = 0
      const timer = setInterval(() => {
        ran += everyMs
        log.say(
          `… ${id} has run for ${spoken(ran)} of at most ${spoken(limit)}; ${remaining(left)}.`,
        )
      }, everyMs)
      timer.unref()
      return {
        end(diagnostic, measurements) {
          clearInterval(timer)
          log.close()
          const said = `${id}: ${ending(diagnostic)} after ${spoken(diagnostic.seconds * 1000)}, ${measurements} measurements; ${remaining(left)}.`
          if (diagnostic.exit.code === 0) log.say(said)
          else log.warn(said)
        },
      }
    },
    skip(id, why) {
      left.delete(id)
      log.warn(`${id}: not run, ${why}.`)
    },
  }
}

function remaining(left: ReadonlyMap<string, DiagnosticSettings>): string {
  if (left.size === 0) return 'none left'
  const longest = [...left.values()].reduce((sum, { timeout }) => sum + milliseconds(timeout), 0)
  return `${left.size} left, at most ${spoken(longest)}`
}

function ending({ exit }: Diagnostic): string {
  if (exit.timedOut) return 'stopped at its time limit'
  return exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`
}
