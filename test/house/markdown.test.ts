/** Which files may call a text Markdown without serialising it. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Each puts back what it cut out of the document, or wraps what a serialiser has just made. */
const allowed = [
  'spec-tools/amend/announce.ts',
  'spec-tools/amend/draft.ts',
  'spec-tools/amend/ground/index.ts',
  'spec-tools/amend/in-place/plan.ts',
  'spec-tools/amend/inline.ts',
  'spec-tools/amend/retract.ts',
  'spec-tools/amend/version-date.ts',
  'spec-tools/document/next.ts',
  'spec-tools/document/scoreboard/anchors.ts',
  'spec-tools/document/scoreboard/changes.ts',
  'spec-tools/document/scoreboard/figure.ts',
  'spec-tools/document/scoreboard/statements/bars.ts',
  'spec-tools/document/scoreboard/status.ts',
  'spec-tools/markdown.ts',
  'spec-tools/render/markdown/serialise.ts',
]

async function calling(pattern: RegExp): Promise<string[]> {
  const rooms = ['app', 'bin', 'kernels-runner', 'spec-tools']
  const names = await Promise.all(
    rooms.map(async (room) =>
      (await readdir(join(root, room), { recursive: true }))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(room, name)),
    ),
  )
  const files = await Promise.all(
    names.flat().map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const),
  )
  return files.flatMap(([name, source]) => (pattern.test(source) ? [name] : [])).sort()
}

describe('text becomes Markdown', () => {
  it('without a serialiser in these files only', async () => {
    expect(await calling(/\basMarkdown\(|[\w)] as Markdown[\n,;)]/)).toEqual(allowed)
  })
})
