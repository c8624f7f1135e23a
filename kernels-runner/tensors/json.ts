/**
 * JSON headers within limits: `JSON.parse` keeps the last of two equal keys in silence and says
 * nothing about depth, so both are checked on the text first, in one scan without recursion.
 */
export interface JsonTrouble {
  code: 'malformed' | 'duplicate' | 'too-large'
  what: string
  /** Character of the text. */
  at: number
}

export function checkedJson(
  text: string,
  maxDepth: number,
): { value: unknown } | { trouble: JsonTrouble } {
  const trouble = scan(text, maxDepth)
  if (trouble !== null) return { trouble }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const what = `not JSON: ${error instanceof Error ? error.message : String(error)}`
    return { trouble: { code: 'malformed', what, at: 0 } }
  }
}

function scan(text: string, maxDepth: number): JsonTrouble | null {
  /** Keys of the objects that are open; null for an array. */
  const open: (Set<string> | null)[] = []
  const token = /["{}[\]]/g
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const at = match.index
    const character = match[0]
    if (character === '"') {
      const end = endOfString(text, at)
      if (end < 0) return { code: 'malformed', what: 'a string does not end', at }
      token.lastIndex = end
      const keys = open.at(-1)
      if (keys && isKey(text, end)) {
        const key = decoded(text.slice(at, end))
        if (keys.has(key)) {
          return { code: 'duplicate', what: `the key ${JSON.stringify(key)} comes twice`, at }
        }
        keys.add(key)
      }
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null)
      if (open.length > maxDepth) {
        return { code: 'too-large', what: `nested deeper than ${maxDepth} levels`, at }
      }
    } else if (open.pop() === undefined) {
      return { code: 'malformed', what: 'a bracket closes nothing', at }
    }
  }
  return null
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i + 1
  }
  return -1
}

function isKey(text: string, after: number): boolean {
  let i = after
  while (i < text.length && ' \t\r\n'.includes(text.charAt(i))) i++
  return text.charAt(i) === ':'
}

/** A key as it compares: escapes resolved where they are valid. */
function decoded(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return quoted
  }
}
