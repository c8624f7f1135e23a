/**
 * Messages between processes, in pieces. To write or to read a document of 15 MiB at one go would
 * keep whoever answers webhooks from it for as long; between pieces other work is done.
 */

/** What a message is made of, in the order in which it is sent. */
export type Piece =
  | { kind: 'part'; part: number; content: string | Uint8Array }
  | { kind: 'rest'; message: unknown; places: Place[] }

/** Where in the message a part belongs, and how many bytes it has, where it is no text. */
interface Place {
  path: (string | number)[]
  bytes: number | null
}

/** Characters, and bytes, of a piece; what is no longer stays where it is. */
const most = 256 * 1024

type Part = string | Uint8Array

/** Sends a message by its pieces, each when the one before has gone. */
export async function sendParcel(
  message: unknown,
  send: (piece: Piece) => Promise<void>,
): Promise<void> {
  const parts: Part[] = []
  const places: Place[] = []
  const rest = lightened(message, ['message'], parts, places)
  for (const [part, content] of parts.entries()) {
    for (let at = 0; at < content.length; at += most) {
      await send({ kind: 'part', part, content: content.slice(at, at + most) })
    }
  }
  await send({ kind: 'rest', message: rest, places })
}

/** Puts pieces together. @returns the message with its last piece, before that null */
export function parcelReader(): (piece: Piece) => { message: unknown } | null {
  let parts: (string | Uint8Array[])[] = []
  return (piece) => {
    if (piece.kind === 'part') {
      const { part, content } = piece
      const before = parts[part]
      if (typeof content === 'string') parts[part] = `${before ?? ''}${content}`
      else parts[part] = [...((before as Uint8Array[] | undefined) ?? []), content]
      return null
    }
    const got = parts
    parts = []
    const whole = { message: piece.message }
    for (const [index, { path, bytes }] of piece.places.entries()) {
      const part = got[index] ?? ''
      put(whole, path, typeof part === 'string' ? part : joined(part, bytes ?? 0))
    }
    return whole
  }
}

/** The value without what is long, which goes into `parts`. */
function lightened(value: unknown, path: Place['path'], parts: Part[], places: Place[]): unknown {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    if (value.length <= most) return value
    parts.push(value)
    places.push({ path, bytes: typeof value === 'string' ? null : value.length })
    return null
  }
  if (Array.isArray(value)) {
    return value.map((one, index) => lightened(one, [...path, index], parts, places))
  }
  if (typeof value !== 'object' || value === null) return value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, lightened(one, [...path, key], parts, places)]),
  )
}

function put(whole: { message: unknown }, path: Place['path'], part: Part): void {
  let at: Record<string | number, unknown> = whole
  for (const key of path.slice(0, -1)) at = at[key] as typeof at
  const last = path.at(-1)
  if (last !== undefined) at[last] = part
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
