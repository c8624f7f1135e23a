/** The published JSON Schema of investigations, as an editor follows it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const schema: unknown = JSON.parse(
  readFileSync(join(root, 'docs/reference/investigation.schema.json'), 'utf8'),
)
const accepts = new Ajv2020({ strict: false, allErrors: true }).compile(schema as object)

const guide = readFileSync(join(root, 'docs/guide.md'), 'utf8')
const examples = [...guide.matchAll(/\*\*([^*]+)\.\*\*\n\n```yaml\n(title:[^]*?)```/g)].map(
  ([, name = '', text = '']) => [name, text] as const,
)
const fixtures = readdirSync(join(root, 'test/fixtures/loop'), { recursive: true })
  .map(String)
  .filter((path) => /investigations\/[^/]+\.yml$/.test(path))
  .map((path) => [path, readFileSync(join(root, 'test/fixtures/loop', path), 'utf8')] as const)

const forms = [
  ['a list of predicates', 'hypotheses: ["H1: a < 1", { H2: b < 2 }]'],
  ['a list of hypotheses', 'hypotheses: [{ id: H1, confirm: a < 1, where: { batch: 8 } }]'],
  ['one flip', 'hypotheses: { H1: { confirm: a < 1, flips: SHIP-007 } }'],
  ['flips with statuses', 'hypotheses: { H1: { confirm: a < 1, flips: [{ SHIP-7: DONE }] } }'],
  [
    'ticks and retractions',
    'hypotheses: { H1: { confirm: a < 1, ticks: It is, retracts: [Old] } }',
  ],
  ['stages', 'stages: [a, { id: b, after: [a] }]'],
  ['candidates', 'candidates: { bias: its mean, rope: null, norm: { why: x, stage: b } }'],
  ['measurements', 'measurements: { g: { gain: { of: tok/s, between: [new, old] } } }'],
] as const

describe('the published schema of an investigation', () => {
  it('takes all of the guide and of the fixtures', () => {
    expect([examples.length, fixtures.length]).toEqual([10, 2])
    for (const [name, text] of [...examples, ...fixtures]) {
      expect({ name, taken: accepts(parse(text)) }).toEqual({ name, taken: true })
    }
  })

  it.each(forms)('takes %s', (_, text) => {
    expect(accepts(parse(`title: t\n${text}\n`))).toBe(true)
  })

  it.each([
    ['a misspelt key', 'hypotheses: { H1: { confrim: a < 1 } }'],
    ['a number for a predicate', 'hypotheses: { H1: 5 }'],
    [
      'a verdict that is none',
      'hypotheses: { H1: { confirm: a < 1, ticks: { item: x, on: MAYBE } } }',
    ],
    ['a series function that is none', 'measurements: { m: { stage: s, metric: v, over: mode } }'],
    ['a gain of one', 'measurements: { m: { gain: { of: tok/s, between: [new] } } }'],
  ])('refuses %s', (_, text) => {
    expect(accepts(parse(`title: t\n${text}\n`))).toBe(false)
  })

  it('says of every value below a hypothesis what it is', () => {
    const untyped: string[] = []
    let seen = 0
    const walk = (at: unknown, path: string): void => {
      if (typeof at !== 'object' || at === null) return
      const one = at as Record<string, unknown>
      const isTyped = ['type', 'anyOf', 'const', 'enum'].some((key) => key in one)
      seen += 1
      if (!isTyped) untyped.push(path)
      for (const form of (one['anyOf'] as unknown[] | undefined) ?? []) walk(form, path)
      const keys = (one['properties'] as Record<string, unknown> | undefined) ?? {}
      for (const [key, value] of Object.entries(keys)) walk(value, `${path}.${key}`)
      for (const key of ['items', 'additionalProperties']) walk(one[key], `${path}[]`)
    }
    const { properties } = schema as { properties: Record<string, unknown> }
    for (const [key, value] of Object.entries(properties)) walk(value, key)
    expect(untyped).toEqual([])
    expect(seen).toBeGreaterThan(200)
  })
})
