/**
 * Unpacks an archive from a stranger into memory. yauzl refuses climbing, absolute and backslash
 * names and entries that are larger than they say; links, duplicates, checksums and totals are
 * checked here.
 */
import { crc32 } from 'node:zlib'
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import { InvalidInput } from '../errors.ts'

export interface UnzipLimits {
  entries: number
  /** Bytes of one file, and of all together, unpacked. */
  fileBytes: number
  totalBytes: number
}

/** The archive is not taken, as a whole. */
export class BadArchive extends InvalidInput {
  override readonly name = 'BadArchive'

  constructor(message: string, options?: ErrorOptions) {
    super('bad-archive', message, options)
  }
}

/**
 * @returns path -> bytes
 * @throws BadArchive
 */
export async function unzip(
  zip: Uint8Array,
  limits: UnzipLimits,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const seen = new Set<string>()
  const writings = new Map<string, string>()
  let left = limits.totalBytes
  try {
    const archive = await fromBufferPromise(Buffer.from(zip), {
      strictFileNames: true,
      validateEntrySizes: true,
      decodeStrings: true,
    })
    if (archive.entryCount > limits.entries) {
      throw new BadArchive(`It has ${archive.entryCount} entries; ${limits.entries} are allowed.`)
    }
    for await (const entry of archive.eachEntry()) {
      const name = entry.fileName
      const bad = unsafeName(name)
      if (bad) throw new BadArchive(`${quoted(name)} ${bad}.`)
      await requireSameHeader(archive, entry)
      // On the file systems that fold case, one of two such files would replace the other.
      const folded = name.toLowerCase().normalize('NFC')
      if (seen.has(folded)) throw new BadArchive(`Two entries are called ${quoted(name)}.`)
      requireOneWriting(name, writings)
      seen.add(folded)
      if (seen.size > limits.entries) throw new BadArchive('It has more entries than it says.')
      const kind = kindOf(entry)
      if (kind === 'folder') continue
      if (kind === 'other') {
        throw new BadArchive(`${quoted(name)} is a link or a device, not a regular file.`)
      }
      const bytes = await contentOf(archive, entry, Math.min(limits.fileBytes, left))
      left -= bytes.length
      files.set(name, bytes)
    }
    const folders = new Set([...files.keys()].flatMap(foldersOf))
    const both = [...files.keys()].find((name) => folders.has(name))
    if (both !== undefined) throw new BadArchive(`${quoted(both)} is both a file and a folder.`)
    return files
  } catch (error) {
    if (error instanceof BadArchive) throw error
    throw new BadArchive(`It cannot be read as a zip: ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

async function contentOf(archive: ZipFile, entry: Entry, limit: number): Promise<Uint8Array> {
  const name = quoted(entry.fileName)
  if (entry.isEncrypted()) throw new BadArchive(`${name} is encrypted.`)
  if (entry.uncompressedSize > limit) {
    throw new BadArchive(`${name} has ${entry.uncompressedSize} bytes; ${limit} are left.`)
  }
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of await archive.openReadStreamPromise(entry)) {
    total += (chunk as Uint8Array).length
    if (total > limit) throw new BadArchive(`${name} has more than the ${limit} bytes left.`)
    chunks.push(chunk as Uint8Array)
  }
  const bytes = Buffer.concat(chunks)
  if (crc32(bytes) !== entry.crc32) throw new BadArchive(`${name} does not fit its checksum.`)
  return bytes
}

/** What the entry says that it is: the upper half of its attributes is a Unix mode, or nothing. */
function kindOf({ fileName, externalFileAttributes }: Entry): 'file' | 'folder' | 'other' {
  const type = (externalFileAttributes >>> 16) & 0o170000
  if (fileName.endsWith('/')) return type === 0 || type === 0o040000 ? 'folder' : 'other'
  return type === 0 || type === 0o100000 ? 'file' : 'other'
}

/** Names that some file system reads as another, or as no file at all. */
function unsafeName(name: string): string | null {
  const parts = name.replace(/\/$/, '').split('/')
  if (parts.some((part) => part === '')) return 'has an empty part'
  if (parts.some((part) => /[. ]$/.test(part))) return 'has a part that ends in a dot or a blank'
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f<>:"|?*]/.test(name)) return 'has a character that not every system takes'
  const device = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/i
  return parts.some((part) => device.test(part)) ? 'is the name of a device on Windows' : null
}

function foldersOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** On a file system that folds case or forms of Unicode two writings of one folder are one. */
function requireOneWriting(name: string, writings: Map<string, string>): void {
  for (const path of [...foldersOf(name.replace(/\/$/, '')), name.replace(/\/$/, '')]) {
    const folded = path.toLowerCase().normalize('NFC')
    const before = writings.get(folded)
    if (before !== undefined && before !== path) {
      throw new BadArchive(`${quoted(before)} and ${quoted(path)} are one name on some systems.`)
    }
    writings.set(folded, path)
  }
}

/** A reader that goes by the header before the data must see the same file as one that does not. */
async function requireSameHeader(archive: ZipFile, entry: Entry): Promise<void> {
  const local = await archive.readLocalFileHeaderPromise(entry)
  // With this flag sizes and checksum follow the data, and here are 0; ZIP64 has them elsewhere.
  const told = (local.generalPurposeBitFlag & 8) === 0 && local.compressedSize !== 0xffffffff
  const same =
    local.fileName.equals(entry.fileNameRaw) &&
    local.compressionMethod === entry.compressionMethod &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    (!told ||
      (local.crc32 === entry.crc32 &&
        local.compressedSize === entry.compressedSize &&
        local.uncompressedSize === entry.uncompressedSize))
  if (!same) {
    throw new BadArchive(`${quoted(entry.fileName)} is described in two ways that differ.`)
  }
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name)
}
