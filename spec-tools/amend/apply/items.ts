/** Items added to lists; the list gives the marker or number. */
import { leastOf } from '../../many.ts'
import type { List, ListItem, Spec } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent, Where } from '../intent.ts'
import { ambiguous, missing, sectionsNamed, spellings } from './anchors.ts'

export function addItems(spec: Spec, intent: Intent): Change[] {
  return intent.items.flatMap(({ list_under: anchor, item, ...where }) => {
    const lists = listsUnder(spec, intent, anchor)
    const name = where.after ?? where.before
    const fitting =
      name === undefined
        ? outermost(lists)
        : lists.filter((list) => itemsNamed(list, name).length > 0)
    if (lists.some((list) => itemsNamed(list, item).length > 0)) return []
    const [list] = fitting
    if (list === undefined) throw missing(spec, `list item "${name ?? ''}" under "${anchor}"`)
    if (fitting.length > 1) {
      const lines = fitting.map(({ line }) => line)
      throw ambiguous(`A list under "${anchor}"`, lines, 'Name the item that it follows (after)')
    }
    return insertItem(spec, list, item, dated(list, item, where), 'item')
  })
}

/** In a list whose items begin with dates in order, a new one goes where its date puts it. */
function dated({ items }: List, item: string, where: Where): Where {
  if (Object.values(where).some((given) => given !== undefined)) return where
  const own = dateOf(item)
  const dates = items.map(({ text }) => dateOf(text))
  if (own === null || dates.length < 2 || dates.includes(null)) return where
  const known = dates.map(String)
  const falling = known.every((date, at) => at === 0 || date < (known[at - 1] ?? ''))
  const next = falling ? items[known.findIndex((date) => date < own)] : undefined
  return next === undefined ? where : { before: next.text }
}

function dateOf(text: string): string | null {
  return /^[*_`\s]*(\d{4}-\d{2}(?:-\d{2})?)(?![\d-])/.exec(text)?.[1] ?? null
}

/** An item before or after a given one, on top, or at the end. */
export function insertItem(
  spec: Spec,
  list: List,
  item: string,
  { after, before, first: onTop }: Where,
  part: 'item' | 'history',
): Change[] {
  if (itemsNamed(list, item).length > 0) return []
  const named = after === undefined ? undefined : itemsNamed(list, after)[0]
  const next = before === undefined ? undefined : itemsNamed(list, before)[0]
  const [first] = list.items
  const last = list.items.at(-1)
  if (first === undefined || last === undefined) return []
  const eol = spec.eol.text
  const gap = isLoose(spec, list) ? eol + eol : eol
  const [what = item] = item.split(/\r\n|\r|\n/)
  if (next ?? (named === undefined && onTop === true)) {
    const model = next ?? first
    const text = itemText(spec, list, model, item, 0) + gap
    const edit = { start: model.start, end: model.start, text }
    const where = next ? `before item "${next.text}"` : 'on top of the list'
    return [{ edit, placed: { part, what, line: model.line, where } }]
  }
  const model = named ?? last
  const text = gap + itemText(spec, list, model, item, 1)
  const edit = { start: model.end, end: model.end, text }
  return [{ edit, placed: { part, what, line: model.line, where: `after item "${model.text}"` } }]
}

function itemText(
  { text, lines, eol }: Spec,
  list: List,
  model: ListItem,
  item: string,
  step: number,
): string {
  const line = lines.get(model.line)
  const lead = text.slice(line.start, model.marker.start)
  const marker = nextMarker(text, list, model, step)
  const gap = /^[ \t]+/.exec(text.slice(model.marker.end, line.end))?.[0] ?? ' '
  const indent = lead.replace(/[^\t>]/g, ' ') + ' '.repeat(marker.length + gap.length)
  const [first = '', ...rest] = item.split(/\r\n|\r|\n/)
  // Lines that stand below the item's text already are indented as their author wants them.
  const within = (one: string) => one === '' || one.length - one.trimStart().length >= indent.length
  const more = rest.every(within) ? rest : rest.map((one) => (one === '' ? '' : indent + one))
  return [lead + marker + gap + first, ...more].join(eol.text)
}

/** The next number, unless the list repeats one (`1.` `1.` `1.`). */
function nextMarker(text: string, { ordered, items }: List, model: ListItem, step: number): string {
  const written = text.slice(model.marker.start, model.marker.end)
  if (!ordered) return written
  const numbers = items.map(({ marker }) =>
    Number.parseInt(text.slice(marker.start, marker.end), 10),
  )
  const still = numbers.length > 1 && numbers.every((number) => number === numbers[0])
  const number = Number.parseInt(written, 10) + (still ? 0 : step)
  return `${number}${written.at(-1) ?? '.'}`
}

function listsUnder(spec: Spec, intent: Intent, anchor: string): List[] {
  const named = sectionsNamed(spec, intent, anchor)
  const own = spec.lists.filter(({ section }) => section !== null && named.includes(section))
  if (own.length > 0) return own
  const within = spec.lists.filter(({ items: [first] }) =>
    named.some(({ subtree }) => first && subtree.start <= first.start && first.end <= subtree.end),
  )
  if (within.length > 0) return within
  const captions = spellings(intent, anchor)
  const captioned = spec.lists.filter((list) => captions.includes(lineAbove(spec, list)))
  if (captioned.length > 0) return captioned
  throw missing(spec, `list under "${anchor}"`)
}

function outermost(lists: List[]): List[] {
  const depth = leastOf(lists.map((list) => list.depth))
  return lists.filter((list) => list.depth === depth)
}

function itemsNamed({ items }: List, text: string): ListItem[] {
  const [wanted = ''] = text.trim().split(/\r\n|\r|\n/)
  return items.filter((item) => item.text === wanted.trimEnd())
}

/** Whether blank lines part most of the items. */
function isLoose({ lines }: Spec, { items }: List): boolean {
  const parted = items.filter((item, at) => {
    const above = items[at - 1]
    return above !== undefined && lines.at(above.end) < item.line - 1
  })
  return parted.length * 2 > items.length - 1
}

function lineAbove({ text, lines }: Spec, list: List): string {
  for (let line = list.line - 1; line > 0; line -= 1) {
    const { start, end } = lines.get(line)
    const content = text.slice(start, end).trim()
    if (content !== '') return content
  }
  return ''
}
