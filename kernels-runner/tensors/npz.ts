/**
 * .npz: a zip archive of .npy files. Stored entries are read in place; a deflated one is inflated to
 * a file of its own when its elements are needed, and never beyond the size that it declares.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl'
import { readBytes, type FileBytes } from './bytes.ts'
import { TensorFileError, type TensorFileErrorCode } from './error.ts'
import { limits } from './limits.ts'
import { pickled } from './pickle.ts'
import { npyPrefixBytes, npyTensor, parseNpyHeader } from './npy.ts'
import type { Header } from './safetensors.ts'
import type { TensorInfo } from './types.ts'

const remedy = 'Write the archive again with numpy.savez.'

export async function readNpz(file: FileBytes): Promise<Header> {
  const refuse = (code: TensorFileErrorCode, what: string, received = '', cause?: unknown) =>
    new TensorFileError({ code, path: file.path, offset: 0, what, received, remedy, cause })
  const tensors: TensorInfo[] = []
  const names = new Set<string>()
  let zip: ZipFile
  try {
    zip = await fromFdPromise(file.fd, { autoClose: false, strictFileNames: true })
  } catch (cause) {
    throw refuse('malformed', 'no readable zip archive', messageOf(cause), cause)
  }
  if (zip.entryCount > limits.entries) {
    throw refuse('too-large', `an archive may have ${limits.entries} entries`, `${zip.entryCount}`)
  }
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/i, '')
      if (names.has(name)) throw refuse('duplicate', 'two entries have one name', name)
      names.add(name)
      if (/(?:^|\/)data\.pkl$/.test(name)) throw pickled(file.path)
      if (name === entry.fileName) continue
      tensors.push(await readEntry(zip, entry, name, file, refuse))
    }
  } catch (cause) {
    if (cause instanceof TensorFileError) throw cause
    throw refuse('malformed', 'the zip archive is damaged', messageOf(cause), cause)
  }
  checkOverlap(tensors, file.path)
  return { tensors, metadata: new Map(), warnings: [] }
}

/** Writes the inflated entry of a tensor to `target`; stops as soon as it grows too large. */
export async function inflateEntry(
  file: FileBytes,
  tensor: TensorInfo,
  target: string,
): Promise<void> {
  const { start, end, size } = tensor.deflated ?? { start: 0, end: 0, size: 0 }
  let seen = 0
  const trouble = (code: TensorFileErrorCode, what: string, received: string, cause?: unknown) =>
    new TensorFileError({ code, path: file.path, offset: start, what, received, remedy, cause })
  const guard = new Transform({
    transform(data: Buffer, _encoding, done) {
      seen += data.length
      if (seen > size) {
        done(trouble('too-large', `${tensor.name} inflates beyond the ${size} bytes declared`, ''))
      } else done(null, data)
    },
  })
  const packed = createReadStream('', { fd: file.fd, start, end: end - 1, autoClose: false })
  try {
    await pipeline(packed, createInflateRaw(), guard, createWriteStream(target, { flags: 'wx' }))
  } catch (cause) {
    if (cause instanceof TensorFileError) throw cause
    throw trouble('malformed', `${tensor.name} does not inflate`, messageOf(cause), cause)
  }
  if (seen !== size) {
    throw trouble('truncated', `${tensor.name} should inflate to ${size} bytes`, `${seen}`)
  }
}

async function readEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
  file: FileBytes,
  refuse: (code: TensorFileErrorCode, what: string, received?: string) => TensorFileError,
): Promise<TensorInfo> {
  if (Buffer.byteLength(name) > limits.nameBytes) {
    throw refuse('too-large', `a name may have ${limits.nameBytes} bytes`, name)
  }
  if (entry.isEncrypted()) throw refuse('unsupported', `${name} is encrypted`)
  const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  const end = start + entry.compressedSize
  if (end > file.size) throw refuse('out-of-range', `${name} ends after the archive`, `${end}`)
  if (entry.compressionMethod === 0) {
    const head = readBytes(file, start, Math.min(entry.compressedSize, npyPrefixBytes))
    const header = parseNpyHeader(head, file.path, start)
    return npyTensor(name, header, start, entry.compressedSize, file.path, start)
  }
  if (entry.compressionMethod !== 8) {
    throw refuse('unsupported', `${name} is compressed by method ${entry.compressionMethod}`)
  }
  const size = entry.uncompressedSize
  if (size > limits.inflatedBytes || size > entry.compressedSize * limits.inflationRatio + 1024) {
    throw refuse('too-large', `${name} claims to inflate ${entry.compressedSize} bytes`, `${size}`)
  }
  const head = await inflatedPrefix(file, start, end, refuse)
  const header = parseNpyHeader(head.subarray(0, size), file.path, start)
  const tensor = npyTensor(name, header, 0, size, file.path, start)
  return { ...tensor, deflated: { start, end, size } }
}

/** The first bytes of a deflated entry, from at most as many compressed ones. */
async function inflatedPrefix(
  file: FileBytes,
  start: number,
  end: number,
  refuse: (code: TensorFileErrorCode, what: string, received?: string) => TensorFileError,
): Promise<Buffer> {
  const packed = readBytes(file, start, Math.min(end - start, npyPrefixBytes + 1024))
  const inflate = createInflateRaw()
  const parts: Buffer[] = []
  let length = 0
  inflate.end(packed)
  try {
    for await (const part of inflate) {
      parts.push(part as Buffer)
      length += (part as Buffer).length
      if (length >= npyPrefixBytes) break
    }
  } catch (error) {
    // The input is cut on purpose; it matters only if not even the header came out.
    if (length < 12) throw refuse('malformed', 'an entry does not inflate', messageOf(error))
  }
  return Buffer.concat(parts).subarray(0, npyPrefixBytes)
}

function checkOverlap(tensors: readonly TensorInfo[], path: string): void {
  const ranges = tensors
    .map(({ name, deflated, start, end }) => ({ name, ...(deflated ?? { start, end }) }))
    .sort((x, y) => x.start - y.start)
  for (const [index, { name, start }] of ranges.entries()) {
    const before = ranges[index - 1]
    if (before !== undefined && start < before.end) {
      const what = `the entries ${before.name} and ${name} overlap`
      throw new TensorFileError({ code: 'overlap', path, offset: start, what, remedy })
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
