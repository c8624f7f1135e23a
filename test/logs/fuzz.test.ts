/**
 * Mutated logs: whatever is read must stand on its line.
 *
 * `FUZZ=1000000` runs as many cases as it says, by hand; with `FUZZ_SEED=2` others than the usual ones.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidence, type LogReading } from '../../spec-tools/index.ts'
import { linesOf } from '../../spec-tools/logs/index.ts'
import { corpus } from './corpus.ts'
import { read } from './short.ts'

const cases = Number(process.env['FUZZ'] ?? 4_000)
const seed = Number(process.env['FUZZ_SEED'] ?? 1)
const logs = [...corpus().values()].flatMap(stretches)
const measurement = evidence.shape.measurements.def.element
const claim = evidence.shape.claims.def.element

const changes = fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 })

/** What is most likely to turn one reading into another. */
const splinters = [
  '=',
  ':',
  ',',
  '|',
  '\t',
  ' ',
  '  ',
  '\n',
  '\r',
  '\r\n',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '"',
  '\\',
  '-',
  '+',
  '.',
  '0',
  '9',
  'e',
  'E5',
  'x',
  '%',
  '_',
  '/',
  '#',
  '…',
  '×',
  '│',
  '\0',
  '\u001b[1m',
  '\ud83d',
  '\u202e',
  'nan',
  'constructor',
  '__proto__',
  'toString',
  'null',
  'n=',
  'mean=',
  'layer 3',
  ' vs ',
  '1,234',
  '0x1f',
  '1e400',
  '__proto__',
  'constructor',
  '"stage":"s"',
  ',,',
  '::',
  '|--|--|',
  '{"a":1}',
  '12:30',
].map((text) => new TextEncoder().encode(text))

const mutation = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'flip', 'copy', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  splinter: fc.integer({ min: 0, max: splinters.length - 1 }),
  byte: fc.integer({ min: 0, max: 255 }),
})

const mutated = fc
  .tuple(fc.integer({ min: 0, max: logs.length - 1 }), fc.array(mutation, { maxLength: 12 }))
  .map(([log, mutations]) => mutations.reduce(mutate, logs[log] ?? new Uint8Array()))

/** Long logs in parts: many short cases find more than few long ones. */
function stretches(log: Uint8Array): Uint8Array[] {
  const length = 1500
  const parts: Uint8Array[] = []
  for (let at = 0; at < log.length; at += length) parts.push(log.subarray(at, at + length))
  return parts
}

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

function mutate(log: Uint8Array, { kind, at, length, splinter, byte }: Mutation): Uint8Array {
  const from = Math.floor(at * log.length)
  const to = Math.min(log.length, from + length)
  const [head, middle, tail] = [log.subarray(0, from), log.subarray(from, to), log.subarray(to)]
  switch (kind) {
    case 'insert':
      return joined(head, splinters[splinter]!, middle, tail)
    case 'delete':
      return joined(head, tail)
    case 'flip':
      return joined(head, Uint8Array.of(byte), log.subarray(Math.min(log.length, from + 1)))
    case 'copy':
      return joined(head, middle, middle, tail)
    default:
      return joined(tail, middle, head)
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** The log three times over, with other figures each time: numerals grow, shrink and change sign. */
function repeated(log: Uint8Array, how: readonly number[]): Uint8Array {
  const latin = Buffer.from(log).toString('latin1')
  let nth = 0
  const change = () => how[nth++ % how.length] ?? 0
  const other = latin.replaceAll(/\d/g, (digit) => (change() % 3 > 0 ? digit : `${change() % 10}`))
  const others = other.replaceAll(/[-+]?\d+(?:\.\d+)?/g, (numeral) => {
    const kinds = [numeral, numeral, numeral, `-${numeral}`, `  ${numeral}`, '5.0', '7', '1,234']
    return kinds[change() % kinds.length] ?? numeral
  })
  return Buffer.from([latin, latin, other, others].join('\n'), 'latin1')
}

/** What is wrong with a reading of the log, or null. */
function problem(log: Uint8Array, reading: LogReading): string | null {
  const lines = linesOf(log).map(({ shown }) => shown)
  const ids = new Set<string>()
  for (const one of reading.measurements) {
    const { id, figures } = one
    if (ids.has(id)) return `two measurements are ${id}`
    ids.add(id)
    const parsed = measurement.safeParse(one)
    if (!parsed.success) return `${id} breaks the schema: ${parsed.error.message}`
    for (const [statistic, { value, printed, line }] of Object.entries(figures)) {
      if (!lines[line - 1]?.includes(printed))
        return `${id}#${statistic}: ${printed} is not on ${line}`
      const number = Number(printed.replaceAll(/[,_]/g, ''))
      if (typeof value === 'number' && value !== number) return `${id}: ${value} is not ${printed}`
    }
  }
  for (const one of reading.claims) {
    if (!claim.safeParse(one).success) return `the claim on ${one.source.line} breaks the schema`
  }
  const withNumbers = lines.filter((line) => /\d|\b(?:nan|inf(?:inity)?)\b/i.test(line)).length
  return reading.unread <= withNumbers ? null : `${reading.unread} unread of ${withNumbers}`
}

describe('a mutated log', () => {
  it(`gives no number that is not on its line (${cases} cases)`, { timeout: 0 }, () => {
    fc.assert(
      fc.property(mutated, (log) => {
        expect(problem(log, read(log))).toBe(null)
      }),
      { numRuns: cases, seed },
    )
  })

  it('counts beyond the limit what it keeps within it', { timeout: 0 }, () => {
    fc.assert(
      fc.property(mutated, fc.constantFrom(0, 3), changes, (once, measurements, how) => {
        const log = repeated(once, how)
        const kept = read(log)
        const counted = read(log, { limits: { measurements } })
        const beyond = Math.max(0, kept.measurements.length - measurements)
        expect(counted).toEqual({
          ...kept,
          measurements: counted.measurements,
          beyond: { measurements: beyond, claims: 0 },
        })
        expect(kept.measurements).toEqual(expect.arrayContaining(counted.measurements))
      }),
      { numRuns: Math.ceil(cases / 10), seed },
    )
  })

  it('gives the same reading as text and as bytes', { timeout: 0 }, () => {
    fc.assert(
      fc.property(mutated, (log) => {
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(log)
        expect(read(text)).toEqual(read(new TextEncoder().encode(text)))
      }),
      { numRuns: Math.ceil(cases / 20), seed },
    )
  })
})
