/** N.2: what an earlier section got right and wrong, from the verdicts on what it claimed. */
import type { RootContent } from 'mdast'
import {
  clip,
  code,
  list,
  paragraph,
  strong,
  table,
  type Inline,
} from '../../render/markdown/index.ts'
import type { HypothesisOutcome, HypothesisVerdict, Judgement } from '../../judge/types.ts'
import type { Figures } from '../figures.ts'
import { inOrder, outcomeWords } from '../report/claims.ts'
import { measured } from '../report/measured.ts'
import { showIn } from './show.ts'
import type { Ground } from '../ground/index.ts'
import { boundsText } from '../own-judges.ts'
import { declaredAt, restsOnValues } from './rests-on.ts'
import type { Subject } from './subject.ts'

/** Sections that the spec has; of others a warning tells. */
function heldBy({ refuted }: Ground): Ground['refuted'] {
  return refuted.filter(({ title }) => title !== null)
}

/** `What §28 got right and wrong`, or which of both, as the verdicts have it. */
export function refutedTitle({ ground, judgement }: Pick<Subject, 'ground' | 'judgement'>): string {
  const refuted = heldBy(ground)
  if (refuted.length === 0) return 'What became of the claims'
  const outcomes = new Set(
    judgement.hypotheses
      .filter((one) => sectionOf(one, refuted) !== undefined)
      .map(({ outcome }) => outcome),
  )
  const got = [
    ...(outcomes.has('CONFIRMED') ? ['right'] : []),
    ...(outcomes.has('REFUTED') ? ['wrong'] : []),
  ]
  const labels = joined(refuted.map(({ label }) => label))
  return got.length === 0 ? `What ${labels} claimed` : `What ${labels} got ${got.join(' and ')}`
}

/** Sections of which a claim is refuted, and that the verdicts do not retract themselves. */
export function wrongSections({
  ground,
  judgement,
}: Pick<Subject, 'ground' | 'judgement'>): string[] {
  const held = heldBy(ground)
  const wrong = new Set(
    judgement.hypotheses
      .filter(({ outcome }) => outcome === 'REFUTED')
      .map((one) => sectionOf(one, held)),
  )
  const retracted = new Set(ground.retractions.map(({ number }) => number))
  return held
    .filter(({ number }) => wrong.has(number) && !retracted.has(number))
    .map(({ label }) => label)
}

/** The section that made a claim, among those that are told of; the only one where it names none. */
function sectionOf({ section }: HypothesisVerdict, refuted: Ground['refuted']): string | undefined {
  const only = refuted.length === 1 ? refuted[0]?.number : undefined
  const number = section?.replace(/^§/, '') ?? only
  return refuted.some((one) => one.number === number) ? number : undefined
}

export function drawRefuted({
  ground,
  judgement,
  figures,
  bundle,
  origin,
}: Subject): RootContent[] {
  const refuted = heldBy(ground)
  const bounds = judgement.hypotheses.length > 0 ? boundsText(bundle, origin.judges) : null
  const other = judgement.hypotheses.filter((one) => sectionOf(one, refuted) === undefined)
  return [
    ...refuted.flatMap((section) => {
      const own = judgement.hypotheses.filter((one) => sectionOf(one, refuted) === section.number)
      return [
        ...opened(opening(section, own, judgement, figures, refuted.length === 1)),
        ...verdicts(own, judgement, figures, ground),
        ...retraction(section, ground),
      ]
    }),
    ...(other.length > 0 && refuted.length > 0
      ? [paragraph('Claims about no particular section:')]
      : []),
    ...verdicts(other, judgement, figures, ground),
    ...(bounds === null ? [] : [paragraph(strong(bounds))]),
  ]
}

type RefutedSection = Ground['refuted'][number]

function opened(words: readonly Inline[]): RootContent[] {
  return words.length === 0 ? [] : [paragraph(...words)]
}

function opening(
  { label, title }: RefutedSection,
  own: readonly HypothesisVerdict[],
  judgement: Judgement,
  figures: Figures,
  alone: boolean,
): Inline[] {
  const name: Inline[] = [label, ' “', title ?? '', '”']
  if (own.length === 0) return [...name, ' is tested by no claim of this investigation.']
  // One section is the one that the heading names.
  if (alone && title !== null) return []
  const count = (outcome: HypothesisOutcome) =>
    own.filter((verdict) => verdict.outcome === outcome).length
  const parts = [
    [count('CONFIRMED'), 'right'],
    [count('REFUTED'), 'wrong'],
    [count('INCONCLUSIVE'), 'undecided'],
  ].flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]))
  const from = own.flatMap((verdict) => restsOnValues(verdict, judgement))
  return [...name, ': ', figures.sentence(parts.join(', '), from, 'counted'), '.']
}

/** What becomes of the section itself, where the investigation asked for that. */
function retraction({ number, label }: RefutedSection, { retractions }: Ground): RootContent[] {
  const own = retractions.find((one) => one.number === number)
  if (own === undefined) return []
  const rows = own.rows.flatMap((row, at): Inline[] => [at === 0 ? '' : ', ', code(row)])
  const [what, consequence] =
    own.kind === 'retracted'
      ? [
          ' is retracted: it keeps its text under a banner.',
          ' Open again, since they rested on it: ',
        ]
      : [' is reinstated: its banner is gone.', ' Done again: ']
  return [paragraph(strong(label, what), ...(rows.length > 0 ? [consequence, ...rows, '.'] : []))]
}

function verdicts(
  own: readonly HypothesisVerdict[],
  judgement: Judgement,
  figures: Figures,
  ground: Ground,
): RootContent[] {
  const sorted = inOrder(own)
  return sorted.length === 0
    ? []
    : [
        list(sorted.map((verdict) => verdictSentence(verdict, judgement, figures, ground))),
        ...sorted.flatMap((verdict) => casesTable(verdict, figures)),
      ]
}

/** The figures of a claim about all texts of a column, one row a text. */
function casesTable({ id, values }: HypothesisVerdict, figures: Figures): RootContent[] {
  const cases = values.flatMap((value) => (value.at ? [{ ...value, at: value.at }] : []))
  const [first] = cases
  if (first === undefined) return []
  const names = [...new Set(cases.map(({ at }) => at.name))]
  const texts = [...new Set(cases.map(({ at }) => at.text))]
  const show = showIn(figures)
  const cell = (text: string, name: string): Inline => {
    const found = cases.find(({ at }) => at.text === text && at.name === name)
    if (!found?.quantity) return '–'
    return `${show.quantity(found.quantity)}${found.unit === undefined ? '' : ` ${found.unit}`}`
  }
  const rows = texts
    .slice(0, mostCases)
    .map((text) => [text, ...names.map((name) => cell(text, name))])
  const left = texts.length - rows.length
  return [
    paragraph(strong(id), ' by ', code(first.at.column), ':'),
    table(
      [null, ...names.map(() => 'right' as const)],
      [first.at.column, ...names.map((name) => code(name))],
      rows,
    ),
    ...(left > 0 ? [paragraph(`And ${left} more, in the evidence.`)] : []),
  ]
}

/** Rows of such a table; a section is to be read. */
const mostCases = 12

/** Verdict, claim, and what was measured for it. */
export function verdictSentence(
  verdict: HypothesisVerdict,
  judgement: Judgement,
  figures: Figures,
  ground: Ground,
): Inline {
  const { outcome, id, claim } = verdict
  const said = figures.sentence(claim, [`${declaredAt(verdict, judgement)}/claim`], 'declared')
  return [
    `${outcomeWords[outcome]} `,
    strong(id),
    ': ',
    said.replace(/\.$/, ''),
    '. Measured: ',
    measured(verdict, judgement, showIn(figures)),
    '.',
    ...changesOf(verdict, ground),
  ]
}

/** What the verdict changed in place; rows that it flipped stand beside the scoreboard. */
function changesOf({ id }: HypothesisVerdict, { changed }: Ground): Inline[] {
  return changed
    .filter(({ by }) => by === id)
    .flatMap(({ what, from, to }): Inline[] => [
      ` “${clip(what, 80)}”`,
      ...(from === null ? [' is '] : [' goes from ', code(clip(from, 80)), ' to ']),
      from === null ? to : code(clip(to, 80)),
      '.',
    ])
}

function joined(labels: readonly string[]): string {
  const last = labels.at(-1) ?? ''
  return labels.length < 2 ? last : `${labels.slice(0, -1).join(', ')} and ${last}`
}
