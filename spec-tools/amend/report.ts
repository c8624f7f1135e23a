/**
 * What a run showed, in parts: the comment, the check and the step summary are made of them. Nothing
 * is said twice: what a person must know stands unfolded, all else folded away as tables.
 */
import type { RootContent } from 'mdast'
import type { Bundle } from '../bundle/index.ts'
import type { Evidence } from '../evidence/index.ts'
import {
  clip,
  code,
  details,
  figureTables,
  heading,
  list,
  noteTable,
  paragraph,
  prose,
  strong,
  type Inline,
  type Part,
} from '../render/markdown/index.ts'
import type { Judgement } from '../judge/types.ts'
import { tellingRows } from './bounded.ts'
import { clipped } from './clipped.ts'
import { headline, longestHeadline, plural } from './headline.ts'
import { claimTable } from './report/claims.ts'
import { printedParts } from './report/logs.ts'
import { machineLine } from './report/machine.ts'
import { outcomeTable } from './report/next.ts'
import { mostWords, shownOf, wordsIn } from './report/shown.ts'
import { stagesShown } from './report/stages.ts'
import { ownJudgesText, type OwnJudges } from './own-judges.ts'
import { lastLinesOf } from './section/last-lines.ts'

/** What only some of the pages show. */
export interface Extra {
  /** One line about what changes in the spec; none where nothing does. */
  scoreboard?: readonly RootContent[]
  /** The picture, folded away; none where there is nothing to plot. */
  plot?: readonly RootContent[]
  /** What the pull request changes of what it is judged by. */
  judges?: OwnJudges | undefined
  /** The finding stands above already, as a title. */
  titled?: boolean
}

/** First the finding, then what it rests on; the longest and least needed is shed first. */
export function reportParts(
  evidence: Evidence,
  judgement: Judgement,
  warnings: readonly string[],
  { scoreboard = [], plot = [], judges, titled = false }: Extra = {},
): Part[] {
  const own = ownJudgesText(judges)
  const status = [paragraph(...machineLine(evidence))]
  const finding = titled ? [] : firstLine(evidence, judgement)
  const next = nextLine(evidence, judgement, titled)
  const above = [...finding, ...status, ...next]
  const shown = shownOf(judgement, mostWords - wordsIn([...above, ...scoreboard]))
  const claims = claimTable(shown.claims, judgement)
  return [
    { name: 'finding', forms: [finding] },
    { name: 'status', forms: [status] },
    { name: 'judges', forms: [own === null ? [] : [paragraph(prose(own))]] },
    { name: 'next step', forms: [next] },
    { name: 'stages', forms: [stagesShown(judgement, shown.rows)] },
    { name: 'claims', forms: [claims ? [claims] : []] },
    { name: 'scoreboard', forms: [scoreboard] },
    { name: 'plot', forms: [plot, []], shed: 6 },
    lastLines(evidence),
    foldedClaims(judgement, shown.moreClaims),
    allStages(judgement),
    folded('What each outcome of the next step means', outcomeTable(judgement), 5),
    warningList(warnings),
  ]
}

/** What was measured and printed, and how to get the same again; folded away. */
export function foldedParts(
  { evidence, files }: Bundle,
  judgement: Judgement,
  folder: string,
): Part[] {
  return [
    ...printedParts(evidence, judgement, files, folder),
    {
      name: 'how to repeat it',
      forms: [
        details('How to repeat it', [
          paragraph(
            code(`codicil replay ${folder}`),
            ' draws all of this again from the evidence.',
          ),
        ]),
      ],
    },
  ]
}

/** The finding; with the next step behind it where both fit into a notification. */
function firstLine(evidence: Evidence, judgement: Judgement): RootContent[] {
  const found = headline(evidence, judgement)
  const next = nextBehind(found, judgement)
  return [heading(3, clipped(found, longestHeadline), next === null ? '' : ` ${next}`)]
}

function nextBehind(found: string, { next }: Judgement): string | null {
  const [step] = next
  if (step === undefined) return null
  const text = `· Next: ${lower(step.text)}`
  return found.length + 1 + text.length <= longestHeadline ? text : null
}

function nextLine(evidence: Evidence, judgement: Judgement, titled: boolean): RootContent[] {
  const [step] = judgement.next
  if (step === undefined) return []
  if (!titled && nextBehind(headline(evidence, judgement), judgement) !== null) return []
  return [paragraph(strong('Next:'), ' ', prose(clip(lower(step.text), 300)))]
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

function foldedClaims(judgement: Judgement, more: Judgement['hypotheses']): Part {
  const table = (limit: number) => claimTable(more.slice(0, limit), judgement)
  return folded(`${plural(more.length, 'more claim')}`, table, 4)
}

/** More stages than these have no room in a comment, however short their names are. */
const mostFigures = 2048

function allStages(judgement: Judgement): Part {
  const { rows } = judgement
  const form = (limit: number): RootContent[] => {
    const shown = tellingRows(rows, limit)
    const notes = noteTable(rows)
    const left = rows.length - shown.length
    if (shown.length === 0) return []
    return details(`All figures of ${plural(rows.length, 'stage')}, limits, who vouches`, [
      ...figureTables(judgement, shown),
      ...(left > 0 ? [paragraph(`${left} more stages match.`)] : []),
      ...(notes ? [notes] : []),
    ])
  }
  const lengths = [mostFigures, 256, 64, 16].filter((limit) => limit < rows.length)
  const whole = rows.length > mostFigures ? [] : [form(Infinity)]
  return { name: 'all figures', forms: [...whole, ...lengths.map(form), []], shed: 3 }
}

function folded(
  summary: string,
  table: (limit: number) => RootContent | undefined,
  shed: number,
): Part {
  const form = (limit: number): RootContent[] => {
    const drawn = table(limit)
    return drawn ? details(summary, [drawn]) : []
  }
  return { name: summary.toLowerCase(), forms: [form(Infinity), form(12)], shed }
}

function lastLines({ diagnostics }: Evidence): Part {
  const forms = [Infinity, 3].map((lines) => {
    const drawn = lastLinesOf(diagnostics, lines)
    return drawn.length === 0 ? [] : details('What the diagnostics that failed said last', drawn)
  })
  return { name: 'last lines of what failed', forms: [...forms, []], shed: 5 }
}

function warningList(warnings: readonly string[]): Part {
  const form = (limit: number): RootContent[] => {
    if (warnings.length === 0) return []
    const items: Inline[] = warnings.slice(0, limit).map((one) => prose(clip(one, 600)))
    return details(`${plural(warnings.length, 'warning')}`, [list(items)])
  }
  return { name: 'warnings', forms: [form(Infinity), form(12)], shed: 7 }
}
