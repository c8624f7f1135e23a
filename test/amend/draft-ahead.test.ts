/** An amendment that is drafted while others before it are not merged yet. */
import { describe, expect, it } from 'vitest'
import { proposeAmendment, replay, type Ahead } from '../../spec-tools/amend/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop, sha256 } from './loop.ts'

const text = readFixture('specs', 'ship-two.md')
const bundle = runLoop('ship-two')

function drafted(ahead?: Ahead[]) {
  const base = { ref: 'main', commit: 'f'.repeat(40) }
  const origin = { pullRequest: 1088, requestedBy: 'ada', base, verification: null }
  return proposeAmendment({
    bundle,
    judgement: judge(bundle),
    text,
    origin: { ...origin, ...(ahead && { ahead }) },
  })
}

const numbers = ({ section, version }: ReturnType<typeof drafted>) => [section.number, version?.to]

describe('a draft behind others', () => {
  it.each<[string, Ahead[], [string, string]]>([
    ['nothing', [], ['30', '2.75.0']],
    ['one', [{ section: '30', version: '2.75.0' }], ['31', '2.76.0']],
    [
      'two',
      [
        { section: '30', version: '2.75.0' },
        { section: '31', version: '2.76.0' },
      ],
      ['32', '2.77.0'],
    ],
    ['one in place', [{ section: null, version: '2.74.1' }], ['30', '2.75.0']],
    ['one that raised the first number', [{ section: '30', version: '3.0.0' }], ['31', '3.1.0']],
    ['one without a version', [{ section: '30', version: null }], ['31', '2.75.0']],
    ['one that the base has overtaken', [{ section: '29', version: '2.73.0' }], ['30', '2.75.0']],
  ])('takes number and version after %s', (_, ahead, expected) => {
    expect(numbers(drafted(ahead))).toEqual(expected)
  })

  it('stands right behind the last section, and says in its body why numbers are left out', () => {
    const { text: amended, body, branch } = drafted([{ section: '30', version: '2.75.0' }])
    expect(amended.indexOf('\n## §31. ')).toBeGreaterThan(amended.indexOf('\n## §29. '))
    expect(amended).not.toMatch(/^## §30\. /m)
    expect(branch).toMatch(/^docs\/spec-31-/)
    expect(body).toContain('Numbered after §30 and v2.75.0, which open amendments take.')
    expect(drafted().body).not.toContain('Numbered after')
  })

  it('is drawn again by its replay', () => {
    const amendment = drafted([{ section: '30', version: '2.75.0' }])
    const files = new Map(
      amendment.files
        .filter(({ path }) => path.startsWith(amendment.folder))
        .map(({ path, content }) => [
          path.slice(amendment.folder.length),
          typeof content === 'string' ? new TextEncoder().encode(content) : content,
        ]),
    )
    const report = replay({ files, base: text, current: amendment.text, sha256, strict: true })
    expect(report).toMatchObject({ equal: true, differences: [] })
    expect(report.checked).toContain('the whole spec')
  })
})
