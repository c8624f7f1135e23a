/**
 * Totals in prose: `15 DISCHARGED + 33 PARTIAL`, `DISCHARGED+PARTIAL = 15+33`, or a bare `15+33`
 * beside one of the words. A bare pair does not say which number is which, and is marked so.
 *
 * Only the sections of current tables of totals are read: what older sections and banners say was
 * true when it was written.
 */
import type { Range, Spec, Table } from '../types.ts'
import type { Statuses, Total } from './types.ts'

export function readProseTotals(
  spec: Spec,
  statuses: Statuses,
  current: readonly Table[],
): Total[] {
  const sections = current.flatMap(({ section }) => section ?? [])
  const paragraphs = spec.blocks.filter(
    ({ kind, start, end }) =>
      (kind === 'paragraph' || kind === 'list' || kind === 'quote') &&
      sections.some(({ own }) => start >= own.start && end <= own.end),
  )
  return paragraphs.flatMap((block) => readParagraph(spec, block, statuses))
}

function readParagraph(spec: Spec, block: Range, statuses: Statuses): Total[] {
  const text = spec.text.slice(block.start, block.end)
  const { done, open } = patterns(statuses)
  const found: Total[] = []
  const add = (at: number, doneText: string, openText: string, ordered: boolean) => {
    const line = spec.lines.at(block.start + at)
    const number = (written: string) => ({
      value: Number(written),
      text: written,
      line,
      column: null,
    })
    found.push({
      label: text.slice(at).split('\n', 1)[0]?.slice(0, 60) ?? '',
      sum: true,
      form: 'prose',
      snapshot: false,
      ordered,
      done: number(doneText),
      open: number(openText),
      percent: null,
      line,
      table: null,
      row: null,
    })
  }
  const join = String.raw`\s*(?:\+|,|/|and|·)\s*`
  const each = (source: string, use: (match: RegExpExecArray) => void) => {
    for (const match of text.matchAll(new RegExp(source, 'gu'))) use(match)
  }
  each(String.raw`(?<![\d.])(\d+) ${done}${join}(\d+) ${open}`, (m) =>
    add(m.index, m[1]!, m[2]!, true),
  )
  each(String.raw`(?<![\d.])(\d+) ${open}${join}(\d+) ${done}`, (m) =>
    add(m.index, m[2]!, m[1]!, true),
  )
  const pair = String.raw`[^\d\n]{0,24}?(?<![\d.])(\d+)\s*\+\s*(\d+)(?![\d+]|\.\d)`
  each(`${done}${join}${open}${pair}`, (m) => add(m.index, m[1]!, m[2]!, true))
  each(`${open}${join}${done}${pair}`, (m) => add(m.index, m[2]!, m[1]!, true))
  if (found.length === 0 && new RegExp(`${done}|${open}|scoreboard`, 'iu').test(text)) {
    each(String.raw`(?<![\d.+])(\d+)\s?\+\s?(\d+)(?![\d+]|\.\d)`, (m) =>
      add(m.index, m[1]!, m[2]!, false),
    )
  }
  return found
}

function patterns({ done, open }: Statuses): { done: string; open: string } {
  const word = (status: string) =>
    String.raw`[*_]{0,2}${RegExp.escape(status)}(?:_[A-Z0-9_]+)?[*_]{0,2}`
  return { done: word(done), open: word(open) }
}
