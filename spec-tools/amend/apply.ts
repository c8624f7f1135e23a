/** Applies an intent to a living spec: the one way in which a document changes. */
import { applyEdits, orderEdits, readSpec, Refusal } from '../document/index.ts'
import type { Edit, Overrides, Spec } from '../document/index.ts'
import { listInContents } from './apply/contents.ts'
import { setFields, setTitle, setVersion } from './apply/header.ts'
import { addHistory } from './apply/history.ts'
import { addItems } from './apply/items.ts'
import { setLines } from './apply/lines.ts'
import { replaceTexts } from './apply/replace.ts'
import { setRowTexts } from './apply/row-texts.ts'
import { addRows, setCells } from './apply/rows.ts'
import { addSections } from './apply/sections.ts'
import { setTexts } from './apply/texts.ts'
import { readBack, type Amended } from './apply/read-back.ts'
import { refuseSwallowing } from './apply/verify.ts'
import { parseIntent, type Intent, type IntentInput } from './intent.ts'
import type { Change, Placed } from './apply/types.ts'

export interface Applied {
  /** The whole document after the amendment. */
  text: string
  /** What was changed, in coordinates of the original text and in its order. */
  edits: Edit[]
  /** What each part of the intent came to. */
  placed: Placed[]
}

/**
 * The document after the amendment. Parts that the document holds already change nothing, so that
 * an intent may be applied twice. Throws a `Refusal`, with nothing done, where amending would be
 * wrong or an anchor of the intent names no place or several.
 */
export function applyIntent(text: string, input: IntentInput, overrides: Overrides = {}): Applied {
  const spec = readSpec(text, overrides)
  const intent = inLineEndings(parseIntent(input), spec)
  const [refusal] = spec.refusals
  if (refusal) throw refusal

  const sections = addSections(spec, intent)
  const changes = [
    ...setVersion(spec, intent, overrides),
    ...setFields(spec, intent),
    ...setTitle(spec, intent),
    ...addHistory(spec, intent),
    ...addRows(spec, intent),
    ...addItems(spec, intent),
    ...setCells(spec, intent),
    ...setRowTexts(spec, intent),
    ...setTexts(spec, intent),
    ...setLines(spec, intent),
    ...listInContents(spec, sections.placements),
    ...sections.changes,
    ...replaceTexts(spec, intent),
  ]
  for (const change of changes) refuseSwallowed(spec, change)
  const edits = orderEdits(
    text,
    changes.map(({ edit }) => edit),
  )
  const amended = applyEdits(text, edits)
  refuseSwallowing(spec, amended, changes)
  refuseMisread({ spec, intent, overrides, text: amended, edits, placements: sections.placements })
  return { text: amended, edits, placed: changes.map(({ placed }) => placed) }
}

/** A result that does not read as it was meant is an error, never a file. */
function refuseMisread(amended: Amended): void {
  const [misread] = readBack(amended)
  if (misread === undefined) return
  throw new Refusal({
    code: 'misread',
    what: `The amended document would not read as it was meant: ${misread.what} (line ${misread.line} of the result)`,
    line: Math.min(misread.line, amended.spec.lines.count),
    remedy: 'Change the intent there, or make this part of the amendment by hand',
  })
}

/** What is put after the start of a fence or comment that never ends becomes part of it. */
function refuseSwallowed({ opaque }: Spec, { edit, placed }: Change): void {
  const open = opaque.find(({ closed }) => !closed)
  if (!open || placed.part === 'replace') return
  // Where the document's own sections end is unknown then, unless the intent says it.
  const guessed = placed.part === 'section' && !placed.hinted
  if (edit.start <= open.start && !guessed) return
  throw new Refusal({
    code: 'unclosed-fence',
    what: `The ${open.kind === 'html' ? 'HTML' : 'code fence'} of this line never ends and would swallow the ${placed.part} "${placed.what}"`,
    line: open.line,
    remedy: 'Close it first',
  })
}

/** Texts of an intent have LF; what goes into a document has the document's line endings. */
function inLineEndings(intent: Intent, { eol }: Spec): Intent {
  const convert = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/\r\n|\r|\n/g, eol.text)
    if (Array.isArray(value)) return value.map(convert)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]))
  }
  return convert(intent) as Intent
}
