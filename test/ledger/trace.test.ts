import { beforeAll, describe, expect, it } from 'vitest'
import {
  readBundle,
  traceFigures,
  whoWrote,
  type AmendmentRecord,
  type Bundle,
} from '../../spec-tools/index.ts'
import { sha256 } from '../amend/loop.ts'
import { repository, start, type Repository } from '../site/amendments.ts'

let made: Repository
let bundles: Bundle[]
let records: AmendmentRecord[]
beforeAll(() => {
  made = repository(2)
  records = made.amendments.map(({ record }) => record)
  bundles = made.amendments.map(({ files }) => {
    const own = new Set(['amendment.json', 'comment.md'])
    return readBundle(new Map([...files].filter(([name]) => !own.has(name))), sha256)
  })
})

const lineOf = (part: string, text = made.text) =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1

const trace = (part: string, { text = made.text, written = null as number[] | null } = {}) => {
  const brought = written && written.map((index) => records[index]!)
  const found = whoWrote(text, lineOf(part, text), records, brought)
  const which = found.record === null ? -1 : records.indexOf(found.record)
  return { which, ...traceFigures(found, bundles[which] ?? null, start) }
}

describe('a line of a drafted section', () => {
  it('leads to the line of the log and the command behind its figure', () => {
    const { which, figures, unknown } = trace('Measured: 97 tok/s')
    expect(which).toBe(1)
    const measured = figures.find(({ text }) => text.startsWith('97 tok/s'))
    expect(measured?.rests).toMatchObject([
      {
        said: '97.000',
        log: { file: 'logs/bench.stdout.log', line: 1, text: 'decode speed: 97.000 tok/s' },
        diagnostic: { id: 'bench', command: './bench' },
        vouch: 'self-reported',
      },
    ])
    expect(unknown).toEqual([])
  })

  it('says that nothing is recorded for a figure that a person changed', () => {
    const text = made.text.replace('Measured: 97 tok/s', 'Measured: 98 tok/s')
    const { which, figures, unknown } = trace('Measured: 98 tok/s', { text })
    expect(which).toBe(1)
    expect(figures.map(({ text: shown }) => shown).join()).not.toContain('98')
    expect(unknown).toEqual(['98'])
  })

  it('does not take a part of a number for a figure of the ledger', () => {
    const text = made.text.replace('Measured: 97 tok/s', 'Measured: 497 tok/s')
    expect(trace('Measured: 497 tok/s', { text }).unknown).toEqual(['497'])
  })

  it('says where a figure was drafted that stands elsewhere now', () => {
    const said = 'It reached 97 tok/s < 100 tok/s there.'
    const text = made.text.replace(
      '### 4.1 Diagnostic evidence\n',
      (heading) => `${heading}\n${said}\n`,
    )
    const { figures } = trace('It reached 97', { text })
    expect(figures).toMatchObject([{ how: expect.stringMatching(/, drafted for 4\.2$/) }])
  })
})

describe('a line outside of the section', () => {
  it('leads to the amendment that flipped the row, by the commit that changed it', () => {
    const { which, figures } = trace('| ERROR-001', { written: [0] })
    expect(which).toBe(0)
    expect(figures).toMatchObject([{ text: 'DISCHARGED', how: 'ERROR-001 was PARTIAL' }])
    expect(figures[0]?.rests[0]?.said).toContain('| ERROR-001 | Stays within')
  })

  it('leads there without history, too', () => {
    expect(trace('| ERROR-001').which).toBe(0)
    expect(trace('**Version:**').which).toBe(1)
  })

  it('leads nowhere where a commit changed it that brought no amendment', () => {
    expect(trace('| ERROR-001', { written: [] })).toMatchObject({ which: -1, figures: [] })
    expect(trace('Both are claimed.').which).toBe(-1)
  })

  it('is refused where the document has no such line', () => {
    expect(() => whoWrote(made.text, 100_000, records, null)).toThrow(
      /the specification has \d+ lines/,
    )
  })
})
