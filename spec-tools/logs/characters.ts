/** What a character can be in a line of a log. Characters are compared by their codes. */

export const tab = 9
export const space = 32
export const equals = 61
export const colon = 58
export const comma = 44
export const bar = 124
export const open = 40
export const close = 41
export const openList = 91
export const closeList = 93

/** From `digit` on, characters run together into words and numbers. */
export const Class = {
  /** Behind the last character of a line. */
  end: 0,
  blank: 1,
  control: 2,
  mark: 3,
  digit: 4,
  /** `-`, `+` and `.`: may begin a number. */
  sign: 5,
  /** Letters, and all characters beyond ASCII. */
  letter: 6,
} as const

const ascii: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (character === '\n') return Class.end
  if (character === ' ' || character === '\t') return Class.blank
  if (code < 32 || code === 127) return Class.control
  if (/\d/.test(character)) return Class.digit
  if ('+-.'.includes(character)) return Class.sign
  return '=:,;|()[]{}<>"`'.includes(character) ? Class.mark : Class.letter
})

/** Class of the character that stands here. */
export function classAt(line: string, at: number): number {
  const code = line.charCodeAt(at)
  if (code < 128) return ascii[code]!
  return code >= 128 ? Class.letter : Class.end
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function hasDigit(text: string): boolean {
  return /[0-9]/.test(text)
}
