/**
 * Reads an amended document again and holds it against the intent: exactly what was meant has
 * changed, and all else is what it was. It knows nothing of how the edits were found.
 */
import { type Block, type Edit, openElement, readSpec, type Spec } from '../../document/index.ts'
import type { Intent } from '../intent.ts'
import { definitions } from './read-back/definitions.ts'
import { fields, sameName } from './read-back/fields.ts'
import { headings } from './read-back/headings.ts'
import { contents, links } from './read-back/links.ts'
import { rows } from './read-back/tables.ts'
import { texts } from './read-back/texts.ts'
import { lineOf, type Amended, type Misread, type Read, type Shift } from './read-back/types.ts'

export type { Amended, Misread } from './read-back/types.ts'

/** All that does not hold, in the order in which it is looked for; empty for a good amendment. */
export function readBack(amended: Amended): Misread[] {
  const { spec, intent, overrides, text, edits } = amended
  if (edits.length === 0)
    return text === spec.text ? [] : [{ what: 'The text changed without an edit', line: 1 }]
  const shift = shiftOf(edits)
  const after = readSpec(text, overrides)
  const read = { ...amended, after, shift }
  return [
    ...otherText(read),
    ...openEnds(read),
    ...blocks(read),
    ...headings(read),
    ...version(read),
    ...fields(read),
    ...rows(read),
    ...texts(read),
    ...(intent.replace.length > 0 ? [] : links(read)),
    ...contents(read),
    ...definitions(read),
  ]
}

function shiftOf(edits: readonly Edit[]): Shift {
  return (offset) => {
    let by = 0
    for (const { start, end, text } of edits) {
      if (offset < start || (offset === start && end > start)) break
      if (offset < end) return null
      by += text.length - (end - start)
    }
    return offset + by
  }
}

/** Every character outside the edits stands where the edits leave it. */
function otherText({ spec, text, edits }: Read): Misread[] {
  let was = 0
  let is = 0
  for (const edit of [...edits, { start: spec.text.length, end: spec.text.length, text: '' }]) {
    const kept = spec.text.slice(was, edit.start)
    if (!text.startsWith(kept, is) || !text.startsWith(edit.text, is + kept.length)) {
      return [{ what: 'Text outside of the edits is another', line: spec.lines.at(was) }]
    }
    is += kept.length + edit.text.length
    was = edit.end
  }
  return is === text.length ? [] : [{ what: 'Text was added outside of the edits', line: 1 }]
}

/** Nothing is open at the end that was not open before. */
function openEnds({ spec, after }: Read): Misread[] {
  const open = after.opaque.find(({ closed }) => !closed)
  if (open && spec.opaque.every(({ closed }) => closed)) {
    return [{ what: `A ${open.kind} is opened and never ends`, line: open.line }]
  }
  const element = openElement(after)
  return element && openElement(spec) === null
    ? [{ what: `<${element.name}> is opened and never ends`, line: element.line }]
    : []
}

/** Each block that no edit touches is still a block of its kind, from its first to its last character. */
function blocks({ spec, after, edits, shift }: Read): Misread[] {
  const now = new Map<number, Block>(after.blocks.map((block) => [block.start, block]))
  let at = 0
  for (const block of spec.blocks) {
    while ((edits[at]?.end ?? Infinity) < block.start) at += 1
    const edit = edits[at]
    if (edit && edit.start <= block.end && edit.end >= block.start) continue
    const start = shift(block.start)
    const found = start === null ? undefined : now.get(start)
    const same =
      found?.kind === block.kind && start !== null && found.end === start + block.end - block.start
    if (!same)
      return [
        {
          what: `A ${block.kind} of the document is read as something else`,
          line: lineOf(after, start),
        },
      ]
  }
  return []
}

function version({ spec, after, intent, overrides }: Read): Misread[] {
  const bare = (token: string | undefined) => token?.replace(/^v(?=\d)/i, '')
  // A version that a line number names may have moved, and one in a replaced text is the intent's own.
  if (overrides.version?.line !== undefined || intent.replace.length > 0) return []
  const own = spec.version
  const [was, is, wanted] = [own?.token, after.version?.token, intent.version ?? undefined].map(
    bare,
  )
  const line = after.version?.line ?? 1
  if (isGivenWhole(spec, intent) || own === null) return []
  if (wanted === undefined) {
    return is === was ? [] : [{ what: `The version reads "${is}" without being raised`, line }]
  }
  return is === wanted ? [] : [{ what: `The version reads "${is}", not "${wanted}"`, line }]
}

/** Whether the field or the title that holds the version is given in full by the intent. */
function isGivenWhole({ version: own, fields: all, title }: Spec, intent: Intent): boolean {
  if (own === null) return false
  if (title !== null && intent.title !== null && own.line === title.line) return true
  return all.some(
    ({ name, valueRange }) =>
      valueRange.start <= own.range.start &&
      own.range.start <= valueRange.end &&
      Object.keys(intent.fields).some((given) => sameName(given, name)),
  )
}
