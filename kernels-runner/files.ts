/** Reading below a folder that somebody else wrote: no link is followed, nothing but files is opened. */
import { CodicilError } from '../spec-tools/index.ts'
import { createHash, hash } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { access, lstat, open, opendir, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export type FileRefusalCode =
  'not-found' | 'not-a-file' | 'symbolic-link' | 'hard-link' | 'too-large' | 'sparse' | 'OUTSIDE'

export class FileRefusal extends CodicilError<FileRefusalCode> {
  override readonly name = 'FileRefusal'

  constructor(code: FileRefusal['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}

/**
 * The bytes of one regular file.
 *
 * @param folder Trusted; links in it are followed.
 * @param path Relative to it, with `/`; no part of it may be a link or climb.
 * @param limit Most bytes that a file may have.
 * @param from `hostile`: nor may the file have another name, which could be that of a file elsewhere.
 * @throws FileRefusal
 */
export async function readRegularFile(
  folder: string,
  path: string,
  limit: number,
  from: 'trusted' | 'hostile' = 'trusted',
): Promise<Buffer> {
  await using handle = await openRegularFile(folder, path)
  const { size, nlink } = await handle.stat()
  if (from === 'hostile' && nlink > 1) {
    throw new FileRefusal('hard-link', `${path} is one of ${nlink} names of the same file.`)
  }
  if (size > limit) {
    throw new FileRefusal('too-large', `${path} has ${size} bytes; at most ${limit} are read.`)
  }
  const content = Buffer.alloc(size)
  let length = 0
  for (let read = -1; read !== 0 && length < size; length += read) {
    read = (await handle.read(content, length, size - length)).bytesRead
  }
  return content.subarray(0, length)
}

/**
 * SHA-256 of a regular file of any size; paths as for `readRegularFile`.
 *
 * @throws FileRefusal `sparse` for a file of holes, which would be read for as long as it claims to be
 */
export async function digestRegularFile(
  folder: string,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  await using handle = await openRegularFile(folder, path)
  const stat = await handle.stat()
  refuseSparse(stat, path)
  const digest = createHash('sha256')
  // A stream of each of thousands of small files would cost more than all of their bytes.
  const buffer = Buffer.allocUnsafe(Math.min(stat.size + 1, 1024 * 1024))
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await handle.read(buffer)
    if (bytesRead === 0) break
    digest.update(buffer.subarray(0, bytesRead))
  }
  return digest.digest('hex')
}

/** Less than this share of a file on the disk is taken for holes, not for compression. */
const leastOnDisk = 1 / 64
const smallest = 1024 * 1024

/** @throws FileRefusal for a file that says to be far larger than what the disk holds of it */
export function refuseSparse(
  { size, blocks }: { size: number; blocks: number },
  path: string,
): void {
  const held = blocks * 512
  if (size <= smallest || held >= size * leastOnDisk) return
  throw new FileRefusal(
    'sparse',
    `${path} claims ${size} bytes, of which ${held} are on the disk; it is not read.`,
  )
}

async function openRegularFile(folder: string, path: string): Promise<FileHandle> {
  const segments = path.split('/')
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new FileRefusal('OUTSIDE', `${path} is not a plain relative path; write it without "..".`)
  }
  for (let depth = 1; depth < segments.length; depth++) {
    await refuseLink(folder, segments.slice(0, depth).join('/'))
  }
  const handle = await open(
    join(folder, path),
    // Without O_NONBLOCK a named pipe would wait for its writer.
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? link(path) : missing(error, folder, path)
  })
  try {
    if (!(await handle.stat()).isFile()) {
      throw new FileRefusal('not-a-file', `${path} is not a regular file.`)
    }
    await refuseElsewhere(handle, folder, path)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A folder on the way may have become a link after it was looked at: the kernel knows what is open. */
async function refuseElsewhere(handle: FileHandle, folder: string, path: string): Promise<void> {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)
  const meant = join(await realpath(folder), path)
  // Without /proc, as on macOS, only the look before is left.
  if (opened !== undefined && opened !== meant) throw link(path)
}

export interface Found {
  /** Relative to the folder, with `/`. */
  path: string
  kind: 'file' | 'link' | 'other'
}

/** Empty folders are no entries, and still take time; so do names that nobody asks for. */
const mostFolders = 4096
const mostNames = 65_536

/** Everything below a folder but folders, sorted by path; stops at `limit` entries. */
export async function listTree(folder: string, limit: number): Promise<Found[]> {
  const found: Found[] = []
  const folders = ['']
  for (const at of folders) {
    if (found.length >= limit) break
    for (const entry of await namesIn(join(folder, at))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      if (!entry.isDirectory()) found.push({ path, kind: kindOf(entry) })
      else if (folders.length < mostFolders) folders.push(path)
    }
  }
  return found.slice(0, limit).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Sorted; none where it cannot be looked into. */
async function namesIn(folder: string): Promise<Dirent[]> {
  const entries: Dirent[] = []
  try {
    for await (const entry of await opendir(folder, { bufferSize: 1024 })) {
      if (entries.push(entry) === mostNames) break
    }
  } catch {
    // What was found so far.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether it is a folder itself, and no link to one. */
export async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  )
}

/** The first of the paths that can be run. */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  return undefined
}

function kindOf(entry: { isFile(): boolean; isSymbolicLink(): boolean }): Found['kind'] {
  if (entry.isFile()) return 'file'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

async function refuseLink(folder: string, path: string): Promise<void> {
  const stat = await lstat(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
    throw missing(error, folder, path)
  })
  if (stat.isSymbolicLink()) throw link(path)
}

function link(path: string): FileRefusal {
  return new FileRefusal('symbolic-link', `${path} is a symbolic link; links are not followed.`)
}

function missing(error: NodeJS.ErrnoException, folder: string, path: string): Error {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR'
    ? new FileRefusal('not-found', `There is no ${path} in ${folder}.`)
    : error
}

/** 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}
