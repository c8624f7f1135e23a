import { describe, expect, it } from 'vitest'
import { askedIn, composed, isOf, type Shown } from '../../app/history.ts'

const part = (index: number, text = `What was found for ${index}.`): Shown => ({
  request: `ev-${String(index).padStart(24, '0')}`,
  sha: String(index % 10).repeat(40),
  asked: new Date(Date.UTC(2026, 2, 1, 0, index)).toISOString(),
  text,
})
const body = (recorded: readonly Shown[], there: string | null = null) =>
  composed(7, recorded, there).body

describe('the comment of a pull request', () => {
  it('shows its newest request, and what stood before folded beneath it, newest first', () => {
    expect(
      body([part(1), part(3), part(2)]).replaceAll(/<!-- codicil request.*-->/g, '<!-- … -->'),
    ).toBe(
      `<!-- codicil pull-request=7 request=ev-000000000000000000000003 commit=${'3'.repeat(40)} ` +
        `asked=2026-03-01T00:03:00.000Z length=21 sum=45dac807923b05fc -->
What was found for 3.

<details><summary>Earlier requests</summary>

<details><summary>For <code>222222222222</code>, asked for on 2026-03-01, 00:02 UTC</summary>

<!-- … -->
What was found for 2.

</details>

<details><summary>For <code>111111111111</code>, asked for on 2026-03-01, 00:01 UTC</summary>

<!-- … -->
What was found for 1.

</details>

</details>`,
    )
  })

  it('says which pull request it is of, and when the newest was asked for', () => {
    const one = body([part(1)])
    expect([isOf(7, one), isOf(70, one), isOf(7, `> ${one}`)]).toEqual([true, false, false])
    expect(askedIn(one)).toBe(part(1).asked)
  })

  it('is the same whether what it holds is recorded or read from it', () => {
    const texts = [
      'Plain.',
      'A fence:\n\n```\n</details>\n\n<!-- codicil request=ev-1 -->\n\n</details>\n```',
      'Ünïcödé 😀 and a fold\n\n<details><summary>More</summary>\n\n…\n\n</details>',
      '',
    ]
    const parts = texts.map((text, index) => part(index, text))
    let there: string | null = null
    for (const [index, one] of parts.entries()) {
      const { body: next, holdsMore }: ReturnType<typeof composed> = composed(7, [one], there)
      expect(next).toBe(body(parts.slice(0, index + 1)))
      expect(holdsMore).toBe(index > 0)
      there = next
    }
  })

  it('writes anew what is recorded, wherever in it that stands', () => {
    const there = body([part(1), part(2), part(3)])
    expect(body([part(2, 'Merged.')], there)).toBe(body([part(1), part(2, 'Merged.'), part(3)]))
  })

  it('shows an older request again where that is asked for anew', () => {
    const again = { ...part(1), asked: part(9).asked }
    expect(body([again], body([part(1), part(2)]))).toBe(body([part(2), again]))
  })

  it('does not say beneath a newer request that an older one is stale', () => {
    const stale = '**Stale:** the head is now `2`.\n\nWhat was found.'
    expect(body([part(1, stale)])).toContain('Stale')
    expect(body([part(1, stale), part(2)])).toBe(body([part(1, 'What was found.'), part(2)]))
  })

  it('leaves out the oldest where there is no room, says so, and goes on saying so', () => {
    const long = Array.from({ length: 12 }, (_, index) => part(index, `${index} `.repeat(4000)))
    const full = body(long)
    expect(full.length).toBeLessThanOrEqual(65_536)
    const shown = [...full.matchAll(/For <code>(\d)/g)].map(([, digit]) => Number(digit))
    expect(shown).toEqual([0, 9, 8, 7, 6])
    expect(full).toContain('Older ones are left out')
    expect(composed(7, [part(13, 'Short.')], full)).toMatchObject({
      body: expect.stringContaining('Older ones are left out'),
      holdsMore: true,
    })
  })

  it('counts bytes, too', () => {
    const wide = Array.from({ length: 9 }, (_, index) => part(index, '漢'.repeat(7000)))
    expect(Buffer.byteLength(body(wide))).toBeLessThanOrEqual(262_144)
  })

  it.each([
    ['in the newest part', (text: string) => text.replace('found for 3', 'refuted for 3'), [2, 1]],
    ['in an earlier part', (text: string) => text.replace('found for 2', 'refuted for 2'), [3, 1]],
    ['in the mark of a part', (text: string) => text.replace(/length=21/, 'length=9'), [2, 1]],
    ['at its end', (text: string) => `${text} And more.`, [3, 2, 1]],
  ])('keeps nothing that a person changed %s, and says so', (_, edit, kept) => {
    const edited = body([part(4)], edit(body([part(1), part(2), part(3)])))
    expect(edited).toContain('changed by hand and is left out')
    expect(edited).not.toMatch(/refuted|And more/)
    expect([...edited.matchAll(/What was found for (\d)/g)].map(([, n]) => Number(n))).toEqual([
      4,
      ...kept,
    ])
  })

  it('says nothing of a change to what is recorded', () => {
    const all = [part(1), part(2), part(3)]
    expect(body([part(3)], body(all).replace('found for 3', 'refuted'))).toBe(body(all))
  })
})

describe('a comment that is signed', () => {
  const secret = 'known to the app alone'
  const one = part(1)
  const kept = (there: string, pullRequest = 7) => composed(pullRequest, [part(2)], there, secret)

  it('keeps what the app wrote of what is recorded nowhere', () => {
    const { body: next, holdsMore } = kept(composed(7, [one], null, secret).body)
    expect(next).toContain(one.text)
    expect(holdsMore).toBe(true)
  })

  it.each([
    ['with the sum that everybody can make', composed(7, [one], null).body],
    ['with the key of another app', composed(7, [one], null, 'another').body],
    ['for another time', composed(7, [one], null, secret).body.replace('T00:01', 'T00:09')],
    [
      'for another commit',
      composed(7, [one], null, secret).body.replaceAll('1'.repeat(40), '2'.repeat(40)),
    ],
    ['on another pull request', composed(8, [one], null, secret).body.replace('=8 ', '=7 ')],
  ])('takes nothing that was written %s', (_, there) => {
    const { body: next } = kept(there)
    expect(next).not.toContain(one.text)
    expect(next).toContain('was changed by hand')
  })
})
