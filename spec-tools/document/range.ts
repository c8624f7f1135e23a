/**
 * Places in a document. An edit takes only a place that was read: its offsets are a type of their own,
 * which arithmetic and searches do not give, so that nothing is written where a text was looked up
 * again. Who reads a document says with `readAt` where something stands (`test/house/places.test.ts`
 * has the list); who edits it takes that range, a part of it, or one of its ends.
 */

declare const read: unique symbol

/** An offset at which something was read. */
export type Offset = number & { readonly [read]: true }

/** A place that was read. */
export interface Range {
  start: Offset
  end: Offset
}

/** A stretch of text, for whoever only looks: findings, masks, what a match covers. */
export interface Span {
  start: number
  end: number
}

/** Where something stands that was read there. */
export function readAt(start: number, end: number): Range {
  return { start: start as Offset, end: end as Offset }
}

/**
 * A part of a place.
 *
 * @param from, to Counted from its start.
 * @throws RangeError for what does not lie within it
 */
export function partOf({ start, end }: Range, from: number, to: number): Range {
  if (!(from >= 0 && from <= to && to <= end - start)) {
    throw new RangeError(`${from} to ${to} is no part of a range of ${end - start} characters`)
  }
  return readAt(start + from, start + to)
}

/** Between two characters: where something is put in. */
export function insertAt(offset: Offset): Range {
  return { start: offset, end: offset }
}
