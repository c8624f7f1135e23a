/** Opens a tensor file of any of the four formats; reads and checks its header, not its elements. */
import { closeSync } from 'node:fs'
import { openBytes, readBytes, type FileBytes } from './bytes.ts'
import { TensorFileError } from './error.ts'
import { inStageOrder, liesByName, statedFacts } from './facts.ts'
import { readGguf } from './gguf.ts'
import { limits } from './limits.ts'
import { readNpy } from './npy.ts'
import { readNpz } from './npz.ts'
import { pickled } from './pickle.ts'
import { openShards } from './shards.ts'
import { readSafetensors, type Header } from './safetensors.ts'
import type { FileFormat, TensorFile, TensorInfo, OpenTensorFile } from './types.ts'

/**
 * Throws a TensorFileError, and leaves nothing open, if the header must not be believed.
 *
 * @param open opens the file, and the shards that it names
 */
export async function openTensorFile(
  path: string,
  open: (path: string) => FileBytes = openBytes,
): Promise<OpenTensorFile> {
  const file = open(path)
  try {
    if (path.endsWith('.index.json'))
      return await openShards(file, (shard) => openTensorFile(shard, open))
    const format = sniff(file)
    const header = await readHeader(file, format)
    const { facts, warnings } = statedFacts(header.metadata)
    const ordered = inStageOrder(header.tensors, facts.stages)
    return {
      path,
      format,
      size: file.size,
      tensors: ordered.tensors,
      byName: isByName(format, ordered.tensors, facts.stages),
      facts,
      metadata: Object.fromEntries([...header.metadata].map(([key, text]) => [key, cut(text)])),
      warnings: [...header.warnings, ...warnings, ...ordered.warnings],
      fd: file.fd,
      close: () => closeSync(file.fd),
    }
  } catch (error) {
    closeSync(file.fd)
    throw error
  }
}

function isByName(
  format: string,
  tensors: readonly TensorInfo[],
  stages: readonly string[] | undefined,
): boolean {
  return (
    stages === undefined && format === 'safetensors' && tensors.length > 1 && liesByName(tensors)
  )
}

/** What a tensor file declares, without keeping it open. */
export async function readTensorFile(path: string): Promise<TensorFile> {
  const { fd: _fd, close, ...file } = await openTensorFile(path)
  close()
  return file
}

/** The format by the first bytes; names are not believed. */
function sniff(file: FileBytes): FileFormat {
  const head = readBytes(file, 0, Math.min(file.size, 16))
  const magic = Buffer.from(head).toString('latin1')
  if (magic.startsWith('\x93NUMPY')) return 'npy'
  if (magic.startsWith('GGUF')) return 'gguf'
  if (magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06')) return 'npz'
  // A pickle of protocol 2 to 5.
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5) throw pickled(file.path)
  // safetensors has no magic number: a length that fits, then a brace.
  if (magic[8] === '{' || file.path.endsWith('.safetensors')) return 'safetensors'
  throw new TensorFileError({
    code: 'unknown-format',
    path: file.path,
    offset: 0,
    what: 'not a tensor file of a known format',
    received: magic,
    remedy: 'Name a .safetensors, .npy, .npz or .gguf file, or the .index.json of shards.',
  })
}

async function readHeader(file: FileBytes, format: FileFormat): Promise<Header> {
  switch (format) {
    case 'safetensors':
      return readSafetensors(file)
    case 'npy':
      return readNpy(file)
    case 'npz':
      return readNpz(file)
    case 'gguf':
      return readGguf(file)
  }
}

function cut(text: string): string {
  const characters = limits.metadataChars
  return text.length > characters
    ? `${text.slice(0, characters)}… (${text.length} characters)`
    : text
}
