/** What is shown stays inside GitHub's limits, says its finding first, and can be drawn again. */
import { describe, expect, it } from 'vitest'
import { composed } from '../../app/history.ts'
import { checkOf, commentOf } from '../../app/wording.ts'
import { replay } from '../../spec-tools/index.ts'
import { sha256 } from '../amend/loop.ts'
import { cases, type Shown } from './cases.ts'

const url = 'https://github.com/acme/engine'
/** Of a comment, and of a check's summary; characters by GitHub's description, bytes in practice. */
const most = 65_536
const bytes = (text: string) => new TextEncoder().encode(text).length
const countWords = (text: string) =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** The comment as it is written: three requests of one pull request, all with the same outcome. */
function written({ request }: Shown): string {
  const text = commentOf(request, url).trimEnd()
  const shown = [1, 2, 3].map((day) => ({
    request: `ev-${String(day).repeat(24)}`,
    sha: request.sha,
    asked: `2026-04-0${day}T12:00:00.000Z`,
    text,
  }))
  return composed(1, shown, null).body
}

function differences({ amendment, base }: Shown): string[] {
  if (amendment === null || base === null) return []
  const files = new Map(
    amendment.files
      .filter(({ path }) => path.startsWith(amendment.folder))
      .map(({ path, content }) => [
        path.slice(amendment.folder.length),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
  )
  const report = replay({ files, base, current: amendment.text, sha256, strict: true })
  return report.differences.map(({ where, what }) => `${where}: ${what}`)
}

/** The largest is measured beside the sentences of the drafts, in `test/amend/reading.test.ts`. */
const measured = Object.entries(cases).filter(([name]) => name !== 'rows-30000')

describe.each(measured)('%s', (name, make) => {
  const shown = make()
  const comment = commentOf(shown.request, url)
  const [unfolded = ''] = comment.split('<details>')
  const [first = ''] = comment.split('\n')

  it('is told in its first line, with a figure where there is evidence', () => {
    const line = first.replaceAll(/\*\*|^#+ /g, '')
    const drafted = shown.amendment !== null
    expect(line.length).toBeLessThanOrEqual(drafted ? 120 : 160)
    expect(line).toMatch(drafted ? /\d/ : /\. \p{Lu}|\. \p{Ll}/u)
  })

  it('needs at most 150 words before the first fold', () => {
    expect(countWords(unfolded.replaceAll(/\]\([^)]*\)/g, ']'))).toBeLessThanOrEqual(150)
  })

  it('has no sentence of more than 30 words before the first fold', () => {
    const sentences = unfolded
      .replaceAll(/`[^`]*`/g, 'x')
      .split(/\n|\||(?<=[.!?;:]) /)
      .filter((sentence) => countWords(sentence) > 30)
    expect(sentences).toEqual([])
  })

  it('fits into a comment of GitHub, with what was asked for before, and into a check', () => {
    for (const body of [comment, written(shown)]) {
      expect(body.length).toBeLessThanOrEqual(most)
      expect(bytes(body)).toBeLessThanOrEqual(4 * most)
    }
    const check = checkOf(shown.request)
    expect(check === null).toBe(name === 'refusal')
    expect((check?.title ?? '').length).toBeLessThanOrEqual(255)
    expect(bytes(check?.summary ?? '')).toBeLessThan(most)
    expect(bytes(shown.amendment?.body ?? '')).toBeLessThan(most)
    expect((shown.amendment?.title ?? '').length).toBeLessThanOrEqual(256)
  })

  it('can be drawn again from its evidence, to the byte', () => {
    expect(differences(shown)).toEqual([])
  })
})

describe('values that are not finite', () => {
  it('are what decided a stage, also where only a count of the finite ones says so', () => {
    const comment = commentOf(cases['nan']!().request, url)
    expect(comment.split('\n')[0]).toContain('l7.attn is not finite (new: 3 of 4096 not finite)')
    expect(comment).toContain('| ✗ not finite | `l7.attn` | new: 3 of 4096 not finite | – |')
    expect(comment).toContain(
      'Not finite: logs/layers.stdout.log:22 (l7.attn: 3 of 4096 not finite)',
    )
  })
})

it('one stage that is left is shown, and not counted as one more', () => {
  const comment = commentOf(cases['seed']!().request, url)
  expect(comment).toContain('| ✓ match | `q_out` | relative L2 | 0.00258 of 0.01 · 26 % |')
})
