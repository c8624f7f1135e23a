/** Bytes of a file that is open, read where asked and never beyond its end. */
import { closeSync, fstatSync, openSync, readSync, constants } from 'node:fs'
import { TensorFileError } from './error.ts'

export interface FileBytes {
  path: string
  fd: number
  size: number
}

/** Opens a regular file; a pipe or a device would block or never end. */
export function openBytes(path: string): FileBytes {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw new TensorFileError({
      code: 'unreadable',
      path,
      offset: 0,
      what: 'the file cannot be opened',
      received: error instanceof Error ? error.message : String(error),
      remedy: 'Check the path and its permissions.',
      cause: error,
    })
  }
  const stat = fstatSync(fd)
  if (!stat.isFile()) {
    closeSync(fd)
    throw new TensorFileError({
      code: 'unreadable',
      path,
      offset: 0,
      what: 'not a regular file',
      remedy: 'Name a tensor file; pipes and directories are not read.',
    })
  }
  return { path, fd, size: stat.size }
}

/** Fills `into` from byte `at`; the file must hold that much. */
export function readInto(file: Pick<FileBytes, 'path' | 'fd'>, into: Uint8Array, at: number): void {
  let done = 0
  while (done < into.length) {
    const got = readSync(file.fd, into, done, into.length - done, at + done)
    if (got === 0) {
      throw new TensorFileError({
        code: 'truncated',
        path: file.path,
        offset: at + done,
        what: `the file ends ${into.length - done} bytes too early`,
        remedy: 'It was cut, or is still being written: write it again and compare then.',
      })
    }
    done += got
  }
}

export function readBytes(file: FileBytes, at: number, length: number): Uint8Array {
  if (at + length > file.size) {
    throw new TensorFileError({
      code: 'truncated',
      path: file.path,
      offset: file.size,
      what: `${length} bytes are needed at byte ${at}, but the file has ${file.size}`,
      remedy: 'The file is incomplete: write or download it again.',
    })
  }
  const bytes = new Uint8Array(length)
  readInto(file, bytes, at)
  return bytes
}
