/** What a run showed, in parts: the comment, the check and the step summary are made of them. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../bundle/index.ts'
import type { Diagnostic, Evidence } from '../evidence/index.ts'
import {
  clip,
  code,
  codeBlock,
  details,
  divergenceNotes,
  divergenceTable,
  list,
  paragraph,
  prose,
  strong,
  table,
  type Part,
} from '../render/markdown/index.ts'
import type { Judgement } from '../judge/types.ts'
import { tellingRows } from './bounded.ts'
import { collectFigures } from './figures.ts'
import { headline } from './headline.ts'
import { machine } from './section/evidence.ts'
import { lastLinesOf } from './section/last-lines.ts'
import { printedTables } from './section/printed.ts'

/** First the verdict, then what it rests on; the longest and least needed is shed first. */
export function reportParts(
  evidence: Evidence,
  judgement: Judgement,
  warnings: readonly string[],
): Part[] {
  return [
    {
      name: 'headline',
      forms: [[paragraph(strong(prose(clip(headline(evidence, judgement), 2000))))]],
    },
    { name: 'machine', forms: [machine(evidence, collectFigures()), []], shed: 8 },
    stages(judgement),
    { name: 'notes', forms: [divergenceNotes(judgement), []], shed: 3 },
    hypotheses(judgement),
    nextSteps(judgement),
    warningList(warnings),
    lastLines(evidence),
  ]
}

/** Figures and logs, folded away. */
export function foldedParts({ evidence, files }: Bundle, folder: string): Part[] {
  const firstRuns = evidence.diagnostics.filter(({ repeat }) => repeat === undefined)
  return firstRuns.flatMap((diagnostic): Part[] => [
    {
      name: `figures of ${diagnostic.id}`,
      forms: [
        details(
          `Figures of ${diagnostic.id}`,
          printedTables(evidence, diagnostic, collectFigures(), folder),
        ),
        [],
      ],
      shed: 2,
    },
    { name: `log of ${diagnostic.id}`, forms: [log(diagnostic, files, folder), []], shed: 1 },
  ])
}

function stages(judgement: Judgement): Part {
  const form = (limit: number): RootContent[] => {
    const rows = tellingRows(judgement.rows, limit)
    const drawn = divergenceTable(judgement, undefined, rows)
    if (drawn === undefined) return []
    const left = judgement.rows.length - rows.length
    const { candidate, reference } = judgement.sides
    return [
      paragraph(
        'Candidate ',
        code(candidate),
        ' / reference ',
        code(reference),
        '. ',
        prose(judgement.first.text),
      ),
      drawn,
      ...(left > 0 ? [paragraph(`${left} more stages, all of them further from a finding.`)] : []),
    ]
  }
  return {
    name: 'stages',
    forms: [form(Infinity), ...[256, 64, 16].filter((n) => n < judgement.rows.length).map(form)],
    shed: 4,
  }
}

function hypotheses({ hypotheses: verdicts }: Judgement): Part {
  const form = (limit: number): RootContent[] =>
    verdicts.length === 0
      ? []
      : [
          table(
            ['left', 'left', 'left', 'left'],
            ['Verdict', 'Hypothesis', 'Claim', 'Why'],
            verdicts
              .slice(0, limit)
              .map(({ outcome, id, claim, reason }) => [
                strong(outcome),
                code(id),
                clip(claim, 400),
                prose(clip(reason, 600)),
              ]),
          ),
        ]
  return { name: 'hypotheses', forms: [form(Infinity), form(12)], shed: 6 }
}

function nextSteps({ next }: Judgement): Part {
  const form = (limit: number): RootContent[] =>
    next.length === 0
      ? []
      : [
          paragraph(strong('Next: ')),
          list(
            next.slice(0, limit).map(({ text }) => prose(clip(text, 1000))),
            { ordered: true },
          ),
        ]
  return { name: 'next steps', forms: [form(Infinity), form(3)], shed: 5 }
}

function lastLines({ diagnostics }: Evidence): Part {
  const forms = [Infinity, 3].map((lines) => lastLinesOf(diagnostics, lines))
  return { name: 'last lines of what failed', forms: [...forms, []], shed: 5 }
}

function warningList(warnings: readonly string[]): Part {
  const form = (limit: number): RootContent[] =>
    warnings.length === 0
      ? []
      : [
          paragraph(strong('Warnings')),
          list(warnings.slice(0, limit).map((warning) => prose(clip(warning, 600)))),
        ]
  return { name: 'warnings', forms: [form(Infinity), form(12)], shed: 7 }
}

/** Lines of a log that are shown, and characters of a line. */
const shownLines = 60
const shownCharacters = 240

function log({ id, stdout }: Diagnostic, files: Bundle['files'], folder: string): RootContent[] {
  const bytes = files.get(stdout.file)
  if (bytes === undefined || bytes.length === 0) return []
  const lines = new TextDecoder().decode(bytes).split('\n')
  const shown = lines.slice(0, shownLines).map((line) => clip(line, shownCharacters))
  const more = lines.length - shown.length
  return details(`Log of ${id}`, [
    codeBlock(shown.join('\n'), 'text'),
    ...(more > 0
      ? [paragraph(`${more} more lines are in `, code(`${folder}${stdout.file}`), '.')]
      : []),
  ])
}
