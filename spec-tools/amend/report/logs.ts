/** What was printed: figures that no stage compares, and the logs; folded away. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../../bundle/index.ts'
import type { Diagnostic, Evidence } from '../../evidence/index.ts'
import type { Judgement } from '../../judge/types.ts'
import {
  clip,
  code,
  codeBlock,
  details,
  paragraph,
  strong,
  type Part,
} from '../../render/markdown/index.ts'
import { collectFigures } from '../figures.ts'
import { plural } from '../headline.ts'
import { printedTables } from '../section/printed.ts'

/** Characters of a line of a log. */
const shownCharacters = 240

export function printedParts(
  evidence: Evidence,
  { rows }: Pick<Judgement, 'rows'>,
  files: Bundle['files'],
  folder: string,
): Part[] {
  const ran = evidence.diagnostics.filter(({ repeat }) => repeat === undefined)
  const compared = new Set(
    rows.flatMap(({ candidate, reference }) =>
      [candidate, reference].flatMap((side) => side?.measurements ?? []),
    ),
  )
  const other = evidence.measurements.filter(
    ({ id, side, against, repeat = 0 }) =>
      repeat === 0 && !compared.has(id) && (side === null || against === null),
  )
  const tables = ran.flatMap((one) =>
    printedTables({ measurements: other }, one, collectFigures(), folder),
  )
  const logs = (lines: number) => ran.flatMap((one) => log(one, files, folder, lines))
  const folded = (lines: number) => {
    const drawn = logs(lines)
    return drawn.length === 0 ? [] : details(`Logs of ${plural(ran.length, 'diagnostic')}`, drawn)
  }
  return [
    {
      name: 'other figures',
      forms: [
        other.length === 0
          ? []
          : details(`${plural(other.length, 'figure')} beside the stages`, tables),
        [],
      ],
      shed: 2,
    },
    { name: 'logs', forms: [folded(60), folded(12), []], shed: 1 },
  ]
}

function log(
  { id, stdout }: Diagnostic,
  files: Bundle['files'],
  folder: string,
  most: number,
): RootContent[] {
  const bytes = files.get(stdout.file)
  if (bytes === undefined || bytes.length === 0) return []
  const lines = new TextDecoder().decode(bytes).replace(/\n$/, '').split('\n')
  const shown = lines.slice(0, most).map((line) => clip(line, shownCharacters))
  const more = lines.length - shown.length
  return [
    paragraph(strong(code(id))),
    codeBlock(shown.join('\n'), 'text'),
    ...(more > 0
      ? [paragraph(`${more} more lines are in `, code(`${folder}${stdout.file}`), '.')]
      : []),
  ]
}
