import { describe, expect, it } from 'vitest'
import {
  parseInvestigation,
  parseSettings,
  SettingsError,
} from '../../spec-tools/settings/index.ts'

const settings = parseSettings(
  'specs: [{ id: ship, path: a.md }]\ndiagnostics: { qkv: { run: x }, population: { run: y } }\n',
)

function parse(text: string, changed: Partial<Parameters<typeof parseInvestigation>[1]> = {}) {
  return parseInvestigation(`title: A question\n${text}`, {
    slug: 'qkv',
    file: 'qkv.yml',
    settings,
    ...changed,
  })
}

function problemsOf(...given: Parameters<typeof parse>) {
  try {
    parse(...given)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  throw new Error('the investigation was accepted')
}

const named = `measurements:
  r: { stage: qkv, side: pair, metric: ratio }
  speed: { stage: decode, metric: value, unit: tok/s }
stages: [qkv]
`

const hypothesis = (confirm: string, refute: string) =>
  `${named}hypotheses:\n  - id: H1\n    claim: c\n    confirm: ${confirm}\n    refute: ${refute}\n`

describe('parseInvestigation', () => {
  it('accepts a stage by its id alone', () => {
    expect(parse('stages: [embedding]\n').stages).toMatchObject([
      { id: 'embedding', candidate: {}, reference: {} },
    ])
  })

  it('asks what it is about, and takes a subject or a title for each outcome', () => {
    const read = (text: string) =>
      parseInvestigation(text, { slug: 'qkv', file: 'qkv.yml', settings }).title
    expect(read('subject: The dispatch\n')).toBeUndefined()
    expect(read('title: { refuted: It is wrong }\n')).toEqual({ refuted: 'It is wrong' })
    expect(() => read('diagnostics: [qkv]\n')).toThrow(/neither `title` nor `subject` is given/)
    expect(() => read('title: { wrong: It is wrong }\n')).toThrow(SettingsError)
  })

  it('reads section numbers as text', () => {
    expect(parse('refutes: [28]\n').refutes).toEqual(['28'])
  })

  it('refuses a diagnostic that the settings do not define', () => {
    expect(problemsOf('diagnostics: [qkv, other]\n')).toMatchObject([
      { line: 2, column: 20, received: '"other"', remedy: 'Use one of: qkv, population' },
    ])
  })

  it('refuses a selector for a diagnostic that is not run', () => {
    const text =
      'diagnostics: [qkv]\nstages:\n  - id: a\n    candidate: { diagnostic: population }\n'
    expect(problemsOf(text)).toMatchObject([
      { line: 5, path: 'stages[0].candidate.diagnostic', what: 'this diagnostic is not run' },
    ])
  })

  it('refuses a spec that the settings do not know', () => {
    expect(problemsOf('spec: other\n')).toMatchObject([{ line: 2, received: '"other"' }])
  })

  it('asks for the spec where there are several', () => {
    const several = parseSettings('specs: [{ id: a, path: a.md }, { id: b, path: b.md }]\n')
    expect(problemsOf('', { settings: several })).toMatchObject([{ path: 'spec' }])
  })

  it('refuses a slug that cannot be part of a branch and a folder', () => {
    expect(problemsOf('', { slug: '../up' })).toMatchObject([{ received: '"../up"' }])
  })

  it('refuses two stages with one id', () => {
    expect(problemsOf('stages: [a, a]\n')).toMatchObject([{ line: 2, column: 13 }])
  })

  it('refuses a stage that is computed from a later or an unknown one', () => {
    const text = 'stages:\n  - { id: a, after: [b, c] }\n  - b\n'
    expect(problemsOf(text).map(({ what }) => what)).toEqual([
      'this stage is not listed before the one that is computed from it',
      'no stage has this id',
    ])
  })

  it('refuses sides of one name', () => {
    expect(problemsOf('sides: { candidate: a, reference: a }\n')).toMatchObject([{ line: 2 }])
  })

  it('refuses a figure of a stage that is not judged', () => {
    const text = 'measurements:\n  r: { stage: qkv, side: pair, metric: rms_diff }\n'
    expect(problemsOf(text)).toMatchObject([{ path: 'measurements.r.stage' }])
  })

  it('refuses a ratio that would not pass the gate', () => {
    const text = 'measurements:\n  r: { stage: qkv, metric: ratio }\n'
    expect(problemsOf(text)).toMatchObject([
      { what: 'a ratio of two sides has to pass the comparability gate' },
    ])
  })

  it('refuses a unit on a figure that has none', () => {
    const text =
      'stages: [qkv]\nmeasurements:\n  r: { stage: qkv, side: pair, metric: cosine, unit: ms }\n'
    expect(problemsOf(text)).toMatchObject([{ line: 4, what: 'cosine has no unit' }])
  })

  it('refuses an assertion that is no fact', () => {
    const text = 'stages:\n  - id: a\n    candidate: { assert: { count: 3 } }\n'
    expect(problemsOf(text)).toMatchObject([{ line: 4, received: '"count"' }])
  })

  it('refuses to flip a row twice on one verdict', () => {
    const text = `${hypothesis('r >= 10', 'r < 2')}    flips: [{ row: A, to: PARTIAL }, { row: A, to: DISCHARGED }]\n`
    expect(problemsOf(text)).toMatchObject([{ path: 'hypotheses[0].flips[1].row' }])
  })

  it.each([
    'DISCHARGD',
    'discharged',
    'DISCHARGED | x',
    '![x](https://evil.example/b.gif)',
    '@team',
    'DISCHARGED <img src=x>',
    'DISCHARGED_\u202E',
    'DISCHARGED_',
    'PARTIAL_level',
    '**DISCHARGED**',
  ])('refuses a flip to %j, which is no status of the settings', (to) => {
    const flips = `    flips: [{ row: A, to: ${JSON.stringify(to)} }]\n`
    expect(problemsOf(`${hypothesis('r >= 10', 'r < 2')}${flips}`)).toMatchObject([
      { path: 'hypotheses[0].flips[0].to', what: 'this is no status of the settings' },
    ])
  })

  it.each(['DISCHARGED', 'PARTIAL', 'PARTIAL_ALGORITHM_LEVEL', 'Blocked'])(
    'takes a flip to %s',
    (to) => {
      const flips = `    flips: [{ row: A, to: ${to} }]\n`
      expect(parse(`${hypothesis('r >= 10', 'r < 2')}${flips}`).hypotheses).toHaveLength(1)
    },
  )
})

describe('predicates of an investigation', () => {
  it('may use the names of measurements, in their units', () => {
    expect(parse(hypothesis('r >= 10 && speed > "30 tok/s"', 'r < 2')).hypotheses).toHaveLength(1)
  })

  it('point inside of the YAML scalar at an unknown name', () => {
    expect(problemsOf(hypothesis('r >= 10 && rr < 1', 'r < 2'))).toMatchObject([
      { line: 9, column: 25, received: '"rr"', what: 'no measurement has this name' },
    ])
  })

  it('point through quotes and escapes', () => {
    expect(problemsOf(hypothesis('"r >= 10 && \\"x\\" < rr"', 'r < 2'))).toMatchObject([
      { line: 9, column: 34 },
    ])
    expect(problemsOf(hypothesis(`'rr < 1'`, 'r < 2'))).toMatchObject([{ line: 9, column: 15 }])
  })

  it('point into folded blocks', () => {
    const text = hypothesis('>-\n      r >= 10 &&\n      rr < 1', 'r < 2')
    expect(problemsOf(text)).toMatchObject([{ line: 11, column: 7 }])
  })

  it('point at a syntax error', () => {
    expect(problemsOf(hypothesis('r >= ', 'r < 2'))).toMatchObject([
      { line: 9, received: '"the end of the text"' },
    ])
  })

  it('may not both hold', () => {
    expect(problemsOf(hypothesis('r >= 10', 'r <= 10'))).toMatchObject([
      { line: 10, column: 13, what: 'confirm and refute both hold where r = 10' },
    ])
  })

  it('may not be impossible', () => {
    expect(problemsOf(hypothesis('r > 10 && r < 5', 'r < 2'))).toMatchObject([
      { line: 9, what: 'this can never hold' },
    ])
  })

  it('may not compare with a unit of another kind', () => {
    expect(problemsOf(hypothesis('speed > "3 ms"', 'r < 2'))).toMatchObject([
      { line: 9, what: 'the measurement is in tok/s', received: String.raw`"\"3 ms\""` },
    ])
  })

  it('may not give a unit to a figure without one', () => {
    expect(problemsOf(hypothesis('r > "3 ms"', 'r < 2'))[0]).toMatchObject({
      what: 'the measurement has no unit, but the literal has',
    })
  })

  it.each(['speed / r > 3', 'size("a") > 3', 'r in [1.0]', 'r > 3 ? true : false', 'r > true'])(
    'may not be %s',
    (confirm) => {
      expect(problemsOf(hypothesis(`'${confirm}'`, 'r < 2')).length).toBeGreaterThan(0)
    },
  )

  it('may not compare two measurements, which would bypass the gate', () => {
    expect(problemsOf(hypothesis('r > speed', 'r < 2'))[0]!.what).toContain('comparability gate')
  })
})

describe('with its document at hand', () => {
  const document = {
    rows: new Map([
      ['AC-001', [9]],
      ['AC-002', [10, 14]],
    ]),
    statuses: ['Blocked'],
    sections: [],
    whyNot: () => null,
    whyNoHeading: () => null,
  }
  const flipped = (row: string, to: string) =>
    `${hypothesis('r >= 10', 'r < 2')}    flips: [{ row: ${row}, to: ${to} }]\n`

  it.each([
    ['AC-01', 'DISCHARGED', 'no row of the document has this id', 'Did you mean AC-001'],
    ['AC-002', 'DISCHARGED', '2 rows of the document have this id (lines 10, 14)', 'Give each'],
    [
      'AC-001',
      'Blockd',
      'neither the settings nor a row of the document have this status',
      'Did you mean Blocked?',
    ],
  ])('refuses %s to %s: %s', (row, to, what, remedy) => {
    expect(problemsOf(flipped(row, to), { document })).toMatchObject([
      { what, remedy: expect.stringContaining(remedy) as string },
    ])
  })

  it.each(['Blocked', 'PARTIAL'])('takes a row that it has, and %s', (to) => {
    expect(parse(flipped('AC-001', to), { document }).hypotheses).toHaveLength(1)
  })
})
