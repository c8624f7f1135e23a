/** Deflated entries of .npz archives, as files of their own for as long as they are needed. */
import { closeSync } from 'node:fs'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBytes } from './bytes.ts'
import { TensorFileError } from './error.ts'
import { limits } from './limits.ts'
import { inflateEntry } from './npz.ts'
import type { OpenTensorFile, TensorInfo } from './types.ts'
import type { ElementSource } from './span.ts'

/** Where entries are inflated to, and how many bytes of them may lie there at a time. */
export interface InflationRoom {
  folder: string
  bytes: number
}

/** Of the free space of a disk; the rest is for others. */
const share = 0.5

export class InflatedEntries {
  readonly #room: InflationRoom
  #taken = 0
  #folder: Promise<string> | undefined
  #count = 0
  readonly #open = new Map<number, number>()

  constructor(room: Partial<InflationRoom> = {}) {
    this.#room = { folder: tmpdir(), bytes: limits.inflatedBytes, ...room }
  }

  async source(file: OpenTensorFile, tensor: TensorInfo): Promise<ElementSource> {
    const held = file.shards?.get(tensor.name) ?? file
    return {
      path: held.path,
      fd: tensor.deflated === null ? held.fd : await this.#inflate(file, tensor),
      offset: tensor.start,
      bytes: tensor.end - tensor.start,
      dtype: tensor.dtype,
      bigEndian: tensor.bigEndian,
      columnMajor: tensor.layout === 'column-major' ? tensor.shape : null,
    }
  }

  /** Gives the disk space of an inflated entry back. */
  release({ fd }: ElementSource): void {
    const bytes = this.#open.get(fd)
    if (bytes === undefined) return
    this.#open.delete(fd)
    this.#taken -= bytes
    closeSync(fd)
  }

  async close(): Promise<void> {
    for (const fd of this.#open.keys()) closeSync(fd)
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true })
  }

  async #inflate(file: OpenTensorFile, tensor: TensorInfo): Promise<number> {
    const bytes = tensor.deflated?.size ?? 0
    await this.#refuseWithoutRoom(file, tensor, bytes)
    this.#taken += bytes
    this.#folder ??= mkdtemp(join(this.#room.folder, 'codicil-npz-'))
    const target = join(await this.#folder, String(this.#count++))
    await inflateEntry(file, tensor, target)
    const { fd } = openBytes(target)
    this.#open.set(fd, bytes)
    // The bytes stay until the descriptor is closed, and are gone even if the process dies.
    await rm(target)
    return fd
  }

  /** @throws TensorFileError before a byte is written */
  async #refuseWithoutRoom(
    { path }: OpenTensorFile,
    { name, deflated }: TensorInfo,
    bytes: number,
  ): Promise<void> {
    const { bavail, bsize } = await statfs(this.#room.folder)
    const room = Math.min(this.#room.bytes - this.#taken, Math.floor(bavail * bsize * share))
    if (bytes <= room) return
    throw new TensorFileError({
      code: 'too-large',
      path,
      offset: deflated?.start ?? 0,
      what: `${name} inflates to ${bytes} bytes, and ${Math.max(0, room)} may be taken in ${this.#room.folder}`,
      remedy: 'Free space there, set TMPDIR, or write the archive with numpy.savez, uncompressed.',
    })
  }
}
