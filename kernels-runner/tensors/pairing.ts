/** Which tensor of one file belongs to which of the other, and in which order. */
import type { TensorFile, TensorInfo } from './types.ts'

export interface PairedStage {
  stage: string
  a: TensorInfo | null
  b: TensorInfo | null
}

/**
 * All stages of both files, in the order of the reference, or of the candidate where only that has
 * more than an order of names; what only the other has comes after what precedes it there. Stages that the metadata name but no file holds are among them, so that a
 * gap in the captures is seen.
 */
export function pairStages(a: TensorFile, b: TensorFile): PairedStage[] {
  const [onlyA, onlyB] = [a.tensors[0], b.tensors[0]]
  // A .npy file has no names: it pairs with the only tensor of the other file.
  if ([a, b].some(({ format }) => format === 'npy') && onlyA && onlyB) {
    if (a.tensors.length === 1 && b.tensors.length === 1) {
      return [{ stage: b.format === 'npy' ? onlyA.name : onlyB.name, a: onlyA, b: onlyB }]
    }
  }
  const inA = new Map(a.tensors.map((tensor) => [tensor.name, tensor]))
  const inB = new Map(b.tensors.map((tensor) => [tensor.name, tensor]))
  const [main, other] = b.byName && !a.byName ? [a, b] : [b, a]
  return mergedOrder(orderOf(main), orderOf(other)).map((stage) => ({
    stage,
    a: inA.get(stage) ?? null,
    b: inB.get(stage) ?? null,
  }))
}

function orderOf(file: TensorFile): string[] {
  const stages = file.facts.stages ?? []
  const named = new Set(stages)
  return [...stages, ...file.tensors.map(({ name }) => name).filter((name) => !named.has(name))]
}

/** `main`, with what only `other` has put behind its predecessor there. */
function mergedOrder(main: readonly string[], other: readonly string[]): string[] {
  const known = new Set(main)
  const after = new Map<string | null, string[]>()
  let predecessor: string | null = null
  for (const name of other) {
    if (known.has(name)) predecessor = name
    else after.set(predecessor, [...(after.get(predecessor) ?? []), name])
  }
  return [...(after.get(null) ?? []), ...main.flatMap((name) => [name, ...(after.get(name) ?? [])])]
}
