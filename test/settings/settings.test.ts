import { describe, expect, it } from 'vitest'
import { parseSettings, SettingsError, slugOf } from '../../spec-tools/settings/index.ts'

const spec = { id: 'ship', path: 'docs/spec.md' }

/** Settings with one spec, and more lines below it. */
function withSpec(fields: Record<string, string> = {}, more = ''): string {
  const lines = Object.entries({ ...spec, ...fields }).map(
    ([name, value]) => `    ${name}: ${value}`,
  )
  return `specs:\n  -\n${lines.join('\n')}\n${more}`
}

function problemsOf(text: string): SettingsError {
  try {
    parseSettings(text)
  } catch (error) {
    if (error instanceof SettingsError) return error
    throw error
  }
  throw new Error('the settings were accepted')
}

describe('parseSettings', () => {
  it('fills in what was left out', () => {
    expect(parseSettings(withSpec())).toMatchObject({
      specs: [{ ...spec, evidence: 'evidence/{slug}-{date}/', scoreboard: { done: 'DISCHARGED' } }],
      diagnostics: {},
      label: 'needs-gpu-evidence',
      draft: true,
    })
  })

  it('reports all problems together, in the order of the file, with line and column', () => {
    const text = withSpec({ id: 'Ship Two', colour: 'red' }, 'label: ""\n')
    const { message, problems, code, name } = problemsOf(text)
    expect({ code, name }).toEqual({ code: 'invalid-settings', name: 'SettingsError' })
    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [3, 9, 'specs[0].id'],
      [5, 5, 'specs[0]'],
      [6, 8, 'label'],
    ])
    expect(message).toContain('.github/codicil.yml has 3 problems')
    expect(message).toContain('received "colour"')
  })

  it('says which keys an unknown one could have been', () => {
    expect(problemsOf(withSpec({ pth: 'x' })).message).toContain('id, path, evidence')
  })

  it('refuses a format that is not known, with those whose names are near it', () => {
    const { problems } = problemsOf(
      withSpec({}, 'diagnostics:\n  bench: { run: ./bench, format: nvbenhc-md }\n'),
    )
    expect(problems[0]).toMatchObject({ line: 6, path: 'diagnostics.bench.format' })
    expect(problems[0]?.what).toContain('no known format is called nvbenhc-md. Near it: nvbench-md')
  })

  it('names a key that is missing', () => {
    expect(problemsOf('specs:\n  - id: a\n').problems[0]).toMatchObject({
      what: '`path` is missing',
      received: null,
    })
  })

  it('points at the YAML that cannot be read', () => {
    expect(problemsOf('specs:\n  - id: a: b\n').problems[0]).toMatchObject({ line: 2 })
  })

  it('refuses two specs with one id', () => {
    const text = 'specs:\n  - { id: a, path: a.md }\n  - { id: a, path: b.md }\n'
    expect(problemsOf(text).problems).toMatchObject([{ line: 3, what: 'two specs have this id' }])
  })

  it.each([
    '../up/{slug}/',
    'evidence/../../{slug}',
    'evidence/%2e%2e/{slug}',
    '/evidence/{slug}',
    'C:/evidence/{slug}',
    '.git/{slug}',
    'evidence/.git/{slug}',
    '.github/workflows/{slug}',
    '.GitHub/Workflows/{slug}',
    'evidence//{slug}',
    'evidence/{user}/',
    'evidence/{slug',
    'evidence\\\\{slug}',
    'evidence/{slug}/*/',
    'evidence/. ./{slug}',
    '{date}/..{slug}',
    'evidence/a b/{slug}',
  ])('refuses the evidence folder %s', (evidence) => {
    expect(problemsOf(withSpec({ evidence: `"${evidence}"` })).problems).toMatchObject([
      { line: 5, path: 'specs[0].evidence' },
    ])
  })

  it.each(['evidence/{slug}-{date}/', 'docs/evidence/{date}/{slug}', 'e-1/a.b/{slug}'])(
    'accepts the evidence folder %s',
    (evidence) => {
      expect(parseSettings(withSpec({ evidence: `"${evidence}"` })).specs[0]).toMatchObject({
        evidence,
      })
    },
  )

  it.each(['../spec.md', '/etc/spec.md', '.git/config', 'docs/..%2fspec.md', 'docs/a\\u202eb.md'])(
    'refuses the spec path %s',
    (path) => {
      expect(problemsOf(withSpec({ path: `"${path}"` })).problems).toMatchObject([
        { path: 'specs[0].path' },
      ])
    },
  )
})

describe('hostile settings', () => {
  it('refuse merge keys, with line and column', () => {
    const text = withSpec({}, 'runner: &r { labels: [a] }\ndiagnostics:\n  <<: *r\n')
    expect(problemsOf(text).problems).toContainEqual(
      expect.objectContaining({ line: 7, column: 3, what: 'merge keys are not supported' }),
    )
  })

  it('refuse duplicate keys at the second one', () => {
    const text = withSpec({}, 'label: a\nlabel: b\n')
    expect(problemsOf(text).problems).toMatchObject([
      { line: 6, column: 1, what: 'this key stands here twice' },
    ])
  })

  it.each(['__proto__', 'constructor', 'prototype'])('refuse the key %s', (key) => {
    const text = withSpec({}, `diagnostics:\n  ${key}: { run: x }\n`)
    expect(problemsOf(text).problems).toMatchObject([{ line: 6, what: 'this key is not allowed' }])
    expect(({} as Record<string, unknown>)['run']).toBeUndefined()
  })

  it('stop an alias bomb', () => {
    const levels = Array.from({ length: 20 }, (_, n) =>
      n === 0 ? 'a0: &a0 [x, x]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`,
    )
    expect(problemsOf(levels.join('\n')).message).toMatch(/more than 64 aliases/)
  })

  it('stop an alias that holds itself', () => {
    expect(problemsOf('specs: &a [*a]').message).toMatch(/nested more than 32 levels/)
  })

  it.each([
    ['flow sequences', '['.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(60_000)],
    ['compact sequences', '- '.repeat(100_000)],
    ['compact keys', '? '.repeat(100_000)],
  ])('stop nesting by %s at the place where it gets too deep', (_, text) => {
    const { problems } = problemsOf(text)
    expect(problems).toMatchObject([
      { line: 1, what: expect.stringMatching(/more than 32 levels/) },
    ])
    expect(problems[0]!.column).toBeGreaterThan(30)
  })

  it('may hold many diagnostics on one line', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `d${index}`)
    const diagnostics = Object.fromEntries(ids.map((id) => [id, { run: 'true', timeout: '1m' }]))
    const text = JSON.stringify({ specs: [{ id: 'a', path: 'a.md' }], diagnostics })
    expect(Object.keys(parseSettings(text).diagnostics)).toEqual(ids)
  })

  it('stop nesting by indentation', () => {
    const text = Array.from({ length: 400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')
    expect(problemsOf(text).message).toMatch(/nested more than 32 levels/)
  })

  it('are not read beyond their limit of length', () => {
    expect(problemsOf('#'.repeat(300_000)).message).toMatch(/longer than 262144 characters/)
  })

  it('say where a pattern is that cannot be used', () => {
    const patterns = `patterns:
  - { name: open, match: '(' }
  - { name: nothing, match: 'mean=([0-9.]+)' }
  - { name: fine, match: '(?P<mean>[0-9.]+)' }
  - { name: fine, match: '(?P<std>[0-9.]+)' }
`
    expect(problemsOf(withSpec({}, patterns)).problems).toMatchObject([
      {
        path: 'patterns[0].match',
        line: 6,
        what: expect.stringMatching('not a pattern of RE2 syntax'),
      },
      {
        path: 'patterns[1].match',
        line: 7,
        what: expect.stringMatching('no named group for a figure'),
      },
    ])
    const twice = patterns.replaceAll(/.*name: (?:open|nothing).*\n/g, '')
    expect(problemsOf(withSpec({}, twice)).problems).toMatchObject([
      { path: 'patterns[1].name', line: 7, column: 13, what: 'two patterns have this name' },
    ])
  })

  it('stay YAML 1.2 core whatever version they claim', () => {
    const text = `%YAML 1.1\n---\n${withSpec({}, 'draft: yes\n')}`
    expect(problemsOf(text).problems).toMatchObject([{ path: 'draft', received: '"yes"' }])
  })

  it('hold no tags and no second document', () => {
    expect(problemsOf(withSpec({ id: '!!js/function x' })).problems).not.toEqual([])
    expect(problemsOf(`${withSpec()}---\n${withSpec()}`).problems).not.toEqual([])
  })

  it('are quoted on one line, without control characters', () => {
    const { message } = problemsOf(withSpec({ id: '"a\\e[31m\\nb"' }))
    expect(message.split('\n')).toHaveLength(2)
    expect(message).not.toContain('\u001b')
  })
})

describe('slugOf', () => {
  it.each([
    ['.codicil/investigations/qkv-layer0.yml', 'qkv-layer0'],
    ['.codicil/investigations/a.yaml', 'a'],
    ['.codicil/investigations/a/b.yml', null],
    ['.codicil/investigations/Qkv.yml', null],
    ['.codicil/investigations/...yml', null],
    ['elsewhere/a.yml', null],
  ])('gives for %s the slug %s', (path, slug) => {
    expect(slugOf(path)).toBe(slug)
  })
})
