/** Why a stage was not judged, in words. */
import type { DivergenceRow, Judgement, Reason } from '../../judge/types.ts'
import { code, type Inline } from './build.ts'

export function undecided(
  { cell, candidate, reference }: DivergenceRow,
  judgement: Judgement,
): Inline {
  const names = {
    A: candidate?.name ?? judgement.sides.candidate,
    B: reference?.name ?? judgement.sides.reference,
  }
  const { verdict, reasons } = cell
  if (verdict === 'NO-DATA') return 'neither side was measured'
  if (verdict === 'MISSING') {
    return `${reasons[0]?.text === 'A' ? names.A : names.B} was not measured`
  }
  const missing = reasons.filter(({ text }) => text.endsWith('?'))
  const known = reasons.filter(({ text }) => !text.endsWith('?')).slice(0, 2)
  const facts = missing.filter(isFact).map(({ about }) => factWords[about] ?? about)
  return [
    ...known.map((reason, index): Inline => [index > 0 ? ', ' : '', named(reason, names)]),
    ...(known.length > 0 && missing.length > 0 ? [', '] : []),
    [
      ...(facts.length > 0 ? [`${joined(facts)} not stated`] : []),
      ...missing.filter((one) => !isFact(one)).map(({ about }) => lacking[about] ?? `no ${about}`),
    ].join(', '),
  ]
}

function isFact({ about }: Reason): boolean {
  return lacking[about] === undefined
}

const lacking: Readonly<Record<string, string>> = {
  floor: 'no noise floor is known',
  side: 'several measurements fit',
  stage: 'no stage is known',
  statistic: 'no statistic that both state',
  relative_l2: 'no difference was printed',
  bounds: 'the figures contradict each other',
}

const factWords: Readonly<Record<string, string>> = {
  n: 'counts',
  selection: 'tokens',
  tokens: 'token ids',
  aggregation: 'how tokens were combined',
}

/** `A: 3 NaN` with the name of the side. */
function named({ text, about }: Reason, names: Readonly<Record<'A' | 'B', string>>): Inline {
  if (about !== 'nonfinite') return about === 'relative_l2' ? text : code(text)
  const [, side, rest] = /^([AB]): (.*)$/s.exec(text) ?? []
  return side === 'A' || side === 'B' ? `${names[side]}: ${rest}` : text
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
