/** The commands of the command line, in the order of `--help` and of the README's table. */
import type { Command } from './command.ts'

/** Each command is loaded when it is asked for, so that `--help` and small commands start fast. */
export const commands: Record<string, () => Promise<Command>> = {
  demo: async () => (await import('./demo.ts')).demo,
  serve: async () => (await import('./serve.ts')).serve,
  run: async () => (await import('./run.ts')).run,
  draft: async () => (await import('./draft.ts')).draft,
  amend: async () => (await import('./amend.ts')).amend,
  check: async () => (await import('./check.ts')).check,
  read: async () => (await import('./read.ts')).read,
  inspect: async () => (await import('./inspect.ts')).inspect,
  replay: async () => (await import('./replay.ts')).replay,
  seal: async () => (await import('./seal.ts')).seal,
  verify: async () => (await import('./verify.ts')).verify,
  compare: async () => (await import('./compare.ts')).compare,
  blame: async () => (await import('./blame.ts')).blame,
  site: async () => (await import('./site.ts')).site,
  plot: async () => (await import('./plot.ts')).plot,
  investigate: async () => (await import('./investigate.ts')).investigate,
  plan: async () => (await import('./plan.ts')).plan,
  completions: async () => (await import('./completions.ts')).completionsOf(commands),
}
