/** Lines of a text, ended by LF, CRLF or a lone CR as in CommonMark, without copying the text. */
import type { Eol, Line, Lines } from './types.ts'
import { readAt } from './range.ts'

const LF = 10
const CR = 13

export function indexLines(text: string): Lines {
  const starts: number[] = [0]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1)
  }
  // A text that ends with a line ending has no further line.
  if (starts.length > 1 && starts.at(-1) === text.length) starts.pop()
  const count = starts.length

  const get = (line: number): Line => {
    const start = starts[line - 1]
    if (start === undefined) throw new RangeError(`There is no line ${line} of ${count}`)
    const next = starts[line] ?? text.length
    let end = next
    if (end > start && text.charCodeAt(end - 1) === LF) end -= 1
    if (end > start && text.charCodeAt(end - 1) === CR) end -= 1
    return { ...readAt(start, end), next: readAt(next, next).start }
  }
  const at = (offset: number): number => {
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  const position = (offset: number) => {
    const line = at(offset)
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 }
  }
  return { count, at, position, get }
}

/** A line without its ending. */
export function lineText(text: string, lines: Lines, line: number): string {
  const { start, end } = lines.get(line)
  return text.slice(start, end)
}

/** Which line ending the text is written with; in a draw, the one that comes first here. */
export function learnEol(text: string): Eol {
  let lf = 0
  let crlf = 0
  let cr = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LF) lf += 1
    else if (code === CR && text.charCodeAt(at + 1) === LF) {
      crlf += 1
      at += 1
    } else if (code === CR) cr += 1
  }
  const most = Math.max(lf, crlf, cr)
  return {
    text: lf === most ? '\n' : crlf === most ? '\r\n' : '\r',
    mixed: most < lf + crlf + cr,
    final: /[\r\n]$/.test(text),
  }
}
