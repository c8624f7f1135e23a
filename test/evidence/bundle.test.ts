import { describe, expect, it } from 'vitest'
import {
  BundleError,
  type Evidence,
  parseEvidence,
  readBundle,
  rereadMeasurements,
  serialiseEvidence,
} from '../../spec-tools/index.ts'
import { bundle, evidenceOf, log, set, sha256 } from './sample.ts'

function refusal(files: Map<string, Uint8Array>): string {
  try {
    readBundle(files, sha256)
  } catch (error) {
    if (error instanceof BundleError) return `${error.code} ${error.path}`
    throw error
  }
  return 'accepted'
}

function changed(change: (evidence: Evidence) => void, stdout = log): Map<string, Uint8Array> {
  const evidence = evidenceOf(log)
  change(evidence)
  return bundle({ evidence, stdout })
}

describe('a bundle', () => {
  it('that is whole is read with its settings and its investigation', () => {
    const read = readBundle(bundle(), sha256)
    expect(read.settings.specs.map(({ id }) => id)).toEqual(['demo'])
    expect(read.investigation?.title).toBe('Is the product right?')
    expect(read.evidence).toEqual(evidenceOf(log))
  })

  it('without an investigation has none', () => {
    expect(
      readBundle(
        changed((evidence) => (evidence.investigation = null)),
        sha256,
      ).investigation,
    ).toBe(null)
  })

  it.each([
    '../evil',
    '/etc/passwd',
    'C:/x',
    String.raw`a\b`,
    'a\0b',
    'a//b',
    './a',
    '.git/config',
    '',
  ])('with the path %j is refused as a whole', (path) => {
    expect(refusal(bundle({ after: set(path, 'x') }))).toMatch(/^bad-path /)
  })

  it('names a file that was changed', () => {
    const files = bundle({ after: set('logs/q4k.stdout.txt', log.replace('0.26', '0.27')) })
    expect(refusal(files)).toBe('digest-mismatch logs/q4k.stdout.txt')
  })

  it('names a file that is not listed', () => {
    expect(refusal(bundle({ after: set('logs/more.txt', 'x') }))).toBe('extra-file logs/more.txt')
  })

  it('names a file that is listed and missing', () => {
    const files = bundle({ after: (all) => all.delete('logs/q4k.stdout.txt') })
    expect(refusal(files)).toBe('missing-file logs/q4k.stdout.txt')
  })

  it.each(['SHA256SUMS', 'evidence.json'])('without %s is refused', (path) => {
    expect(refusal(bundle({ after: (files) => files.delete(path) }))).toBe(`missing-file ${path}`)
  })

  it.each([
    ['no sums', 'bad-sums SHA256SUMS:1'],
    [`${'a'.repeat(64)}  x\n${'a'.repeat(64)}  x\n`, 'bad-sums SHA256SUMS:2'],
    [`${'a'.repeat(64)}  ../x\n`, 'bad-path SHA256SUMS:1'],
    [`${'A'.repeat(64)}  x\n`, 'bad-sums SHA256SUMS:1'],
  ])('with the sums %j is refused', (sums, expected) => {
    expect(refusal(bundle({ after: set('SHA256SUMS', sums) }))).toBe(expected)
  })

  it('with other settings than those in force is refused', () => {
    const files = bundle({ before: set('settings.yml', 'specs: []\n') })
    expect(refusal(files)).toBe('digest-mismatch settings.yml')
  })

  it('with settings that cannot be read is refused', () => {
    const evidence = evidenceOf(log)
    const text = 'specs: 1\n'
    evidence.settings.sha256 = sha256(new TextEncoder().encode(text))
    expect(refusal(bundle({ evidence, before: set('settings.yml', text) }))).toBe(
      'settings settings.yml',
    )
  })

  it('with a log of another size is refused', () => {
    const files = changed(({ diagnostics }) => {
      const stdout = diagnostics[0]!.stdout
      stdout.bytes = stdout.kept = 5
    })
    expect(refusal(files)).toBe('log-size logs/q4k.stdout.txt')
  })

  it('with a log whose middle was left out holds what was kept', () => {
    const files = changed(({ diagnostics }) => (diagnostics[0]!.stdout.bytes += 1_000_000))
    expect(refusal(files)).toBe('accepted')
  })

  it('with a figure that its log does not print is refused', () => {
    const files = changed(({ measurements }) => {
      const std = measurements[0]!.figures['std']!
      std.printed = '0.270898'
      std.value = 0.270898
    })
    expect(refusal(files)).toBe('log-content logs/q4k.stdout.txt:2')
  })

  it('with a measurement from a line beyond the log is refused', () => {
    const files = changed(({ measurements }) => (measurements[0]!.source.line = 99))
    expect(refusal(files)).toBe('log-content logs/q4k.stdout.txt:99')
  })

  it('with a claim from a line beyond the log is refused', () => {
    const files = changed(({ claims }) => (claims[0]!.source.line = 99))
    expect(refusal(files)).toBe('log-content logs/q4k.stdout.txt:99')
  })
})

describe('evidence.json', () => {
  const text = serialiseEvidence(evidenceOf(log))

  function code(input: string | Uint8Array): string {
    try {
      parseEvidence(input)
    } catch (error) {
      if (error instanceof BundleError) return error.code
      throw error
    }
    return 'accepted'
  }

  it('comes back from its text as it was', () => {
    expect(parseEvidence(text)).toEqual(evidenceOf(log))
    expect(serialiseEvidence(parseEvidence(text))).toBe(text)
  })

  it('has the same text in whatever order it was put together', () => {
    const evidence = evidenceOf(log)
    const reversed = Object.fromEntries(Object.entries(evidence).toReversed()) as Evidence
    reversed.measurements = evidence.measurements.map(
      (one) =>
        ({
          ...Object.fromEntries(Object.entries(one).toReversed()),
          figures: Object.fromEntries(Object.entries(one.figures).toReversed()),
        }) as (typeof evidence.measurements)[number],
    )
    expect(serialiseEvidence(reversed)).toBe(text)
    expect(text.endsWith('}\n')).toBe(true)
  })

  it('is refused with a byte that is not UTF-8', () => {
    const bytes = new TextEncoder().encode(text)
    bytes[text.indexOf('linux')] = 0xff
    expect(code(bytes)).toBe('not-utf8')
  })

  it('is refused with a duplicate key, a key that reaches a prototype, or a depth bomb', () => {
    expect(code(text.replace('"tool":', '"run": 1, "tool":'))).toBe('duplicate-key')
    expect(code(text.replace('"tool":', '"__proto__": {}, "tool":'))).toBe('forbidden-key')
    expect(code('['.repeat(200_000))).toBe('too-deep')
  })

  it('is refused with a field that this version does not know', () => {
    expect(code(text.replace('"tool":', '"more": 1, "tool":'))).toBe('schema')
  })

  it('is refused with two measurements of one id', () => {
    const evidence = evidenceOf(log)
    evidence.measurements.push(evidence.measurements[0]!)
    expect(code(serialiseEvidence(evidence))).toBe('schema')
  })

  it('says what is wrong, where, and what to do', () => {
    expect(() => parseEvidence(text.replace('"attempt": null', '"attempt": 0'))).toThrow(
      /evidence\.json: .*run\.attempt: .*Write it with/,
    )
  })
})

describe('logs that are read again', () => {
  it('give the measurements of the bundle', () => {
    expect(rereadMeasurements(readBundle(bundle(), sha256))).toEqual([])
  })

  it('are read by the patterns of the settings that were in force', () => {
    const { settings, ...rest } = readBundle(bundle(), sha256)
    const pattern = { name: 'q', match: 'mean=(?P<mean>[-0-9.]+), std' }
    const [difference] = rereadMeasurements({
      ...rest,
      settings: { ...settings, patterns: [pattern] },
    })
    expect(difference).toEqual({
      id: 'q4k:2',
      what: 'n is 3584 on line 2 in the bundle and absent in logs/q4k.stdout.txt:2',
    })
  })

  it('name a figure that was changed in the document', () => {
    const files = changed(({ measurements }) => (measurements[0]!.figures['std']!.value = 0.5))
    expect(rereadMeasurements(readBundle(files, sha256))).toEqual([
      {
        id: 'q4k:2',
        what: 'std is 0.260898 (0.5) on line 2 in the bundle and 0.260898 on line 2 in logs/q4k.stdout.txt:2',
      },
    ])
  })

  it('name a figure that was changed in the log', () => {
    const files = bundle({ stdout: log.replace('n=3584, mean', 'n=3585, mean') })
    const { evidence, ...rest } = readBundle(bundle(), sha256)
    const [difference] = rereadMeasurements({ ...rest, evidence, files })
    expect(difference).toMatchObject({ id: 'q4k:2', what: expect.stringContaining('n is 3584') })
  })

  it('name a measurement that is missing on either side', () => {
    const fewer = changed(({ measurements }) => void measurements.pop())
    expect(rereadMeasurements(readBundle(fewer, sha256)).map(({ id }) => id)).toEqual(['q4k:4'])
    const more = changed(({ measurements }) => {
      measurements.push({ ...measurements[0]!, id: 'q4k:2.9' })
    })
    expect(rereadMeasurements(readBundle(more, sha256)).map(({ id }) => id)).toEqual(['q4k:2.9'])
  })

  it('name a fact that was added', () => {
    const files = changed(({ measurements }) => (measurements[1]!.facts.layer = 7))
    expect(rereadMeasurements(readBundle(files, sha256))).toEqual([
      { id: 'q4k:4', what: 'facts is not what logs/q4k.stdout.txt:4 gives' },
    ])
  })
})
