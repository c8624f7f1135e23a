/** What a program said last: the end of what it printed, for whoever has to mend it. */
import { visible } from './clean.ts'
import { linesOf } from './line.ts'

const most = { lines: 12, characters: 240 }
/** Bytes of the end that are looked at: more than the lines that are kept can have. */
const tail = 65_536

/** The last lines of stderr as a terminal shows them, of stdout where stderr has none; long ones cut. */
export function lastLines(stderr: Uint8Array, stdout: Uint8Array): string[] {
  const said = endOf(stderr)
  return said.length > 0 ? said : endOf(stdout)
}

function endOf(printed: Uint8Array): string[] {
  return linesOf(printed.subarray(-tail))
    .map(({ shown }) => visible(shown).trimEnd())
    .filter((text) => text !== '')
    .slice(-most.lines)
    .map((text) =>
      text.length > most.characters ? `${text.slice(0, most.characters - 1)}…` : text,
    )
}
