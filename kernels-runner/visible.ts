/** Output of a diagnostic made fit to look at: nothing in it moves the cursor or hides. */
import { visible as shown } from '../spec-tools/index.ts'

/** Control, bidirectional and zero-width characters spelt out; invalid UTF-8 as `\xHH`. */
export function visible(output: Buffer): string {
  return shown(decoded(output))
}

/** UTF-8, with each byte that belongs to no character written as `\xHH`. */
function decoded(output: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(output)
  } catch {
    return output
      .toString('latin1')
      .replaceAll(sequence, (run: string, invalid: string | undefined) =>
        invalid === undefined
          ? Buffer.from(run, 'latin1').toString('utf8')
          : `\\x${invalid.charCodeAt(0).toString(16)}`,
      )
  }
}

/** One character of UTF-8 at a time, in bytes held as Latin-1 (RFC 3629, section 4). */
const sequence =
  // eslint-disable-next-line no-control-regex
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g
