/**
 * Column-major elements in logical order. In the file the first axis runs fastest, so a panel (some
 * indices of the first axis, all of the others) is gathered from one short run per column, and kept
 * for the chunks that follow.
 */
import { readInto } from './bytes.ts'

/** Bytes of a panel. */
const panelBytes = 16 * 2 ** 20

export class ColumnMajorReader {
  readonly #file: { path: string; fd: number; offset: number }
  readonly #size: number
  /** Length of the first axis, and of the others from the second on. */
  readonly #height: number
  readonly #others: readonly number[]
  readonly #rowElements: number
  readonly #panelRows: number
  #panel = new Uint8Array(0)
  #firstRow = -1

  constructor(
    file: { path: string; fd: number; offset: number },
    shape: readonly number[],
    size: number,
  ) {
    this.#file = file
    this.#size = size
    this.#height = shape[0] ?? 1
    this.#others = shape.slice(1)
    this.#rowElements = this.#others.reduce((product, length) => product * length, 1)
    const rows = Math.floor(panelBytes / Math.max(1, this.#rowElements * size))
    this.#panelRows = Math.max(1, Math.min(rows, this.#height))
  }

  /** Fills `into` with elements in row-major order from number `element` on. */
  read(into: Uint8Array, element: number): void {
    const rowBytes = this.#rowElements * this.#size
    let at = element * this.#size
    for (let done = 0; done < into.length;) {
      this.#gather(Math.floor(at / rowBytes / this.#panelRows) * this.#panelRows)
      const from = at - this.#firstRow * rowBytes
      const part = this.#panel.subarray(from, from + into.length - done)
      into.set(part, done)
      done += part.length
      at += part.length
    }
  }

  #gather(firstRow: number): void {
    if (firstRow === this.#firstRow) return
    const size = this.#size
    const rows = Math.min(this.#panelRows, this.#height - firstRow)
    this.#panel = new Uint8Array(rows * this.#rowElements * size)
    const run = new Uint8Array(rows * size)
    for (let column = 0; column < this.#rowElements; column++) {
      const start = (this.#fileColumn(column) * this.#height + firstRow) * size
      readInto(this.#file, run, this.#file.offset + start)
      for (let row = 0; row < rows; row++) {
        const target = (row * this.#rowElements + column) * size
        for (let byte = 0; byte < size; byte++) {
          this.#panel[target + byte] = run[row * size + byte] ?? 0
        }
      }
    }
    this.#firstRow = firstRow
  }

  /** Number of a row-major column (last axis fastest) in the file (second axis fastest). */
  #fileColumn(column: number): number {
    let rest = column
    let file = 0
    for (let axis = this.#others.length - 1; axis >= 0; axis--) {
      const length = this.#others[axis] ?? 1
      const stride = this.#others.slice(0, axis).reduce((product, other) => product * other, 1)
      file += (rest % length) * stride
      rest = Math.floor(rest / length)
    }
    return file
  }
}
