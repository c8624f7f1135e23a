/**
 * Terminal control in logs: what a person would have seen, and what was really there.
 *
 * Figures are read from the line as a terminal ends up showing it: colours and cursor movements
 * are gone, and after a carriage return only what was printed last counts. The raw line that goes
 * into the bundle shows every control character as a visible escape.
 */
/** CSI, OSC and the two-character escapes of ECMA-48. */
const escapes =
  // oxlint-disable-next-line no-control-regex -- control characters are the subject
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g
// oxlint-disable-next-line no-control-regex -- control characters are the subject
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g
/** What would hide or reorder text: controls, bidirectional and zero-width characters. */
const hidden =
  // oxlint-disable-next-line no-control-regex -- control characters are the subject
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** A line as a terminal shows it in the end. */
export function asShown(printed: string): string {
  const plain = printed.replaceAll(escapes, '')
  const states = plain.split('\r').filter((state) => state.trim() !== '')
  return (states.at(-1) ?? '').replaceAll(controls, ' ')
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of bytes; what is not UTF-8 becomes U+FFFD. */
export function decoded(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** Text with every character that would act or hide written out, such as `\x1b` or `\u202e`. */
export function visible(printed: string): string {
  return printed.replaceAll(hidden, (character) => {
    const code = character.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}

/** Text on one line, with a single blank wherever there is space in it. */
export function collapsed(printed: string): string {
  // What is a single blank already is left alone: replacing each would take most of the time.
  return printed.replaceAll(/\s{2,}|[^\S ]/g, ' ').trim()
}
