/**
 * What a document says of flipped rows in words of its own, and what nobody can follow: a sentence that
 * names a row with the status that it had, a count of a status that is neither of the two.
 */
import type { Spec } from '../types.ts'
import { findPlaces } from './statements/places.ts'
import type { Criterion, Scoreboard, Unread } from './types.ts'

/** @param lines that are written anew */
export function mentionsLeft(
  spec: Spec,
  { criteria, totals }: Pick<Scoreboard, 'criteria' | 'totals'>,
  flipped: readonly Criterion[],
  lines: ReadonlySet<number>,
): Unread[] {
  const rows = new Set(criteria.map(({ line }) => line))
  const places = findPlaces(spec, criteria, totals).filter(
    ({ line, kind }) => kind !== 'markup' && !rows.has(line),
  )
  return places.flatMap(({ text, line }): Unread[] => {
    const [found] = flipped.flatMap((one) => mentionOf(one, text, lines.has(line)))
    return found ? [{ ...found, line, past: false }] : []
  })
}

function mentionOf(
  { ids, status, standing }: Criterion,
  text: string,
  written: boolean,
): Pick<Unread, 'text' | 'reason'>[] {
  const word = whole(status)
  if (!new RegExp(word, 'iu').test(text)) return []
  const named = ids.find((id) => new RegExp(whole(id), 'u').test(text))
  if (named !== undefined && !written) {
    const reason = `it names ${named} with the status that it had`
    return [{ text: text.trim().slice(0, 60), reason }]
  }
  const counted = new RegExp(String.raw`\d+\s?${word}|${word}[^\p{L}\p{N}.;]{0,4}\d+`, 'iu').exec(
    text,
  )
  return standing === 'neither' && counted
    ? [
        {
          text: counted[0],
          reason: `it may count “${status}”, which is neither of the two statuses`,
        },
      ]
    : []
}

function whole(text: string): string {
  return String.raw`(?<![\p{L}\p{N}_-])${RegExp.escape(text)}(?![\p{L}\p{N}_-])`
}
