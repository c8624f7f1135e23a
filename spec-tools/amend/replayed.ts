/** Nothing is handed over that its own evidence does not give again. */
import { CodicilError } from '../error.ts'
import { replay } from './replay.ts'
import { recordFile } from './replay/compare.ts'
import type { Amendment } from './types.ts'

/**
 * @param base the specification that the amendment was drafted on
 * @throws CodicilError `not-replayable`: the pages of the bundle are of another version, or this
 *   program is at fault
 */
export function refuseUnlikeReplay(
  amendment: Amendment,
  base: string,
  sha256: (bytes: Uint8Array) => string,
): void {
  const record = amendment.files.find(({ path }) => path.endsWith(`/${recordFile}`))?.path ?? ''
  const folder = record.slice(0, -recordFile.length)
  const files = new Map(
    amendment.files
      .filter(({ path }) => folder !== '' && path.startsWith(folder))
      .map(({ path, content }) => [
        path.slice(folder.length),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
  )
  const report = replay({ files, base, current: amendment.text, sha256, strict: true })
  if (report.equal) return
  const [first] = report.differences
  throw new CodicilError({
    code: 'not-replayable',
    what: `The drafted amendment cannot be replayed, so nothing was written: ${first?.where}: ${first?.what}; expected ${first?.expected}, found ${first?.found}`,
    remedy:
      'Run the diagnostics again with this version of codicil. If it is said again, this is a fault of codicil: report it with the bundle.',
  })
}
