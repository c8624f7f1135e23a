/**
 * Whether git accepts a full reference name; the rules of `git check-ref-format`, and at least
 * `refs/<kind>/<name>` as GitHub wants it. What passes holds no white space, so it is one line
 * and one word of git's batch protocol.
 */
export function isValidRefName(ref: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(ref) &&
    // eslint-disable-next-line no-control-regex
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(ref) &&
    ref.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  )
}

/** A whole SHA-1 object id; abbreviations are not ids. */
export function isObjectId(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text)
}
