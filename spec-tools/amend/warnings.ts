/** Everything that a reader must know before believing an amendment, as plain sentences. */
import { onlyReads, type Evidence } from '../evidence/index.ts'
import type { Judgement } from '../judge/types.ts'
import { isDeclaredEnd } from './declared-end.ts'
import type { Ground } from './ground/index.ts'
import { plural } from './headline.ts'

export function runWarnings(evidence: Evidence, judgement: Judgement): string[] {
  const { machine, diagnostics } = evidence
  const claimed = diagnostics.filter(({ id }) => isDeclaredEnd(id, judgement))
  return [
    ...(onlyReads(diagnostics)
      ? ['Nothing was run: the logs were read from files, and nobody vouches for them.']
      : machine.gpu.status === 'present'
        ? []
        : [`No GPU was used (${machine.gpu.status}): every diagnostic ran on the CPU.`]),
    ...judgement.warnings.filter(
      (one) => !claimed.some(({ id }) => one.startsWith(`${id} ended with exit code `)),
    ),
    ...unread(diagnostics),
  ]
}

/** One sentence for all diagnostics. */
function unread(diagnostics: Evidence['diagnostics']): string[] {
  const some = diagnostics.filter(({ stdout }) => stdout.unread > 0)
  const lines = some.reduce((sum, { stdout }) => sum + stdout.unread, 0)
  const ids = [...new Set(some.map(({ id }) => id))]
  const named =
    ids.length > 4 ? `${ids.slice(0, 4).join(', ')} and ${ids.length - 4} more` : ids.join(', ')
  return lines === 0 ? [] : [`${named}: ${plural(lines, 'line')} with digits could not be read.`]
}

/** Those of the run, and what was found in the spec. */
export function allWarnings(evidence: Evidence, judgement: Judgement, ground: Ground): string[] {
  const { refuted, scoreboard, version, missed } = ground
  return [
    ...runWarnings(evidence, judgement),
    ...(version === null ? ['The spec states no version; none was raised.'] : []),
    ...refuted
      .filter(({ title }) => title === null)
      .map(({ label }) => `The investigation bears on ${label}, which the spec does not hold.`),
    ...(scoreboard?.drift ?? []).map(({ text }) => `${text}.`.replace(/\.\.$/, '.')),
    ...(scoreboard?.unclear ?? []).map(
      ({ id, line, reason }) => `${id} (line ${line}): ${reason}.`,
    ),
    ...missed.map(({ what, reason }) => `“${what}” was not changed: ${reason}.`),
    ...(scoreboard?.left ?? []).map(
      ({ text, line, reason }) => `“${text}” (line ${line}) was left as it is: ${reason}.`,
    ),
    ...(scoreboard?.unresolved ?? []).map(
      ({ row, reason }) => `${row} was not flipped: ${reason}.`,
    ),
  ]
}
