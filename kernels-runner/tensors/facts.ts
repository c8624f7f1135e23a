/** Metadata of a file -> the facts that it states, and the order of its stages. */
import { checkedJson } from './json.ts'
import { limits } from './limits.ts'
import type { FileFacts, TensorInfo } from './types.ts'

export interface StatedFacts {
  facts: FileFacts
  warnings: string[]
}

/** Reads the facts from metadata as written; a fact that does not parse is a warning, not a fact. */
export function statedFacts(metadata: ReadonlyMap<string, string>): StatedFacts {
  const facts: FileFacts = {}
  const warnings: string[] = []
  const read = <T>(key: string, parse: (text: string) => T | null, expected: string): T | null => {
    const text = metadata.get(key)
    if (text === undefined) return null
    const value = parse(text.trim())
    if (value === null) warnings.push(`metadata ${key} is no ${expected}; it is left out`)
    return value
  }
  const compute = read('compute_dtype', (text) => (text === '' ? null : text), 'name of a type')
  if (compute !== null) facts.computeDtype = compute
  const tokens = read('tokens', tokenIds, `JSON array of up to ${limits.tokens} token ids`)
  if (tokens !== null) facts.tokens = tokens
  const selection = read('selection', tokenSelection, '"all", "last" or index of a token')
  if (selection !== null) facts.selection = selection
  const weights = read('weights_sha256', sha256, 'SHA-256 in hex')
  if (weights !== null) facts.weightsSha256 = weights
  const stages = read('stages', stageNames, 'JSON array of names')
  if (stages !== null) {
    facts.stages = [...new Set(stages)]
    if (facts.stages.length < stages.length) {
      warnings.push('metadata stages names a stage twice; its first place counts')
    }
  }
  return { facts, warnings }
}

/** Tensors in the order of the stages, then those that no stage names, by where their data lie. */
export function inStageOrder(
  tensors: readonly TensorInfo[],
  stages: readonly string[] | undefined,
): { tensors: TensorInfo[]; warnings: string[] } {
  const byOffset = [...tensors].sort(
    (x, y) =>
      (x.deflated?.start ?? x.start) - (y.deflated?.start ?? y.start) ||
      x.end - y.end ||
      (x.name < y.name ? -1 : 1),
  )
  if (stages === undefined) return { tensors: byOffset, warnings: [] }
  const place = new Map(stages.map((stage, index) => [stage, index]))
  const placeOf = (tensor: TensorInfo) => place.get(tensor.name) ?? stages.length
  const names = new Set(tensors.map((tensor) => tensor.name))
  const unnamed = byOffset.filter((tensor) => !place.has(tensor.name))
  const absent = stages.filter((stage) => !names.has(stage))
  const warnings = [
    ...some(unnamed.length, 'tensors are not among the stages of the metadata; they come last'),
    ...some(absent.length, 'stages of the metadata have no tensor in this file'),
  ]
  return { tensors: byOffset.sort((x, y) => placeOf(x) - placeOf(y)), warnings }
}

/**
 * Whether tensors lie as writers of safetensors put them: by type, and by name within a type. What
 * was computed first then stands nowhere. Source: `prepare` in the crate safetensors, src/tensor.rs.
 */
export function liesByName(tensors: readonly TensorInfo[]): boolean {
  const ended = new Set<string>()
  return tensors.slice(1).every((tensor, index) => {
    const before = tensors[index]
    if (before === undefined) return true
    if (before.dtype === tensor.dtype)
      return Buffer.compare(Buffer.from(before.name), Buffer.from(tensor.name)) < 0
    ended.add(before.dtype)
    return !ended.has(tensor.dtype)
  })
}

function some(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : []
}

function parsed(text: string): unknown {
  const result = checkedJson(text, limits.jsonDepth)
  return 'value' in result ? result.value : null
}

function tokenIds(text: string): number[] | null {
  const value = parsed(text)
  if (!Array.isArray(value) || value.length > limits.tokens) return null
  return value.every((id) => Number.isSafeInteger(id)) ? (value as number[]) : null
}

function tokenSelection(text: string): 'all' | 'last' | number | null {
  const word = text.replace(/^"(.*)"$/, '$1')
  if (word === 'all' || word === 'last') return word
  return /^\d{1,9}$/.test(word) ? Number(word) : null
}

function sha256(text: string): string | null {
  const digits = text.toLowerCase().replace(/^sha256:/, '')
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null
}

function stageNames(text: string): string[] | null {
  const value = parsed(text)
  if (!Array.isArray(value) || value.length > limits.tensors) return null
  return value.every((name) => typeof name === 'string') ? (value as string[]) : null
}
