/**
 * What an amendment is called, from what came out: never by an outcome that did not.
 *
 * An investigation is written before its run. It may give a title for each outcome, or a subject to
 * which the outcome is added. A plain title that says itself what came out stands if it is right; one
 * that states what did not come out gives way to a neutral one, with a warning.
 */
import type { Bundle } from '../bundle/index.ts'
import type { HypothesisVerdict, Judgement } from '../judge/types.ts'
import { stageCounts } from '../render/markdown/index.ts'
import type { Investigation } from '../settings/index.ts'
import { claimOutcomes } from './headline.ts'
import { statedIn, type Statement } from './title/stated.ts'

/** What the claims came to, all together. */
export type Outcome = 'confirmed' | 'refuted' | 'mixed' | 'open'

export interface Title {
  /** What it is about, or a title that says what came out itself. */
  subject: string
  /** Subject and outcome: what headings and titles say. */
  text: string
  warnings: string[]
}

/**
 * All claims confirmed; at least one refuted and none confirmed; none decided; else mixed. Null where
 * nothing was claimed.
 */
export function outcomeOf({ hypotheses }: Pick<Judgement, 'hypotheses'>): Outcome | null {
  if (hypotheses.length === 0) return null
  const has = (outcome: HypothesisVerdict['outcome']) =>
    hypotheses.some((one) => one.outcome === outcome)
  if (!has('CONFIRMED')) return has('REFUTED') ? 'refuted' : 'open'
  return has('REFUTED') || has('INCONCLUSIVE') ? 'mixed' : 'confirmed'
}

/** @param wanted A title that a person gave after the run; it is held against what came out, too. */
export function titleOf(
  bundle: Pick<Bundle, 'investigation' | 'evidence'>,
  judgement: Judgement,
  wanted?: string,
): Title {
  const { evidence } = bundle
  const investigation = wanted === undefined ? bundle.investigation : retitled(bundle, wanted)
  const { pullRequest, sha } = evidence.request
  const asked = pullRequest === null ? `commit ${sha.slice(0, 7)}` : `pull request ${pullRequest}`
  const request = `Diagnostics of ${asked}`
  if (investigation === null) {
    const text = wanted ?? request
    return { subject: text, text, warnings: [] }
  }

  const { title: given, subject } = investigation
  const outcome = outcomeOf(judgement)
  const plain = typeof given === 'string' ? given : undefined
  const byOutcome = typeof given === 'object' && outcome !== null ? given[outcome] : undefined
  const chosen = plain ?? byOutcome
  const neutral = subject ?? (sectionsOf(investigation) || request)
  if (chosen === undefined || (plain !== undefined && subject !== undefined)) {
    return withOutcome(subject ?? neutral, judgement)
  }
  const standing = standingOf(chosen, plain === undefined, investigation, judgement)
  if (standing.some(({ came }) => came === 'none')) {
    const title = withOutcome(neutral, judgement)
    const warning = `The title “${chosen}” states what did not come out; “${title.text}” stands in its place. Give a \`subject\`, or a \`title\` for each outcome (confirmed, refuted, mixed, open).`
    return { ...title, warnings: [warning] }
  }
  if (plain !== undefined && standing.length === 0) return withOutcome(chosen, judgement)
  const others = standing.flatMap(({ came, others: ids }) => (came === 'some' ? ids : []))
  const told = `The title “${chosen}” may say more than came out: ${[...new Set(others)].join(', ')}. Give a \`title\` for each outcome (confirmed, refuted, mixed, open).`
  return { subject: chosen, text: chosen, warnings: others.length > 0 ? [told] : [] }
}

function retitled(
  { investigation }: Pick<Bundle, 'investigation'>,
  title: string,
): Investigation | null {
  if (investigation === null) return null
  const { subject: _, ...rest } = investigation
  return { ...rest, title }
}

/** `Evidence on §28`, for the sections that it bears on. */
function sectionsOf({ refutes }: Investigation): string {
  return refutes.length === 0
    ? ''
    : `Evidence on ${refutes.map((number) => `§${number.replace(/^§\s*/, '')}`).join(', ')}`
}

function withOutcome(subject: string, judgement: Judgement): Title {
  const outcome = cameOut(judgement)
  return { subject, text: outcome === '' ? subject : saying(subject, outcome), warnings: [] }
}

/** What came out, as short as a heading wants it; empty where nothing was claimed or compared. */
function cameOut(judgement: Judgement): string {
  const outcome = outcomeOf(judgement)
  if (outcome === null) return stageCounts(judgement.rows)
  if (outcome === 'open') return 'nothing decided'
  const named = claimOutcomes(judgement, 3)
  return named.length <= longestNames ? named : claimOutcomes(judgement, 0)
}

const longestNames = 48

/** `Subject: outcome`, whatever the subject ends with. */
export function saying(subject: string, outcome: string): string {
  const asks = /[?!？！]$/.test(subject)
  return `${asks ? subject : `${subject.replace(/[.:：。]$/, '')}:`} ${outcome}`
}

interface Standing {
  /** How many of the claims that a statement may mean came out as it says. */
  came: 'all' | 'some' | 'none'
  /** Those that did not, with how they did. */
  others: string[]
}

/** What a title states of this investigation's own claims; what it quotes of other sections is none. */
function standingOf(
  title: string,
  byOutcome: boolean,
  investigation: Investigation,
  { hypotheses }: Judgement,
): Standing[] {
  const ids = hypotheses.map(({ id }) => id)
  return statedIn(title, ids).flatMap((statement): Standing[] => {
    const { about } = statement
    const meant = about.length === 0 ? hypotheses : claimsAbout(about, investigation, hypotheses)
    if (about.length > 0 && meant.length === 0) return []
    return [held(statement, meant, byOutcome || statement.partly)]
  })
}

function held(
  { outcome, negated, about }: Statement,
  meant: readonly HypothesisVerdict[],
  someWillDo: boolean,
): Standing {
  const [as, against] = [
    meant.filter((one) => (one.outcome === outcome) !== negated),
    meant.filter((one) => (one.outcome === outcome) === negated),
  ]
  const others = against.map((one) => `${one.id} is ${words[one.outcome]}`)
  const whole = outcome === 'CONFIRMED' && !negated && about.some((name) => name.startsWith('§'))
  const broken = whole && meant.some((one) => one.outcome === 'REFUTED') && !someWillDo
  if (as.length === 0 || broken) return { came: 'none', others }
  // One claim refuted is enough for what rests on all of them.
  const enough = outcome === 'REFUTED' && !against.some((one) => one.outcome === 'CONFIRMED')
  const all = against.length === 0 || someWillDo || (enough && !negated)
  return { came: all ? 'all' : 'some', others }
}

const words = { CONFIRMED: 'confirmed', REFUTED: 'refuted', INCONCLUSIVE: 'open' } as const

/** By their ids, or by the section that made them; those of no section where it is the declared one. */
function claimsAbout(
  names: readonly string[],
  { refutes, retracts }: Investigation,
  hypotheses: readonly HypothesisVerdict[],
): HypothesisVerdict[] {
  const bare = (number: string) => number.replace(/^§\s*/, '')
  return names.flatMap((name) => {
    const byId = hypotheses.filter(({ id }) => id === name)
    if (byId.length > 0) return byId
    const number = bare(name)
    const within = (one: string) =>
      one === number || one.startsWith(`${number}.`) || number.startsWith(`${one}.`)
    const own = hypotheses.filter(({ section }) => section !== null && within(bare(section)))
    if (own.length > 0) return own
    const declared = [...refutes, ...retracts].map(bare).some(within)
    return declared ? hypotheses.filter(({ section }) => section === null) : []
  })
}
