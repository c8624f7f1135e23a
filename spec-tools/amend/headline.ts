/**
 * What a run showed, in one line that a notification can hold: the same in the comment, the check,
 * the section, the history and the terminal. What was found comes first, with the figure that decided.
 */
import type { Evidence } from '../evidence/index.ts'
import { infraReason } from '../judge/environment.ts'
import {
  decisionOf,
  isAlarm,
  isMatch,
  type DivergenceRow,
  type Judgement,
  verdicts,
} from '../judge/index.ts'
import { plain, shareText, stageCounts } from '../render/markdown/index.ts'
import { clipped } from './clipped.ts'
import { measuredBriefly } from './report/measured.ts'

/** Characters of the line; with the mark of a heading before it 120. */
export const longestHeadline = 116

export function headline(evidence: Evidence, judgement: Judgement): string {
  const infra = infraReason(judgement.environment)
  if (infra) return `INFRA: ${infra.detail} ${infra.advice} Then run it again.`
  const short = [...failed(evidence), ...apart(judgement)]
  const after = together(judgement)
  const claimed = claims(judgement, longestHeadline - lengthOf(short))
  const whole = [...short, ...claimed, ...after]
  // Stages that match are left out where a claim would be cut for them.
  const fits = lengthOf(whole) - 3 <= longestHeadline
  const parts = fits || claimed.length === 0 ? whole : [...short, ...claimed]
  if (parts.length === 0) {
    const { measurements, diagnostics } = evidence
    return `${plural(measurements.length, 'measurement')} from ${plural(diagnostics.length, 'diagnostic')}; nothing was compared.`
  }
  return clipped(parts.join(' · '), longestHeadline)
}

/** `1 stage`, `2 stages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 3, 0)
}

function failed({ diagnostics }: Evidence): string[] {
  const bad = diagnostics.filter(({ exit }) => exit.code !== 0 || exit.timedOut)
  if (bad.length === 0) return []
  return [`✗ ${bad.length} of ${plural(diagnostics.length, 'diagnostic')} failed`]
}

/** The first stage that parts, and how far. */
function apart({ rows, first, sides }: Judgement): string[] {
  const alarms = rows.filter(isAlarm)
  const row = rows.find(({ stage }) => stage === first.stages.at(-1)) ?? alarms[0]
  if (alarms.length === 0 || row === undefined) return []
  const name = clipped(plain(row.stage), 40)
  const what =
    row.cell.verdict === 'NONFINITE'
      ? `is not finite${notFinite(row, sides)}`
      : `diverges${farness(row)}`
  const others = first.stages.length - 1
  const rivals = others === 1 ? 'another' : `one of ${others} others`
  const among = others > 0 ? `; it or ${rivals} is first` : ' first'
  const count = alarms.length > 1 ? `; ${alarms.length} of ${rows.length} stages do` : ''
  return [`✗ ${name} ${what}${among === ' first' && alarms.length === 1 ? '' : among}${count}`]
}

/** ` (APR: 3 NaN)`. */
function notFinite(
  { cell, candidate, reference }: DivergenceRow,
  sides: Judgement['sides'],
): string {
  const text = cell.reasons.find(({ about }) => about === 'nonfinite')?.text
  const [, side, rest] = /^([AB]): (.*)$/s.exec(text ?? '') ?? []
  if (rest === undefined) return text === undefined ? '' : ` (${text})`
  const name =
    side === 'A' ? (candidate?.name ?? sides.candidate) : (reference?.name ?? sides.reference)
  return ` (${clipped(plain(name), 24)}: ${rest})`
}

function farness(row: DivergenceRow): string {
  const decision = decisionOf(row)
  if (!decision) return ''
  const name = decision.name.replaceAll('_', ' ')
  return decision.share === null
    ? ` by ${name}`
    : ` (${name} ${shareText(decision.share)} of its limit)`
}

/** What became of the claims; the gravest in words, as far as there is room. */
function claims({ hypotheses }: Judgement, room: number): string[] {
  const of = (outcome: (typeof hypotheses)[number]['outcome']) =>
    hypotheses.filter((one) => one.outcome === outcome)
  const [refuted, confirmed, open] = [of('REFUTED'), of('CONFIRMED'), of('INCONCLUSIVE')]
  const [lead] = [...refuted, ...open, ...confirmed]
  if (lead === undefined) return []
  const all = hypotheses.length
  const [sign, word, like] =
    lead.outcome === 'REFUTED'
      ? ['✗', 'refuted', refuted]
      : lead.outcome === 'INCONCLUSIVE'
        ? ['?', 'open', open]
        : ['✓', 'confirmed', confirmed]
  const start =
    like.length === 1
      ? `${sign} ${lead.id} ${word}`
      : `${sign} ${like.length} of ${all} claims ${word}`
  if (like.length === all && all > 1 && word === 'confirmed')
    return [`${sign} all ${all} claims confirmed`]
  const figure = measuredBriefly(lead)
  const end = figure === null ? '' : ` (${figure})`
  const claim = plain(lead.claim).replace(/\.$/, '')
  const left = room - start.length - 2 - end.length
  return [left < 24 ? `${start}${end}` : `${start}: ${clipped(claim, left)}${end}`]
}

/** How the stages came out where none of them parts. */
function together({ rows }: Judgement): string[] {
  if (rows.length === 0) return []
  if (rows.some(isAlarm)) return []
  const matching = rows.filter(isMatch).length
  const of = `${matching} of ${plural(rows.length, 'stage')} ${matching === 1 ? 'matches' : 'match'}`
  if (matching === rows.length) return [`✓ ${of}`]
  const others = rows.filter((row) => !isMatch(row))
  const kinds = new Set(others.map(({ cell }) => verdicts[cell.verdict].brief.slice(2)))
  return [
    matching === 0
      ? `? ${stageCounts(rows)}`
      : `? ${of}, ${others.length} ${[...kinds].join(' or ')}`,
  ]
}

/** What became of the claims and the stages, by names and counts: `H1, H2 refuted, H3 open`. */
export function outcomeClause(judgement: Judgement): string {
  const { rows } = judgement
  const claimed = claimOutcomes(judgement, 6)
  const stages = rows.length === 0 ? [] : [`${plural(rows.length, 'stage')}: ${stageCounts(rows)}`]
  return [...(claimed === '' ? [] : [claimed]), ...stages].join('; ')
}

/** What became of the claims; more than so many of one outcome are counted. */
export function claimOutcomes({ hypotheses }: Judgement, mostNamed: number): string {
  const named = (outcome: (typeof hypotheses)[number]['outcome'], word: string) => {
    const ids = hypotheses.filter((one) => one.outcome === outcome).map(({ id }) => id)
    if (ids.length === 0) return []
    return [`${ids.length > mostNamed ? plural(ids.length, 'claim') : ids.join(', ')} ${word}`]
  }
  return [
    ...named('REFUTED', 'refuted'),
    ...named('CONFIRMED', 'confirmed'),
    ...named('INCONCLUSIVE', 'open'),
  ].join(', ')
}
