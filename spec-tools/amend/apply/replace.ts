/** Texts that occur once and are replaced where they stand. */
import { readAt, Refusal, type Spec } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'

export function replaceTexts(spec: Spec, { replace }: Intent): Change[] {
  return replace.flatMap(({ old, new: text }) => {
    const at = spec.text.indexOf(old)
    const shown = old.length > 60 ? `${old.slice(0, 60)}…` : old
    if (at === -1) {
      if (text !== '' && spec.text.includes(text)) return []
      throw new Refusal({
        code: 'missing-anchor',
        what: `The text to replace does not occur: "${shown}"`,
        line: 1,
        remedy: 'Give it as it stands in the document',
      })
    }
    const { line, column } = spec.lines.position(at)
    if (isDone(spec.text, at, old, text)) return []
    const other = spec.text.indexOf(old, at + 1)
    if (other !== -1) {
      throw new Refusal({
        code: 'ambiguous-anchor',
        what: `The text to replace occurs again in line ${spec.lines.at(other)}: "${shown}"`,
        line,
        column,
        remedy: 'Give more of the text around it, so that it occurs once',
      })
    }
    const edit = { ...readAt(at, at + old.length), text }
    return [{ edit, placed: { part: 'replace', what: shown, line, where: 'in place' } } as const]
  })
}

/** Whether the old text stands here as a part of the new one. */
function isDone(document: string, at: number, old: string, text: string): boolean {
  for (let part = text.indexOf(old); part !== -1; part = text.indexOf(old, part + 1)) {
    if (document.startsWith(text, at - part)) return true
  }
  return false
}
