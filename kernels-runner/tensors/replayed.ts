/**
 * Replays of single stages in tensor files. Beside a stage `s` a file may hold
 *
 *   s@f64      f64(x): the stage computed in f64 from the inputs x that this file's side had
 *   s@replay   f(x'): the side's own stage, computed from the inputs x' that the other side had
 *
 * They are no stages of the computation, so that they get no row of their own.
 */
import type { ReplayedErrors } from '../../spec-tools/index.ts'
import { compareOpen, type CompareOptions } from './compare.ts'
import type { OpenTensorFile } from './types.ts'

/** These, and `s@terms` (`terms.ts`). */
const beside = /^(.+)@(?:f64|replay|terms)$/su

/** A file without what it holds beside its stages. */
export function stagesOf(file: OpenTensorFile): OpenTensorFile {
  const computed = (name: string) => !beside.test(name)
  const { stages } = file.facts
  return {
    ...file,
    tensors: file.tensors.filter(({ name }) => computed(name)),
    facts: { ...file.facts, ...(stages && { stages: stages.filter(computed) }) },
  }
}

/**
 * Injected and propagated error of one side at a stage, with x its inputs and x' those of the other:
 *
 *   injected   = norm(f(x') - f64(x')) / norm(f64(x')) where `s@replay` was captured, on x' as the
 *                other side has it; else norm(f(x) - f64(x)) / norm(f64(x))
 *   propagated = norm(f64(x) - f64(x')) / norm(f64(x'))
 *
 * @returns null where nothing was captured that gives the injected error
 */
export async function replayedErrors(
  stage: string,
  own: OpenTensorFile,
  other: OpenTensorFile,
  options: CompareOptions = {},
): Promise<ReplayedErrors | null> {
  const exact = `${stage}@f64`
  const injected =
    (await relativeL2([own, `${stage}@replay`], [other, exact], options)) ??
    (await relativeL2([own, stage], [own, exact], options))
  if (injected === null) return null
  const propagated = await relativeL2([own, exact], [other, exact], options)
  return { injected, ...(propagated !== null && { propagated }) }
}

type Captured = readonly [file: OpenTensorFile, name: string]

/** norm(a - b) / norm(b); null where one is missing or they cannot be paired. */
async function relativeL2(
  a: Captured,
  b: Captured,
  options: CompareOptions,
): Promise<number | null> {
  const views = [a, b].map(([file, name]): OpenTensorFile => {
    const tensors = file.tensors.filter((tensor) => tensor.name === name)
    return { ...file, tensors: tensors.map((tensor) => ({ ...tensor, name: 's' })), facts: {} }
  })
  const [left, right] = views as [OpenTensorFile, OpenTensorFile]
  if (left.tensors.length === 0 || right.tensors.length === 0) return null
  for await (const { pair } of compareOpen(left, right, options)) {
    if (!pair) return null
    if (pair.nonFiniteMismatch) return Infinity
    return pair.relativeL2.value ?? (pair.maxAbsDiff.value === 0 ? 0 : null)
  }
  return null
}
