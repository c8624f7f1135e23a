/**
 * What belongs together when no investigation says so: measurements whose sides a log names itself
 * (`F32 vs Q4K`, a side and what it is held against, exactly two sides), and whose labels agree but
 * for the side. Names that merely differ in one word (K-out, V-out) are no sides.
 */
import type { Measurement } from '../evidence/index.ts'
import type { Investigation, Stage } from '../settings/index.ts'
import { label, sameWords, withoutName, words } from './label.ts'
import { isOfPair } from './select.ts'

type Sides = Investigation['sides']

/** Stages in the order of the logs; nothing tells the order of the computation. */
export function pairedStages(
  measurements: readonly Measurement[],
): Pick<Investigation, 'stages' | 'sides' | 'floor'> {
  const pairs = sidesIn(measurements)
  const groups = pairs
    .flatMap((sides) => groupsOf(measurements, sides))
    .filter(({ name }) => name !== '')
  const names = Map.groupBy(groups, ({ name }) => name)
  const stages = groups.map(({ name, sides, diagnostic }): Stage => {
    const clash = (names.get(name)?.length ?? 0) > 1
    const selector = diagnostic === null ? {} : { diagnostic }
    return {
      id: clash ? `${name} (${diagnostic ?? `${sides.candidate}, ${sides.reference}`})` : name,
      candidate: { name: sides.candidate, stage: name, ...selector },
      reference: { name: sides.reference, stage: name, ...selector },
      pair: { stage: name, ...selector },
      after: [],
    }
  })
  return {
    sides: pairs[0] ?? { candidate: 'candidate', reference: 'reference' },
    stages: [...Map.groupBy(stages, ({ id }) => id).values()].flatMap(([first]) => first ?? []),
    floor: undefined,
  }
}

const versus = /([\p{L}\p{N}]+)[\s_-]+(?:vs\.?|versus)[\s_-]+([\p{L}\p{N}]+)/giu

/** Pairs of sides that the logs name, in order of appearance. */
function sidesIn(measurements: readonly Measurement[]): Sides[] {
  const pairs: Sides[] = []
  const same = (a: string, b: string) => sameWords(words(a), words(b))
  const add = (candidate: string, reference: string) => {
    const known = pairs.some(
      (pair) =>
        (same(pair.candidate, candidate) && same(pair.reference, reference)) ||
        (same(pair.candidate, reference) && same(pair.reference, candidate)),
    )
    if (!known && !same(candidate, reference)) pairs.push({ candidate, reference })
  }
  for (const { side, against, under, stage, source } of measurements) {
    if (side !== null && against !== null) add(side, against)
    for (const text of [...under, stage, source.file]) {
      for (const [, a = '', b = ''] of text.matchAll(versus)) add(a, b)
    }
  }
  const [candidate, reference, third] = new Set(measurements.flatMap(({ side }) => side ?? []))
  if (candidate && reference && !third) add(candidate, reference)
  return pairs
}

interface Group {
  /** The stage as the logs name it, without the side. */
  name: string
  sides: Sides
  /** The diagnostic that printed all of it; null where the sides come from several. */
  diagnostic: string | null
}

type Part = 'candidate' | 'reference' | 'pair'

interface Placed {
  part: Part
  key: string
  name: string
  diagnostic: string
}

/** Groups that are whole within one diagnostic first; what is left is joined across diagnostics. */
function groupsOf(measurements: readonly Measurement[], sides: Sides): Group[] {
  const placed = measurements.flatMap((measurement) => placeOf(measurement, sides) ?? [])
  const within = [...Map.groupBy(placed, ({ key, diagnostic }) => `${diagnostic} ${key}`).values()]
  const whole = within.filter(isWhole)
  const taken = new Set(whole.flat())
  const rest = placed.filter((one) => !taken.has(one))
  const across = [...Map.groupBy(rest, ({ key }) => key).values()].filter(isWhole)
  return [
    ...whole.map(([one]) => ({ name: one!.name, sides, diagnostic: one!.diagnostic })),
    ...across.map(([one]) => ({ name: one!.name, sides, diagnostic: null })),
  ]
}

function isWhole(group: readonly Placed[]): boolean {
  const has = (part: Part) => group.some((one) => one.part === part)
  return has('pair') || (has('candidate') && has('reference'))
}

function placeOf(measurement: Measurement, sides: Sides): Placed | null {
  const { stage, side, against, facts, source } = measurement
  const names = [sides.candidate, sides.reference].map(words)
  const isSide = (stated: string | null, name: readonly string[]) =>
    stated !== null && sameWords(words(stated), name)
  const found = names.map((name) =>
    side === null ? withoutName(words(stage), name) !== null : isSide(side, name),
  )
  const ofPair = isOfPair(measurement)
  if (ofPair && !names.every((name) => isSide(side, name) || isSide(against, name))) return null
  if (!ofPair && found[0] === found[1]) return null
  const bare = (side === null ? names : []).reduce<readonly string[]>(
    (left, name) => withoutName(left, name) ?? left,
    label(stage).bare,
  )
  const layer = facts.layer ?? label(stage).layer
  const name = [...(layer === null ? [] : [`layer ${layer}`]), ...printedAs(stage, bare)].join(' ')
  return {
    part: ofPair ? 'pair' : found[0] ? 'candidate' : 'reference',
    key: JSON.stringify([layer, bare]),
    name,
    diagnostic: source.diagnostic,
  }
}

/** Words as the log spells them, where they stand together in it; else one by one. */
function printedAs(stage: string, bare: readonly string[]): readonly string[] {
  const found =
    bare.length === 0 ? null : new RegExp(bare.join('[^\\p{L}\\p{N}]*'), 'iu').exec(stage)
  return found ? [found[0]] : bare
}
