/** No number of a line is lost without a word: it is read, it is part of a name, or it is told. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../spec-tools/logs/index.ts'
import { corpus } from './corpus.ts'
import { read } from './short.ts'

const cases = Number(process.env['FUZZ'] ?? 5000)

const name = fc.constantFrom(
  'mean',
  'std',
  'n',
  'loss',
  'q_out',
  'layer',
  'max |diff|',
  'took',
  'x',
)
const numeral = fc.oneof(
  fc.integer({ min: 0, max: 99_999 }).map(String),
  fc.double({ min: 0.001, max: 999, noNaN: true }).map((value) => value.toPrecision(5)),
  fc.constantFrom('1,234.5', '-0.25', '1e-3', '7.5'),
)
const glue = fc.constantFrom(
  ': ',
  '=',
  ' = ',
  ' ',
  ', ',
  ' / ',
  '/',
  ' ± ',
  ' (',
  ') ',
  ' | ',
  '; ',
  ' < ',
  ' of ',
  ' vs ',
  '%',
  ' ms',
  ' GB/s',
  '\t',
  '  ',
  ' @ ',
  ' -> ',
  ' [',
  ']: ',
  ' ~ ',
)
const line = fc
  .array(fc.tuple(fc.oneof(name, numeral), glue), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.flat().join(''))

/** Numbers that stand by themselves, as `12.5` in `12.5 ms`; no dates, times and index ranges. */
function numbersOf(text: string): string[] {
  const plain = text.replaceAll(
    /\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}:\d{2}:\d{2}(?:\.\d+)?|\[[^\]]*\]/g,
    ' ',
  )
  return plain.match(/(?<![\p{L}\p{N}_.])\d+(?:\.\d+)?/gu) ?? []
}

function lost(log: string): string[] {
  const { measurements, claims, unreadLines } = read(log, { format: 'general' })
  const told = new Set(unreadLines.map(({ line: number }) => number))
  return linesOf(log).flatMap(({ text }, at) => {
    const here = measurements.filter(
      ({ source, figures }) =>
        source.line === at + 1 || Object.values(figures).some((one) => one.line === at + 1),
    )
    if (here.length === 0 || told.has(at + 1)) return []
    const said = JSON.stringify(
      here.map(({ stage, side, against, under, facts, labels, figures }) => {
        return { stage, side, against, under, facts, labels, figures }
      }),
    )
    const names = `${said} ${claims.map((claim) => claim.text).join(' ')}`
    return numbersOf(text)
      .filter((printed) => !names.includes(printed) && !names.includes(printed.replace('.', '_')))
      .map((printed) => `${printed} of ${JSON.stringify(text)}`)
  })
}

describe('the numbers of a line from which something is read', () => {
  it(`are all read, named or told, however it is worded (${cases} cases)`, { timeout: 0 }, () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(lost(text)).toEqual([])
      }),
      { numRuns: cases },
    )
  })

  it.each([
    ['mean: 1,234.5 @ max |diff|/0.0010000%mean: ', '/0.0010000%mean'],
    ['RMS diff: 193.25 ms  latency 23874 tok/s', '193.25'],
    ['out: layer 01  max_abs_diff 0.0156', '01'],
    ['error = 0.5 </3.5ms', '/3.5ms'],
    ['Peak memory: 23,456 MiB / 81,920 MiB (28.6%)', '23,456, 81,920, 28.6%'],
    ['Total              1,234.5 us', '1,234.5'],
    ['1,234.5 us and 2,000', '1,234.5, 2,000'],
  ])('are told where nothing else shows them: %s', (text, printed) => {
    const { unreadLines } = read(text)
    expect(unreadLines.map(({ reason }) => reason).join()).toContain(printed)
  })

  it('are shown above the figures where they count how far a run has come', () => {
    const under = (text: string) => read(text).measurements[0]?.under
    expect(under('step 4/9 loss 2.5')).toEqual(['step 4/9'])
    expect(under('Epoch 3/10, loss 2.3, acc 91%')).toEqual(['Epoch 3/10'])
  })

  it('are all read, named or told in logs of every grammar', () => {
    const texts = [...corpus()].filter(([file]) => !file.endsWith('.json'))
    const all = texts.flatMap(([, log]) => lost(new TextDecoder().decode(log)))
    expect(all.slice(0, 5)).toEqual([])
  })
})
