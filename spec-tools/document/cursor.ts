/**
 * Where a line is being read, with tabs counted as CommonMark counts them: a tab reaches to the
 * next multiple of four columns, and part of it may be the indentation of an outer block.
 */
const TAB = 9
const SPACE = 32

export class Cursor {
  readonly text: string
  readonly end: number
  at: number
  column = 0
  /** Columns of the tab at `at` that have been used up already. */
  #spent = 0
  /** Where the rest of the line begins that is one mark and blanks, and its third mark from the end. */
  #tail: { start: number; third: number } | undefined

  constructor(text: string, start: number, end: number) {
    this.text = text
    this.at = start
    this.end = end
  }

  /** Code of the character here; -1 at the end of the line. */
  get code(): number {
    return this.at < this.end ? this.text.charCodeAt(this.at) : -1
  }

  get onSpace(): boolean {
    const { code } = this
    return code === SPACE || code === TAB
  }

  /** Passes up to `limit` columns of white space; says how many. */
  skip(limit: number): number {
    let passed = 0
    while (passed < limit && this.onSpace) {
      if (this.code === SPACE) {
        this.at += 1
      } else {
        const width = 4 - ((this.column - this.#spent) % 4)
        this.#spent += 1
        if (this.#spent === width) {
          this.at += 1
          this.#spent = 0
        }
      }
      this.column += 1
      passed += 1
    }
    return passed
  }

  /** Passes characters that are not white space. */
  pass(count: number): void {
    this.at += count
    this.column += count
  }

  /** Columns of white space from here to the first other character or the end. */
  get indent(): number {
    const mark = this.mark()
    const width = this.skip(Number.POSITIVE_INFINITY)
    this.reset(mark)
    return width
  }

  get blank(): boolean {
    for (let at = this.at; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at)
      if (code !== SPACE && code !== TAB) return false
    }
    return true
  }

  /** Whether a thematic break starts here. The line is looked through once, however often this is asked. */
  get breaks(): boolean {
    const { code } = this
    if (code !== 42 && code !== 45 && code !== 95) return false
    this.#tail ??= this.#tailOfMarks()
    return this.at >= this.#tail.start && this.at <= this.#tail.third
  }

  #tailOfMarks(): { start: number; third: number } {
    let [start, marks, third, mark] = [this.end, 0, -1, -1]
    for (let at = this.end - 1; at >= this.at; at -= 1) {
      const code = this.text.charCodeAt(at)
      if (code !== SPACE && code !== TAB) {
        if (mark !== -1 && code !== mark) break
        mark = code
        marks += 1
        if (marks === 3) third = at
      }
      start = at
    }
    return { start, third }
  }

  mark(): [number, number, number] {
    return [this.at, this.column, this.#spent]
  }

  reset([at, column, spent]: [number, number, number]): void {
    this.at = at
    this.column = column
    this.#spent = spent
  }
}
