/**
 * The ground that an amendment stands on: all that it takes from the spec on the base.
 *
 * It is data of its own, and committed in `amendment.json`, so that the section can be drawn again
 * after the spec has moved on.
 */
import { mostOf } from '../../many.ts'
import type { Bundle } from '../../bundle/index.ts'
import { asMarkdown, composed, type Markdown } from '../../markdown.ts'
import type { Judgement, PlannedChange } from '../../judge/types.ts'
import { described, whole, z } from '../../schema.ts'
import type { SpecSettings } from '../../settings/index.ts'
import {
  nextSection,
  nextVersion,
  parseKey,
  readSpec,
  type NextSection,
  type Section,
  type Spec,
} from '../../document/index.ts'
import { flipCriteria, readScoreboard, type LineChange } from '../../document/scoreboard.ts'
import { code } from '../../render/markdown/index.ts'
import { inlineMarkdown } from '../inline.ts'
import { bumpFor } from '../bump.ts'
import type { DraftedIntent } from '../intent.ts'
import { changedSchema, changeInPlace } from '../in-place/plan.ts'
import { dateOf, evidenceFolder, slugOf } from '../naming.ts'
import { agreedFlips, flipsOfCells } from './flips.ts'
import type { Origin } from '../types.ts'
import { versionDate } from '../version-date.ts'
import { bare } from './number.ts'
import { ownTotals } from './own-totals.ts'
import { planRetractions, retractionSchema } from './retractions.ts'
import { groundScoreboard, scoreboardSchema } from './scoreboard.ts'

export type { GroundScoreboard } from './scoreboard.ts'

export const groundSchema = z.strictObject({
  section: described(
    z.nullable(
      z.strictObject({
        number: z.nullable(z.string()),
        label: described(z.nullable(z.string()), 'How prose names it, such as §30.'),
        heading: z.string(),
        level: whole(1, 6),
        parent: z.nullable(z.string()),
      }),
    ),
    'Null for an amendment in place.',
  ),
  subsections: described(
    z.nullable(z.strictObject({ mark: z.string(), close: z.string() })),
    'How sub-headings are numbered; null where they are not.',
  ),
  version: z.nullable(z.strictObject({ from: z.string(), to: z.string() })),
  refuted: z.array(
    z.strictObject({ number: z.string(), label: z.string(), title: z.nullable(z.string()) }),
  ),
  retractions: z._default(z.array(retractionSchema), []),
  scoreboard: z.nullable(scoreboardSchema),
  changed: described(
    z._default(z.array(changedSchema), []),
    'What verdicts changed in place, and the totals that followed.',
  ),
  missed: described(
    z._default(
      z.array(z.strictObject({ by: z.string(), what: z.string(), reason: z.string() })),
      [],
    ),
    'What was to be changed in place and was not.',
  ),
})

export type Ground = z.infer<typeof groundSchema>

/** The ground, and what of it becomes part of the intent. */
export interface Surveyed {
  spec: Spec
  ground: Ground
  /** Of the new section; empty without one. */
  heading: Markdown
  /** What the verdicts change besides the new section. */
  changes: Pick<DraftedIntent, 'cells' | 'lines' | 'replace' | 'row_texts' | 'texts'>
}

export function survey(
  text: string,
  settings: SpecSettings,
  bundle: Bundle,
  judgement: Judgement,
  title: string,
  { ahead = [], bump: wanted }: Pick<Origin, 'ahead' | 'bump'>,
): Surveyed {
  const spec = readSpec(text, settings.style)
  const inPlace = bundle.investigation?.section === false
  const versions = ahead.flatMap(({ version }) => version ?? [])
  const to = nextVersion(spec, wanted ?? bumpOf(inPlace, judgement, settings), versions)
  const numbers = ahead.flatMap(({ section }) => section ?? [])
  const next = inPlace
    ? null
    : newSection(spec, inlineMarkdown(title), inlineMarkdown(dateOf(bundle.evidence)), numbers)
  const board = readScoreboard(spec, settings.scoreboard)
  const { flips, disputed } = agreedFlips(judgement, board.statuses)
  const label = next?.number == null ? null : ownLabel(next.heading, next.number)
  const folder = evidenceFolder(settings, slugOf(bundle.evidence), dateOf(bundle.evidence))
  const by = {
    section: label ?? next?.heading ?? inlineMarkdown(code(folder)),
    version: to === null ? null : asMarkdown(to),
  }
  const { retracted, plans, missed } = planRetractions(
    spec,
    bundle.investigation,
    judgement,
    by,
    settings,
  )
  const cells =
    flips.length === 0
      ? { flips: [], taken: new Set<PlannedChange>() }
      : flipsOfCells(
          spec,
          board,
          judgement.hypotheses.flatMap(({ changes }) => changes),
        )
  const all = [...flips, ...cells.flips]
  const decided = new Set(all.map(({ row }) => row))
  // A verdict about a row itself weighs more than what follows from the section that it rested on.
  const following = plans.flatMap((plan) => plan.flips).filter(({ row }) => !decided.has(row))
  const flipped = flipCriteria(spec, board, [...all, ...following], to)
  const totals = ownTotals(spec, flipped)
  const dated = to === null ? { lines: [], left: null } : versionDate(spec, dateOf(bundle.evidence))
  const placed = changeInPlace(spec, judgement, by, {
    cells: [...flipped.cells, ...totals.cells],
    taken: cells.taken,
  })
  return {
    spec,
    heading: next?.heading ?? composed``,
    changes: {
      ...placed.intent,
      lines: together(flipped.lines, [...placed.intent.lines, ...dated.lines]),
      replace: plans.flatMap(({ replace }) => replace),
    },
    ground: {
      section: next && { ...next, label },
      subsections: next?.number == null ? null : subsectionStyle(spec, next.level),
      version: spec.version === null || to === null ? null : { from: spec.version.token, to },
      refuted: refuted(spec, bundle, judgement),
      retractions: retracted,
      scoreboard: groundScoreboard(board, flipped, disputed),
      changed: placed.changed,
      missed: [
        ...missed,
        ...placed.missed,
        ...totals.missed,
        ...(dated.left === null
          ? []
          : [
              {
                by: 'version',
                what: dated.left.text,
                reason: `it stands beside the version in line ${dated.left.line}, and may be the date of something else`,
              },
            ]),
      ],
    },
  }
}

/** Changes of a line that both write are one change of it; where both write one number, the first does. */
function together(
  one: readonly LineChange[],
  other: DraftedIntent['lines'],
): DraftedIntent['lines'] {
  const byLine = Map.groupBy([...one, ...other], ({ line }) => line)
  return [...byLine.values()].flatMap((changes) => {
    const [first] = changes
    const set = new Map(
      changes
        .toReversed()
        .flatMap((change) => change.set.map((part) => [part.column, part] as const)),
    )
    return first === undefined ? [] : [{ ...first, set: [...set.values()] }]
  })
}

/** In place, a retracted section is minor as ever, and all else is a patch. */
function bumpOf(inPlace: boolean, { hypotheses }: Judgement, { bump }: SpecSettings) {
  const changes = inPlace
    ? { retractions: hypotheses.flatMap(({ retracts }) => retracts).length, cells: 1 }
    : { sections: 1 }
  return bumpFor(changes, bump) ?? 'patch'
}

/**
 * With the date where the latest headings of the spec carry theirs, and where another section is called
 * so already; on one day with a count.
 */
function newSection(
  spec: Spec,
  title: Markdown,
  date: Markdown,
  numbers: readonly string[],
): NextSection {
  const called = (name: Markdown) => nextSection(spec, name, spec.style.sectionLevel, null, numbers)
  const taken = new Set(spec.sections.map(({ heading }) => heading.toLowerCase()))
  const [plain, dated] = [called(title), called(composed`${title} (${date})`)]
  const named = isDated(spec) ? dated : plain
  let free = taken.has(named.heading.toLowerCase()) ? dated : named
  for (let count = 2; taken.has(free.heading.toLowerCase()); count += 1) {
    free = called(composed`${title} (${date}, ${inlineMarkdown(String(count))})`)
  }
  return free
}

function isDated(spec: Spec): boolean {
  const siblings = spec.sections
    .filter(({ level, key }) => level === spec.style.sectionLevel && key !== null)
    .slice(-6)
  const dated = siblings.filter(({ name }) => /\(\d{4}-\d{2}-\d{2}\)\s*$/.test(name))
  return dated.length > 0 && dated.length * 2 >= siblings.length
}

/** `§30`, or the document's own word: `Phase 7`. */
function ownLabel(heading: string, number: string): Markdown {
  const key = parseKey(heading)
  const named = key !== null && /\p{L}/u.test(key.label)
  return asMarkdown(named ? `${key.label}${key.written}` : labelOf(number))
}

function labelOf(number: string): string {
  return `§${number}`
}

/** How numbered sections of a level number what stands in them. */
function subsectionStyle(spec: Spec, level: number): Ground['subsections'] {
  const keys = spec.sections.flatMap(({ key, level: own, parent }) =>
    key && parent?.key && own === level + 1 && key.parts.length === parent.key.parts.length + 1
      ? [key]
      : [],
  )
  return {
    mark: mostCommon(keys.map(({ mark }) => mark)) ?? '',
    close: mostCommon(keys.map(({ close }) => close)) ?? ' ',
  }
}

/** The last of those that occur most often: documents change their habits as they grow. */
function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = mostOf(counts.values())
  return values.findLast((value) => counts.get(value) === most)
}

/** The sections that the evidence bears on, in the order of the investigation. */
function refuted(spec: Spec, { investigation }: Bundle, judgement: Judgement): Ground['refuted'] {
  const numbers = [
    ...(investigation?.refutes ?? []),
    ...judgement.hypotheses.flatMap(({ section }) => section ?? []),
  ].map(bare)
  return [...new Set(numbers)].map((number) => {
    const section = spec.sections.find(({ key }) => key?.written === number)
    return { number, label: labelOf(number), title: section ? titleText(section) : null }
  })
}

function titleText({ name }: Section): string {
  return name.replaceAll(/[*`]|\\(?=[^\p{L}\p{N}\s])/gu, '')
}
