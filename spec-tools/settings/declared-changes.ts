/** What an investigation says that its verdicts change, checked for sense. */
import { changesOn, figuresInText } from './changes.ts'
import type { Hypothesis } from './investigation.ts'
import { type Names, parseFigure, PredicateError } from './predicate/index.ts'
import { excerpt, type Note, type Path } from './problem.ts'

export function problemsOfChanges(
  hypothesis: Hypothesis,
  { path, names, statuses }: { path: Path; names: Names; statuses: readonly string[] },
  note: Note,
): void {
  const seen = new Set<string>()
  for (const [index, { row, to, on }] of hypothesis.flips.entries()) {
    if (row !== undefined && to !== undefined && !statuses.some((one) => isStatus(to, one))) {
      note([...path, 'flips', index, 'to'], {
        what: 'this is no status of the settings',
        received: excerpt(to),
        remedy: `Use one of: ${statuses.join(', ')}; a qualifier that rows have may follow after _. Other texts are written by \`cell: [row, column]\``,
      })
    }
    const key = JSON.stringify([row, on])
    if (row !== undefined && seen.has(key)) {
      note([...path, 'flips', index, 'row'], {
        what: `this row is flipped twice when the verdict is ${on}`,
        received: excerpt(row),
        remedy: 'Keep one of the flips',
      })
    }
    seen.add(key)
  }
  const changes = ['CONFIRMED', 'REFUTED'].flatMap((verdict) => changesOn(hypothesis, verdict))
  for (const change of changes) {
    if (!('to' in change)) continue
    const key = change.kind === 'cell' ? 'flips' : 'replaces'
    problemsOfFigures([change.to].flat().join(' '), [...path, key], names, note)
  }
}

/** `PARTIAL`, or qualified as documents do it: `PARTIAL_ALGORITHM_LEVEL`. */
function isStatus(text: string, status: string): boolean {
  return text.startsWith(status) && /^(?:_[A-Z0-9_]+)?$/.test(text.slice(status.length))
}

function problemsOfFigures(text: string, path: Path, names: Names, note: Note): void {
  for (const figure of figuresInText(text)) {
    try {
      parseFigure(figure, names)
    } catch (error) {
      if (!(error instanceof PredicateError)) throw error
      note(path, {
        what: `what stands in braces is a figure of the run: ${error.message}`,
        received: excerpt(`{${figure}}`),
        remedy: error.remedy,
      })
    }
  }
}
