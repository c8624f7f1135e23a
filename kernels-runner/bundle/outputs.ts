/**
 * Which tensor files that diagnostics left are to be held against each other:
 * `$CODICIL_OUT/<side>/<name>.safetensors`, the sides being called as the investigation calls them.
 */
import { runName, sameName, type Investigation } from '../../spec-tools/index.ts'
import { isFolder, listTree } from '../files.ts'

export type Role = 'candidate' | 'reference'
export type SideNames = Investigation['sides']

/** One run of a diagnostic, and the folder that it left. */
export interface Leaver {
  id: string
  repeat: number
  /** Its output folder. */
  folder: string
}

export interface Output extends Leaver {
  /** As the folder is called. */
  side: string
  role: Role
  /** Without side and extension. */
  name: string
  /** Relative to the output folder. */
  path: string
}

/** Files of one name: the first run of each side, and its later ones. */
export interface Comparison {
  name: string
  first: Record<Role, Output | null>
  repeats: Record<Role, Output[]>
}

export interface Paired {
  comparisons: Comparison[]
  /** What is not compared, and why. */
  left: string[]
}

const extension = /(?:\.safetensors)?\.index\.json$|\.(?:safetensors|npy|npz|gguf)$/
/** Entries of one output folder that are looked at. */
const most = 4096

export const usualSides: SideNames = { candidate: 'candidate', reference: 'reference' }

export async function tensorOutputs(leavers: readonly Leaver[], sides: SideNames): Promise<Paired> {
  const files: (Leaver & Pick<Output, 'side' | 'name' | 'path'>)[] = []
  for (const leaver of leavers) {
    if (!(await isFolder(leaver.folder))) continue
    for (const { path, kind } of await listTree(leaver.folder, most)) {
      const [side, ...rest] = path.split('/')
      const name = rest.join('/')
      if (kind !== 'file' || side === undefined || !extension.test(name)) continue
      files.push({ ...leaver, side, path, name: name.replace(extension, '') })
    }
  }
  const roleOf = (side: string): Role | null =>
    (['candidate', 'reference'] as const).find((role) => sameName(side, sides[role])) ?? null
  const outputs = files.flatMap((file): Output[] => {
    const role = roleOf(file.side)
    return role === null ? [] : [{ ...file, role }]
  })
  const { comparisons, left } = paired(withoutShards(outputs))
  return { comparisons, left: [...left, ...nameless(files, sides, roleOf)] }
}

/** The files that an index of shards speaks for. */
function withoutShards(outputs: readonly Output[]): Output[] {
  const indices = outputs.filter(({ path }) => path.endsWith('.index.json'))
  return outputs.filter(
    (one) =>
      !/-\d{5}-of-\d{5}\.safetensors$/.test(one.path) ||
      !indices.some((index) => sameRun(index, one) && folderOf(index.path) === folderOf(one.path)),
  )
}

function paired(outputs: readonly Output[]): Paired {
  const comparisons: Comparison[] = []
  const left: string[] = []
  for (const [name, all] of Map.groupBy(outputs, (one) => one.name)) {
    const twice = all.find((one) =>
      all.some((other) => other !== one && sameRun(one, other) && other.role === one.role),
    )
    if (twice) {
      left.push(`${shownAs(twice)}: its side has several tensor files of this name; leave one`)
      continue
    }
    const of = (role: Role) =>
      Map.groupBy(
        all.filter((one) => one.role === role),
        ({ id }) => id,
      )
    const [candidates, references] = [of('candidate'), of('reference')]
    const met = new Set<string>()
    for (const [id, runs] of candidates) {
      const other = references.has(id) || references.size === 0 ? id : only(references.keys())
      if (other === undefined) {
        left.push(
          `${shownAs(runs[0]!)}: ${[...references.keys()].join(' and ')} left a reference of this name; keep one`,
        )
        continue
      }
      met.add(other)
      comparisons.push(comparison(name, runs, references.get(other) ?? []))
    }
    for (const [id, runs] of references) {
      if (!met.has(id)) comparisons.push(comparison(name, [], runs))
    }
  }
  return { comparisons, left: [...left, ...comparisons.flatMap((one) => lonely(one, comparisons))] }
}

function only<T>(all: Iterable<T>): T | undefined {
  const [first, ...others] = all
  return others.length === 0 ? first : undefined
}

function comparison(name: string, candidates: Output[], references: Output[]): Comparison {
  const byRun = (runs: Output[]) => runs.toSorted((a, b) => a.repeat - b.repeat)
  const [candidate, ...again] = byRun(candidates)
  const [reference, ...others] = byRun(references)
  return {
    name,
    first: { candidate: candidate ?? null, reference: reference ?? null },
    repeats: { candidate: again, reference: others },
  }
}

/** A file whose name the other side does not have. */
function lonely({ first, name }: Comparison, all: readonly Comparison[]): string[] {
  const [own, missing]: [Output | null, Role] = first.candidate
    ? [first.candidate, 'reference']
    : [first.reference, 'candidate']
  if (!own || first[missing]) return []
  const others = all.flatMap((one) => one.first[missing]?.name ?? []).filter((one) => one !== name)
  const there = others.length > 0 ? `it has ${others.slice(0, 4).join(', ')}` : 'it has none'
  return [`${shownAs(own)}: the ${missing} has no tensor file of this name; ${there}`]
}

/** Folders that hold files of the same names, but are no sides: somebody meant a comparison. */
function nameless(
  files: readonly (Leaver & Pick<Output, 'side' | 'name' | 'path'>)[],
  sides: SideNames,
  roleOf: (side: string) => Role | null,
): string[] {
  const strange = files.filter(({ side }) => roleOf(side) === null)
  const twins = strange.filter((one) =>
    files.some((other) => other.side !== one.side && other.name === one.name),
  )
  const folders = [...new Set(twins.map(({ side }) => side))]
  if (folders.length === 0) return []
  return [
    `tensor files in ${folders.slice(0, 4).join(', ')} were not compared: the sides are ${sides.candidate} and ${sides.reference}; name the folders so, or name the sides in the investigation`,
  ]
}

function sameRun(a: Leaver, b: Leaver): boolean {
  return a.id === b.id && a.repeat === b.repeat
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

export function shownAs({ id, repeat, path }: Pick<Output, 'id' | 'repeat' | 'path'>): string {
  return `out/${runName(id, repeat)}/${path}`
}
