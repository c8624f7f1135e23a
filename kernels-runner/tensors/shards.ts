/**
 * The index of a model in several safetensors files: `{"weight_map": {"name": "file"}}`, the files
 * lying beside it. Together they are one file with the tensors of all.
 */
import { closeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readBytes, type FileBytes } from './bytes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { inStageOrder } from './facts.ts'
import { checkedJson } from './json.ts'
import { limits } from './limits.ts'
import type { OpenTensorFile, TensorInfo } from './types.ts'

/** @param index is closed here; the shards are, when what is returned is */
export async function openShards(
  index: FileBytes,
  open: (path: string) => Promise<OpenTensorFile>,
): Promise<OpenTensorFile> {
  const map = weightMap(index)
  const files = new Map<string, OpenTensorFile>()
  const close = () => files.forEach((file) => file.close())
  try {
    for (const name of new Set(map.values())) {
      files.set(name, await open(join(dirname(index.path), name)))
    }
    const shards = new Map<string, FileBytes>()
    const held = new Map(
      [...files].map(([name, { tensors: all }]) => [
        name,
        new Map(all.map((one) => [one.name, one])),
      ]),
    )
    const tensors = [...map].map(([name, shard]): TensorInfo => {
      const file = files.get(shard)
      const tensor = held.get(shard)?.get(name)
      if (!file || !tensor) {
        throw refuse(index, 'malformed', `${shard} does not hold the tensor`, name)
      }
      shards.set(name, { path: file.path, fd: file.fd, size: file.size })
      return tensor
    })
    const all = [...files.values()]
    const facts = all.find((file) => file.facts.stages)?.facts ?? all[0]?.facts ?? {}
    const ordered = facts.stages ? inStageOrder(tensors, facts.stages) : { tensors, warnings: [] }
    const [first] = all
    if (!first) throw refuse(index, 'malformed', 'the index names no file', '')
    closeSync(index.fd)
    return {
      path: index.path,
      format: first.format,
      size: all.reduce((sum, { size }) => sum + size, 0),
      tensors: ordered.tensors,
      // An index lists tensors as it likes.
      byName: facts.stages === undefined && tensors.length > 1,
      facts,
      metadata: first.metadata,
      warnings: [...all.flatMap(({ warnings }) => warnings), ...ordered.warnings],
      fd: first.fd,
      shards,
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Names of tensors, and the file beside the index that holds each. */
function weightMap(index: FileBytes): Map<string, string> {
  if (index.size > limits.headerBytes) {
    throw refuse(index, 'too-large', `an index may have ${limits.headerBytes} bytes`, '')
  }
  const text = new TextDecoder().decode(readBytes(index, 0, index.size))
  const parsed = checkedJson(text, limits.jsonDepth)
  if ('trouble' in parsed) throw refuse(index, parsed.trouble.code, parsed.trouble.what, '')
  const map = (parsed.value as { weight_map?: unknown } | null)?.weight_map
  if (typeof map !== 'object' || map === null) {
    throw refuse(index, 'malformed', 'the index has no weight_map', '')
  }
  const entries = Object.entries(map)
  if (entries.length > limits.tensors) {
    throw refuse(index, 'too-large', `at most ${limits.tensors} tensors`, `${entries.length}`)
  }
  for (const [, shard] of entries) {
    // A path could lead out of the folder.
    if (typeof shard !== 'string' || basename(shard) !== shard || !shard.endsWith('.safetensors')) {
      throw refuse(index, 'unsafe', 'a shard is no .safetensors file beside the index', `${shard}`)
    }
  }
  return new Map(entries as [string, string][])
}

function refuse(
  { path }: FileBytes,
  code: TensorFileErrorCode,
  what: string,
  received: string,
): TensorFileError {
  const remedy = 'Name the index that lies beside its shards, as save_pretrained writes it.'
  return new TensorFileError({ code, path, offset: 0, what, received, remedy })
}
