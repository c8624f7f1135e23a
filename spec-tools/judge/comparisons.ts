/** Tensor files of a bundle -> rows of the divergence table, judged as `codicil compare` judges files. */
import { leastOf } from '../many.ts'
import { realValue } from './quantity.ts'
import type { FactName, Facts } from '../evidence/index.ts'
import type { ComparedStage, TensorComparison, TensorRole } from '../logs/index.ts'
import type { Floor } from '../settings/index.ts'
import { placedByName } from './by-name.ts'
import { judgeCompared } from './compared.ts'
import type { TensorPair, TensorRow, TensorSide } from './tensor-types.ts'
import { dictionary } from '../evidence/dictionary.ts'

/** What an investigation says of a stage of the files. */
export interface DeclaredOfTensor {
  /** Place among its stages. */
  index: number
  /** Places of those that it is computed from. */
  after: readonly number[]
  floor: Floor | undefined
  assert: Record<TensorRole, Facts>
}

/** One stage of the files, before it is judged. */
export interface TensorStage {
  /** Unique in the bundle. */
  name: string
  comparison: TensorComparison
  compared: ComparedStage
  /** Ids of the measurements of its sides and of the pair. */
  ids: string[]
}

export interface JudgedTensors {
  rows: { row: TensorRow; after: string[]; loose: boolean }[]
  warnings: string[]
}

/** All stages of all files; a name that several files hold goes with that of its file. */
export function tensorStages(comparisons: readonly TensorComparison[]): TensorStage[] {
  const all = comparisons.flatMap((comparison) =>
    comparison.stages.map((compared) => ({ comparison, compared, name: compared.stage })),
  )
  const apart = longer(
    longer(all, ({ comparison, compared }) => `${comparison.name}/${compared.stage}`),
    ({ compared: { a, b }, name }) => `${(a ?? b)?.of.diagnostic}/${name}`,
  )
  return apart.map((one) => {
    const { a, b, id } = one.compared
    return { ...one, ids: [id, ...[a, b].flatMap((half) => half?.id ?? [])] }
  })
}

/** Names that are there several times made longer. */
function longer<T extends { name: string }>(all: readonly T[], name: (one: T) => string): T[] {
  const times = Map.groupBy(all, (one) => one.name)
  return all.map((one) => {
    return (times.get(one.name)?.length ?? 0) > 1 ? { ...one, name: name(one) } : one
  })
}

/**
 * The files in the order in which an investigation names their stages, each in its own order.
 *
 * @param declared by the name of the stage
 */
export function judgedTensors(
  stages: readonly TensorStage[],
  declared: ReadonlyMap<string, DeclaredOfTensor>,
  usual: { sides: Record<TensorRole, string>; floor: Floor | undefined },
): JudgedTensors {
  const files = inDeclaredOrder([...Map.groupBy(stages, (one) => one.comparison)], declared)
  const ordered = files.flatMap(([, own]) => own)
  const loose = new Set(
    files
      .filter((file) => isByName(file, declared))
      .flatMap(([, own]) => own.map(({ name }) => name)),
  )
  const after = afterEach(files, declared)
  const { sides, floor } = usual
  const nameOf: Names = new Map(
    files.map(([comparison, own]) => [
      comparison,
      new Map(own.map(({ name, compared }) => [compared.stage, name])),
    ]),
  )
  const named = (comparison: TensorComparison, compared: ComparedStage) => {
    const name = nameOf.get(comparison)?.get(compared.stage) ?? compared.stage
    return pairOf(compared, name, declared.get(name)?.assert)
  }
  const judgement = judgeCompared(
    {
      sides,
      pairs: ordered.map(({ comparison, compared }) => named(comparison, compared)),
      repeats: files.flatMap(([comparison]) =>
        comparison.repeats.map(({ side, run, stages: again }) => ({
          side,
          name: `run ${run} of ${side}`,
          pairs: again.map((compared) => named(comparison, compared)),
        })),
      ),
      replays: replaysOf(nameOf),
    },
    {
      ...(floor && { floor: floorOf(floor) }),
      floors: new Map(
        [...declared].flatMap(([name, { floor: own }]) => (own ? [[name, floorOf(own)]] : [])),
      ),
      after,
      loose,
    },
  )
  return {
    rows: judgement.rows.map((row) => ({
      row,
      after: [...(after.get(row.stage) ?? [])],
      loose: loose.has(row.stage),
    })),
    warnings: [...files.flatMap(([{ warnings }]) => warnings), ...judgement.warnings],
  }
}

/** Stage of a comparison -> its name in the bundle. */
type Names = ReadonlyMap<TensorComparison, ReadonlyMap<string, string>>

type File = [TensorComparison, TensorStage[]]

function inDeclaredOrder(
  files: readonly File[],
  declared: ReadonlyMap<string, DeclaredOfTensor>,
): File[] {
  const place = ([, stages]: File) =>
    leastOf(stages.map(({ name }) => declared.get(name)?.index ?? Infinity))
  return files
    .toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)))
    .map((file) => [file[0], ownOrder(file, declared)])
}

/** That of the investigation where it names them all, else that of the layers or of the file. */
function ownOrder(file: File, declared: ReadonlyMap<string, DeclaredOfTensor>): TensorStage[] {
  const [, stages] = file
  const index = ({ name }: TensorStage) => declared.get(name)?.index ?? Infinity
  if (stages.every((one) => declared.has(one.name))) {
    return stages.toSorted((a, b) => index(a) - index(b))
  }
  if (!isByName(file, declared)) return stages
  const byName = new Map(stages.map((one) => [one.name, one]))
  return placedByName([...byName.keys()]).flatMap(({ stage }) => byName.get(stage) ?? [])
}

/** Whether nothing says in which order the stages of the file are computed. */
function isByName([, stages]: File, declared: ReadonlyMap<string, DeclaredOfTensor>): boolean {
  if (stages.every(({ name }) => declared.has(name))) return false
  return stages.every(({ compared: { a, b } }) =>
    [a, b].every((half) => half === null || half.of.order === 'names'),
  )
}

/** In a file the stage before it; of the first of a file what the investigation says. */
function afterEach(
  files: readonly File[],
  declared: ReadonlyMap<string, DeclaredOfTensor>,
): Map<string, string[]> {
  const at = new Map([...declared].map(([name, { index }]) => [index, name]))
  const seen = new Set<string>()
  const after = new Map<string, string[]>()
  for (const [comparison, stages] of files) {
    if (isByName([comparison, stages], declared)) {
      for (const one of placedByName(stages.map(({ name }) => name)))
        after.set(one.stage, one.after)
      continue
    }
    for (const [index, { name }] of stages.entries()) {
      const before = stages[index - 1]
      const stated = (declared.get(name)?.after ?? []).flatMap((place) => at.get(place) ?? [])
      after.set(name, before ? [before.name] : stated.filter((one) => seen.has(one)))
      seen.add(name)
    }
  }
  return after
}

function floorOf({ relative_l2: relativeL2, because }: Floor) {
  return { relativeL2, ...(because !== undefined && { because }) }
}

function pairOf(
  { a, b, id, unpaired, rowWidth, pair, units, terms }: ComparedStage,
  stage: string,
  assert: DeclaredOfTensor['assert'] | undefined,
): TensorPair {
  return {
    stage,
    id,
    vouch: 'probe-reported',
    a: a && sideOf(a, assert?.candidate ?? {}),
    b: b && sideOf(b, assert?.reference ?? {}),
    unpaired,
    rowWidth,
    pair,
    units,
    ...(terms && { terms }),
  }
}

function sideOf(
  { of, id, dtype, shape, unreadable, stats }: NonNullable<ComparedStage['a']>,
  assert: Facts,
): TensorSide {
  const asserted = {
    ...(assert.tokens && { tokens: assert.tokens }),
    ...(assert.selection !== undefined && { selection: assert.selection }),
    ...(assert.compute !== undefined && { computeDtype: assert.compute }),
    ...(assert.weights !== undefined && { weightsSha256: assert.weights }),
  }
  const { computeDtype, tokens, selection, weightsSha256 } = of
  const stated = {
    ...(computeDtype !== undefined && { computeDtype }),
    ...(tokens && { tokens }),
    ...(selection !== undefined && { selection }),
    ...(weightsSha256 !== undefined && { weightsSha256 }),
  }
  const facts = { ...asserted, ...stated }
  const open = Object.entries(nameOfFact).filter(([key]) => key in asserted && !(key in stated))
  return {
    path: of.path,
    id,
    tensor: { dtype, shape, unreadable },
    facts,
    asserted: open.map(([, fact]) => fact),
    stats,
  }
}

const nameOfFact = dictionary<FactName>({
  tokens: 'tokens',
  selection: 'selection',
  computeDtype: 'compute',
  weightsSha256: 'weights',
})

function replaysOf(nameOf: Names) {
  const all = [...nameOf].flatMap(([comparison, names]) =>
    comparison.replays.map(({ stage, role, id, injected, propagated }) => ({
      name: names.get(stage) ?? stage,
      role,
      errors: {
        id,
        injected: realValue(injected),
        ...(propagated !== undefined && { propagated: realValue(propagated) }),
      },
    })),
  )
  return new Map(
    [...Map.groupBy(all, ({ name }) => name)].map(([name, own]) => [
      name,
      Object.fromEntries(own.map(({ role, errors }) => [role, errors])),
    ]),
  )
}
