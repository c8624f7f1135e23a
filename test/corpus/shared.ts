/** The shared corpus beside this repository; its tests are skipped, and say so, without it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'

const folder = join(import.meta.dirname, '../../../shared/data')

export const corpusIsHere = existsSync(join(folder, 'replays')) && existsSync(join(folder, 'specs'))

export interface Replay {
  id: string
  /** A version only, B history row, C section, D status cells, E cells and text, F rewrite. */
  cls: string
  before: string
  after: string
  intent: IntentInput
}

/** The pairs that have an intent. */
export function replays(): Replay[] {
  const file = (name: string) => join(folder, 'replays', name)
  const index = JSON.parse(readFileSync(file('INDEX.json'), 'utf8')) as {
    id: string
    cls: string
  }[]
  return index
    .filter(({ id }) => existsSync(file(`${id}.intent.json`)))
    .map(({ id, cls }) => ({
      id,
      cls,
      before: readFileSync(file(`${id}.before.md`), 'utf8'),
      after: readFileSync(file(`${id}.after.md`), 'utf8'),
      intent: JSON.parse(readFileSync(file(`${id}.intent.json`), 'utf8')) as IntentInput,
    }))
}

export interface RealSpec {
  file: string
  /** What has to come out: an exact edit, a refusal, or one of them. */
  expect: 'amend' | 'refuse' | 'either'
  bytes: Uint8Array
}

export function realSpecs(): RealSpec[] {
  const index = JSON.parse(readFileSync(join(folder, 'specs', 'INDEX.json'), 'utf8')) as Omit<
    RealSpec,
    'bytes'
  >[]
  return index.map(({ file, expect }) => ({
    file,
    expect,
    bytes: readFileSync(join(folder, 'specs', file)),
  }))
}

/** Every Markdown text of the corpus that is valid UTF-8, without a byte order mark. */
export function markdownTexts(): { name: string; text: string }[] {
  return ['specs', 'replays'].flatMap((kind) =>
    readdirSync(join(folder, kind))
      .filter((name) => /\.(?:md|txt)$/.test(name))
      .map((name) => ({
        name,
        text: readFileSync(join(folder, kind, name), 'utf8').replace(/^\uFEFF/, ''),
      }))
      .filter(({ text }) => !text.includes('\uFFFD')),
  )
}

export interface SpecCase {
  name: string
  before: Buffer
  /** Null for a case of `check --fix`. */
  intent: unknown
  /** Null where a refusal is expected, or no change by `check --fix`. */
  expected: Buffer | null
}

export function specCases(): SpecCase[] {
  const file = (name: string) => join(folder, 'spec-cases', name)
  if (!existsSync(file(''))) return []
  return readdirSync(file(''))
    .filter((name) => /^[a-z]\d+-.*(?<!\.expected)\.md$/.test(name))
    .map((document) => {
      const name = document.slice(0, -3)
      const [intent, expected] = [file(`${name}.intent.json`), file(`${name}.expected.md`)]
      return {
        name,
        before: readFileSync(file(document)),
        intent: existsSync(intent) ? (JSON.parse(readFileSync(intent, 'utf8')) as unknown) : null,
        expected: existsSync(expected) ? readFileSync(expected) : null,
      }
    })
}
