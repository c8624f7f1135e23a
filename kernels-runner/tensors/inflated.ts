/** Deflated entries of .npz archives, as files of their own for as long as they are needed. */
import { closeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBytes } from './bytes.ts'
import { inflateEntry } from './npz.ts'
import type { OpenTensorFile } from './open.ts'
import type { ElementSource } from './span.ts'
import type { TensorInfo } from './types.ts'

export class InflatedEntries {
  #folder: Promise<string> | undefined
  #count = 0
  readonly #open = new Set<number>()

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
    if (this.#open.delete(fd)) closeSync(fd)
  }

  async close(): Promise<void> {
    for (const fd of this.#open) closeSync(fd)
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true })
  }

  async #inflate(file: OpenTensorFile, tensor: TensorInfo): Promise<number> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'codicil-npz-'))
    const target = join(await this.#folder, String(this.#count++))
    await inflateEntry(file, tensor, target)
    const { fd } = openBytes(target)
    this.#open.add(fd)
    // The bytes stay until the descriptor is closed, and are gone even if the process dies.
    await rm(target)
    return fd
  }
}
