/**
 * An investigation, `.codicil/investigations/<slug>.yml` in the pull request that asks for evidence:
 * what is to be learnt, declared and hashed before the first diagnostic starts.
 *
 * Types and the published JSON Schema (`docs/reference/investigation.schema.json`) are derived from
 * here.
 */
import { facts } from '../evidence/facts.ts'
import { pairMetricNamed } from '../evidence/metrics.ts'
import { described, form, list, nonEmpty, text, whole, written, z } from '../schema.ts'
import { changes } from './changes.ts'

const prose = nonEmpty(4096)
const name = nonEmpty(128)
const sectionNumber = z.union([z.pipe(whole(0), z.transform(String)), nonEmpty(32)])
const sectionNumbers = z._default(list(sectionNumber, 32), [])

/** Picks measurements out of a bundle; every part that is given must hold. */
const selector = z.strictObject({
  diagnostic: z.optional(name),
  under: described(
    z.optional(prose),
    'Text that a heading above the figure contains; a number at its end is a whole one.',
  ),
  layer: described(
    z.optional(whole(0)),
    'The layer that the figure, its stage or the nearest heading states.',
  ),
  stage: described(z.optional(name), 'The stage as the log names it; default: the id.'),
  labels: described(
    z.optional(z.record(nonEmpty(256), text(256))),
    'Columns or keys of its row or object, and the text in them: `test: pp512`.',
  ),
})

const sideOfStage = z.strictObject({
  ...selector.shape,
  name: described(z.optional(name), 'Overrides the name of the side for this stage.'),
  assert: described(
    z.optional(facts),
    'Facts that the log does not print; shown as asserted wherever they are used.',
  ),
})

const floor = z.strictObject({
  relative_l2: z.number().check(z.minimum(0)),
  because: z.optional(prose),
})

const stage = z.strictObject({
  id: name,
  candidate: z.prefault(sideOfStage, {}),
  reference: z.prefault(sideOfStage, {}),
  pair: described(
    z.optional(selector),
    'Where the log prints figures of the pair, such as max |diff|.',
  ),
  after: described(
    z.optional(z.array(name)),
    'Stages that this one is computed from; default: the one before it in the list.',
  ),
  floor: z.optional(floor),
})

const conditions = z.record(
  nonEmpty(256),
  z.pipe(z.union([z.number(), z.boolean(), text(256)]), z.transform(String)),
)

const gain = z.strictObject({
  of: described(name, 'The figure, as the log names it or by its unit: `tok/s`, `latency`.'),
  between: described(
    z.tuple([name, name]),
    'What is compared, then what with: diagnostics, sides, headings or texts of a row.',
  ),
  as: z._default(z.enum(['ratio', 'difference', 'change']), 'ratio'),
})

const namedFigure = z.strictObject({
  ...selector.shape,
  stage: name,
  side: described(
    z.optional(name),
    'candidate, reference or pair: a figure of a judged stage. Any other: the side that the log names.',
  ),
  metric: described(
    nonEmpty(64),
    `A statistic as the log prints it, or of a pair: ${[...pairMetricNamed.keys()].join(', ')}.`,
  ),
  where: described(
    z.optional(conditions),
    'Column, fact or neighbour -> text, or a bound: `step: ">= 1000"`.',
  ),
  gain: described(
    z.optional(gain),
    'A comparison of performance figures, in place of `stage` and `metric`.',
  ),
  unit: z.optional(text(32)),
  over: described(
    z.optional(z.enum(['median', 'min', 'max', 'first', 'last', 'count'])),
    'How several figures become one; a median is judged by its range, from five runs on.',
  ),
})

const namedGain = (value: unknown) =>
  isRecord(value) && isRecord(value['gain']) && value['stage'] === undefined
    ? { stage: String(value['gain']['of']), metric: 'value', ...value }
    : value
const named = written(z.partial(namedFigure, { stage: true, metric: true }), namedGain, namedFigure)

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const hypothesis = z.strictObject({
  id: described(form(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), 'Such as H1.'),
  claim: described(prose, 'In words; default: the predicate.'),
  section: described(z.optional(sectionNumber), 'The section that made the claim.'),
  confirm: described(prose, 'Predicate: `tok_s(new) >= 1.3 * tok_s(old)`.'),
  refute: described(prose, 'Predicate that excludes it; default: that it does not hold.'),
  where: described(z.optional(conditions), 'Holds for every figure of the predicates.'),
  all: described(
    z.optional(z.union([nonEmpty(128), list(nonEmpty(256), 64)])),
    'A column, or some of its texts: the predicate must hold for each; one that refutes is enough.',
  ),
  assert: described(
    z.optional(conditions),
    'Facts of the work that the logs do not state, such as `batch: 8`: where one side lacks it.',
  ),
  inconclusive: described(z.optional(prose), 'What to do when neither holds.'),
  ...changes,
})

/** `H1: predicate`, as text or as a key, and what is said of a hypothesis by its absence. */
const shortForms = (value: unknown): unknown => {
  if (typeof value === 'string') {
    const [, id, confirm] = /^\s*([A-Za-z][A-Za-z0-9_-]*)\s*:\s+(.+)$/s.exec(value) ?? []
    return id === undefined ? value : complete({ id, confirm })
  }
  if (!isRecord(value)) return value
  const [first, ...rest] = Object.entries(value)
  if (first === undefined || rest.length > 0 || first[0] === 'id') return complete(value)
  return complete({ id: first[0], ...spread(first[1]) })
}

function spread(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : { confirm: value }
}

function complete(value: Record<string, unknown>): Record<string, unknown> {
  const { confirm: predicate } = value
  if (typeof predicate !== 'string') return value
  const claim = predicate.trim()
  const { predicate: confirm, all } = withoutAll(claim)
  return { claim, refute: `!(${confirm})`, ...(all !== undefined && { all }), ...value, confirm }
}

const candidate = z.strictObject({
  site: described(name, 'Where the fault may be, in words.'),
  why: described(z.optional(prose), 'Why it may be there.'),
  stage: described(
    z.optional(name),
    'The stage that would tell: where it matches, the site is excluded.',
  ),
})

/** A list of sites, or site -> why or candidate. */
const sites = (value: unknown): unknown => {
  if (!isRecord(value)) return value
  return Object.entries(value).map(([site, one]) =>
    isRecord(one) ? { site, ...one } : one === null ? { site } : { site, why: one },
  )
}
const siteOrName = written(
  z.union([name, candidate]),
  (value) => (typeof value === 'string' ? { site: value } : value),
  candidate,
)
const candidates = written(
  z.union([
    z.array(z.union([name, candidate])),
    z.record(name, z.union([prose, z.null(), z.omit(candidate, { site: true })])),
  ]),
  sites,
  list(siteOrName, 64),
)

/** A list, or id -> predicate or hypothesis. */
const listed = (value: unknown): unknown =>
  isRecord(value) ? Object.entries(value).map(([id, one]) => ({ id, ...spread(one) })) : value

/** `a < b for all sizes` asks `a < b` of each size, and `for all [64, 128]` of these. */
function withoutAll(claim: string): { predicate: string; all?: string | string[] } {
  const [, predicate = '', plural, texts, column = ''] =
    /^(.*?)[\s,]+(?:for|at|in|on) (?:(all)|every|each) (?:\[([^\]]+)\]|([\p{L}_][\p{L}\p{N}_ -]*))$/su.exec(
      claim,
    ) ?? []
  if (predicate === '') return { predicate: claim }
  if (texts !== undefined) {
    const all = texts.split(',').map((one) => one.trim().replaceAll(/^["']|["']$/g, ''))
    return { predicate, all: all.filter((one) => one !== '') }
  }
  return { predicate, all: plural === undefined ? column : column.replace(/(?<!s)s$/, '') }
}

const stageOrId = written(
  z.union([described(name, 'The stage as both sides of the log name it.'), stage]),
  (value) => (typeof value === 'string' ? { id: value } : value),
  stage,
)

/** A hypothesis as it is written: the words and the refuting predicate may be left out. */
const asWritten = z.partial(hypothesis, { claim: true, refute: true })
const id = hypothesis.shape.id
const withoutId = z.union([
  described(prose, 'Predicate: `tok_s(new) >= 1.3 * tok_s(old)`.'),
  z.omit(asWritten, { id: true }),
])
const inAList = z.union([
  described(prose, 'Id and predicate: `H1: tok_s(new) >= 1.3 * tok_s(old)`.'),
  asWritten,
  z.record(id, withoutId),
])

const hypotheses = written(
  z.union([z.record(id, withoutId), z.array(inAList)]),
  listed,
  list(written(inAList, shortForms, hypothesis), 256),
)

const title = nonEmpty(200)
const titles = z.union([
  title,
  z.strictObject({
    confirmed: described(z.optional(title), 'Every claim is confirmed.'),
    refuted: described(z.optional(title), 'At least one claim is refuted, and none is confirmed.'),
    mixed: described(z.optional(title), 'Some claims are confirmed, and not all.'),
    open: described(z.optional(title), 'Nothing is decided.'),
  }),
])

export const investigation = z.strictObject({
  title: described(
    z.optional(titles),
    'What headings and titles say; a title for each outcome, since it is written before the run.',
  ),
  subject: described(z.optional(title), 'What it is about; headings and titles add what came out.'),
  spec: described(z.optional(name), 'Id of the spec; may be left out if there is one.'),
  refutes: described(sectionNumbers, 'Sections of the spec that the evidence bears on.'),
  retracts: described(
    sectionNumbers,
    'Sections that get a banner, and whose rows are open again, if every hypothesis about them is refuted.',
  ),
  reinstates: described(
    sectionNumbers,
    'Retracted sections whose banner goes, with its rows done again, if every hypothesis about them is confirmed.',
  ),
  diagnostics: described(z.optional(list(name, 256)), 'Default: all of them.'),
  sides: z._default(z.strictObject({ candidate: name, reference: name }), {
    candidate: 'candidate',
    reference: 'reference',
  }),
  stages: described(
    z._default(list(stageOrId, 10_000), []),
    'What is compared, in the order of the computation.',
  ),
  floor: described(z.optional(floor), 'The floor of stages that declare none.'),
  measurements: described(
    z._default(z.record(form(/^[a-z][a-z0-9_]{0,63}$/), named), {}),
    'Names for figures, to be used in predicates.',
  ),
  hypotheses: described(
    z._default(hypotheses, []),
    'What is claimed: id and predicate each, or id and what more there is to say.',
  ),
  section: described(
    z._default(z.boolean(), true),
    'false: no new section; the verdicts change the document in place, and its version by a patch.',
  ),
  open: described(
    z._default(list(prose, 64), []),
    'Questions that stay open whatever the run shows.',
  ),
  context: described(
    z.optional(prose),
    'What was known before the run; stands before the evidence.',
  ),
  load_bearing: described(z.optional(prose), 'What still bears, whatever the claims come to.'),
  candidates: described(
    z._default(candidates, []),
    'Sites where the fault may be: `bias: its mean points there`, or with `why` and `stage`.',
  ),
  method: described(z.optional(prose), 'Why this is how one finds out.'),
  next: described(z.optional(prose), 'What to do next, as the author sees it.'),
})

export type Investigation = z.infer<typeof investigation>
export type Stage = z.infer<typeof stage>
export type SideOfStage = z.infer<typeof sideOfStage>
export type Selector = z.infer<typeof selector>
export type Candidate = z.infer<typeof candidate>
export type Hypothesis = z.infer<typeof hypothesis>
export type Named = z.infer<typeof named>
export type Floor = z.infer<typeof floor>
