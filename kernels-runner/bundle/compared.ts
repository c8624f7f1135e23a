/**
 * Holds tensor files that diagnostics left against each other where they lie, by the code of
 * `codicil compare`, and writes down what was measured. Loaded only where there is a tensor.
 *
 * The files were written by code of the pull request: links are not followed, and what is odd is said.
 */
import { closeSync, constants, fstatSync, openSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  CodicilError,
  readTensors,
  runName,
  tensorFolder,
  visible,
  type Measurement,
  type TensorLine,
} from '../../spec-tools/index.ts'
import { FileRefusal, refuseSparse } from '../files.ts'
import type { Redaction } from '../redaction.ts'
import {
  judgeFiles,
  measureOpen,
  openTensorFile,
  type FileBytes,
  type JudgedFiles,
  type OpenTensorFile,
  type TensorPair,
} from '../tensors/index.ts'
import { budgetSpent, type Budget } from './budget.ts'
import { encoded } from './collect.ts'
import { alone, recordOf, spelled } from './records.ts'
import { shownAs, type Comparison, type Output, type SideNames } from './outputs.ts'

export interface ComparedOutputs {
  files: Map<string, Uint8Array>
  measurements: Measurement[]
  /** Why the comparison is not whole. */
  partial: string[]
}

export interface CompareOrder {
  comparisons: readonly Comparison[]
  sides: SideNames
  /** SHA-256 by the path in the bundle, where it is known. */
  digests: ReadonlyMap<string, string>
  budget: Budget
  redaction: Redaction
  /** Folder for what must be inflated, and how much of it. */
  room: { folder: string; bytes: number }
}

/** Stages of all files that are kept: what is judged and drawn. */
const mostStages = 2000

export async function compareOutputs(order: CompareOrder): Promise<ComparedOutputs> {
  const lines = new Map<string, string[]>()
  const partial: string[] = []
  let stages = mostStages
  for (const comparison of order.comparisons) {
    const owner = (comparison.first.candidate ?? comparison.first.reference)!
    const path = `${tensorFolder}${runName(owner.id, owner.repeat)}.jsonl`
    const known = lines.get(path) ?? []
    try {
      if (order.budget.spent) throw new OutOfBudget()
      const records = new Records(order, known.length, stages)
      await records.take(comparison)
      stages = records.room
      known.push(...records.lines)
      lines.set(path, known)
      partial.push(...records.partial)
    } catch (error) {
      partial.push(`${shownAs(owner)}: not compared: ${reasonOf(error, order)}`)
    }
  }
  const files = new Map(
    [...lines].map(([path, all]) => [path, Buffer.from(all.map((line) => `${line}\n`).join(''))]),
  )
  const readings = [...files].map(([path, bytes]) => readTensors(bytes, path))
  const [problem] = readings.flatMap(({ problems }) => problems)
  if (problem) throw new Error(`line ${problem.line} of a record of tensors: ${problem.message}`)
  const measurements = readings.flatMap((reading) => reading.measurements)
  return { files, measurements, partial: partial.map((text) => order.redaction.text(text)) }
}

class OutOfBudget extends Error {}

function reasonOf(error: unknown, { budget }: CompareOrder): string {
  if (budget.spent || error instanceof OutOfBudget) {
    return budgetSpent
  }
  if (error instanceof CodicilError) return error.message
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 'disk full'
  throw error
}

/** The lines of one comparison. */
class Records {
  readonly lines: string[] = []
  readonly partial: string[] = []
  /** Stages that may still be kept. */
  room: number
  readonly #order: CompareOrder
  readonly #before: number

  /** @param before lines that stand above them in the file */
  constructor(order: CompareOrder, before: number, room: number) {
    this.#order = order
    this.#before = before
    this.room = room
  }

  async take(comparison: Comparison): Promise<void> {
    const { candidate, reference } = comparison.first
    if (candidate && reference) await this.#takeBoth(comparison, candidate, reference)
    else await this.#takeOne((candidate ?? reference)!)
  }

  async #takeBoth({ repeats }: Comparison, candidate: Output, reference: Output): Promise<void> {
    const { budget, room, sides } = this.#order
    const outputs = [candidate, reference, ...repeats.candidate, ...repeats.reference]
    const byPath = new Map(outputs.map((one) => [pathOf(one), one]))
    const judged = await budget.within((signal) =>
      judgeFiles(
        {
          candidate: pathOf(candidate),
          reference: pathOf(reference),
          sides,
          repeats: {
            candidate: repeats.candidate.map(pathOf),
            reference: repeats.reference.map(pathOf),
          },
          told: {},
          stages: null,
          floor: undefined,
          open: (path) => openBelow(byPath.get(path)!),
        },
        { signal, room },
      ),
    )
    this.#write(judged, candidate, reference, byPath)
  }

  #write(
    { files, pairs, repeats, replays }: JudgedFiles,
    candidate: Output,
    reference: Output,
    byPath: ReadonlyMap<string, Output>,
  ): void {
    const at = {
      candidate: this.#addFile(candidate, files.candidate),
      reference: this.#addFile(reference, files.reference),
    }
    this.#addStages(pairs, { a: at.candidate, b: at.reference })
    for (const { role, name, file, pairs: again } of repeats) {
      const line = this.#addFile(byPath.get(name)!, file)
      this.#addStages(again, { a: line, b: at[role] })
    }
    for (const [stage, errors] of replays) {
      for (const role of ['candidate', 'reference'] as const) {
        const found = errors[role]
        if (found) {
          this.#add({ replay: { stage: this.#short(stage), file: at[role], ...spelled(found) } })
        }
      }
    }
  }

  /** Of a side whose counterpart is not there. */
  async #takeOne(output: Output): Promise<void> {
    const { budget, room } = this.#order
    const file = await openBelow(output)
    const sides = await budget
      .within((signal) => Array.fromAsync(measureOpen(file, { signal, room })))
      .finally(() => file.close())
    const line = this.#addFile(output, file)
    const half = output.role === 'candidate' ? 'a' : 'b'
    this.#addStages(
      sides.map((side) => ({ ...alone, stage: side.tensor.name, [half]: side })),
      { a: line, b: line },
    )
  }

  /** @returns the line that it stands on */
  #addFile(
    output: Output,
    {
      format,
      size,
      facts,
      byName,
      warnings,
    }: Pick<OpenTensorFile, 'format' | 'size' | 'facts' | 'byName' | 'warnings'>,
  ): number {
    const { id, repeat, name, role, side } = output
    const path = this.#inBundle(output)
    const { computeDtype, tokens, selection, weightsSha256 } = facts
    return this.#add({
      file: {
        name: this.#short(name),
        role,
        side: this.#short(side),
        diagnostic: id,
        repeat,
        path,
        format,
        bytes: size,
        sha256: this.#order.digests.get(path) ?? null,
        ...(computeDtype !== undefined && { computeDtype: computeDtype.slice(0, 64) }),
        ...(tokens && { tokens: [...tokens] }),
        ...(selection !== undefined && { selection }),
        ...(weightsSha256 !== undefined && { weightsSha256 }),
        ...(byName && { order: 'names' }),
        ...(warnings.length > 0 && { odd: warnings.slice(0, 16).map((text) => this.#short(text)) }),
      },
    })
  }

  #addStages(pairs: readonly TensorPair[], at: Record<'a' | 'b', number>): void {
    const kept = pairs.slice(0, this.room)
    this.room -= kept.length
    if (kept.length < pairs.length) {
      this.partial.push(
        `tensors: ${mostStages} stages are kept; ${pairs.length - kept.length} after ${kept.at(-1)?.stage ?? 'none'} are not judged`,
      )
    }
    const taken = new Map<string, number>()
    for (const pair of kept) {
      const name = this.#short(pair.stage)
      const times = taken.get(name) ?? 0
      taken.set(name, times + 1)
      this.#add({ stage: recordOf(pair, times === 0 ? name : `${name} #${times + 1}`, at) })
    }
  }

  /** A text as the bundle takes it: visible, without secrets, and not longer than it may be. */
  #short(text: string): string {
    const shown = visible(this.#order.redaction.text(text)).replaceAll(/\s+/g, ' ')
    return shown.length <= longestName ? shown || '?' : `${shown.slice(0, longestName)}…`
  }

  #add(line: TensorLine): number {
    this.lines.push(JSON.stringify(line))
    return this.#before + this.lines.length
  }

  #inBundle({ id, repeat, path }: Output): string {
    return `out/${runName(id, repeat)}/${encoded(this.#order.redaction.text(path))}`
  }
}

const longestName = 240

function pathOf({ folder, path }: Output): string {
  return join(folder, path)
}

/** Opens what a diagnostic left, and the shards beside it, if it lies where it seems to. */
function openBelow({ folder, path }: Output): Promise<OpenTensorFile> {
  const own = join(realpathSync(dirname(folder)), basename(folder))
  return openTensorFile(join(own, path), openRegular)
}

function openRegular(path: string): FileBytes {
  // Without O_NONBLOCK a named pipe would wait for its writer.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    const strange = !stat.isFile() || stat.nlink > 1 || readlinkSync(`/proc/self/fd/${fd}`) !== path
    if (strange) throw new FileRefusal('not-a-file', `${basename(path)} is a link, or no file.`)
    refuseSparse(stat, basename(path))
    return { path, fd, size: stat.size }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
