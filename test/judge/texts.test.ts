/** Texts that are compared: behind a key, as whole outputs, of two diagnostics with each other. */
import { describe, expect, it } from 'vitest'
import { judge, pickingNothing } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

const sum = '5b2f0d6c9e81a7734f1be0c2d98a6a1f0c44e7b3d25986f7a1c03be9d7f46e12'
const log = (backend: string, tail = sum.slice(-4)) => `gen-check: greedy decoding, max_tokens=96
backend: ${backend}
The kernel waits, then warps arrive.
tokens: 37
sha256: ${sum.slice(0, -4)}${tail}
md5 = d41d8cd98f00b204e9800998ecf8427e
checksum: "crc32 1c291ca3"
`
const logs = { graph: log('cuda-graph'), eager: log('cuda-eager') }

function verdict(claim: string, given = logs) {
  const investigation = JSON.stringify({ title: 't', hypotheses: { H1: claim } })
  const bundle = bundleOf({ investigation, logs: given })
  const logged = { ...bundle.evidence, files: bundle.files }
  return { ...judge(bundle).hypotheses[0]!, empty: pickingNothing(bundle.investigation, logged) }
}

describe('texts of two places', () => {
  it.each([
    ['sha256(graph) == sha256(eager)', 'CONFIRMED'],
    ['sha256(graph) != sha256(eager)', 'REFUTED'],
    ['md5(graph) = md5(eager)', 'CONFIRMED'],
    ['checksum(graph) == checksum(eager)', 'CONFIRMED'],
    ['backend(graph) == backend(eager)', 'REFUTED'],
    ['backend(graph) != backend(eager)', 'CONFIRMED'],
    ['tokens(graph) = tokens(eager)', 'CONFIRMED'],
    ['sha256(graph) == sha256(eager) and backend(graph) == "cuda-graph"', 'CONFIRMED'],
    ['backend == "cuda-graph"', 'INCONCLUSIVE'],
    ['backend(graph) == tokens(eager)', 'INCONCLUSIVE'],
  ])('%s: %s', (claim, outcome) => {
    const found = verdict(claim)
    expect({ outcome: found.outcome, empty: found.empty }).toEqual({ outcome, empty: [] })
  })

  it('are shown in the verdict, and differ by one digit of a hash', () => {
    const other = { ...logs, eager: log('cuda-eager', '6e13') }
    expect(verdict('sha256(graph) == sha256(eager)', other)).toMatchObject({
      outcome: 'REFUTED',
      reason: `sha256(graph) and sha256(eager) is "${sum}" and "${sum.slice(0, -4)}6e13": \`!(sha256(graph) == sha256(eager))\` holds.`,
    })
  })

  it.each([
    ['sha265(graph) == sha265(eager)', 'sha265(graph) picks nothing'],
    ['backed(graph) == "cuda-graph"', 'backed(graph) equals "cuda-graph" picks nothing'],
  ])('are told where no log has them: %s', (claim, problem) => {
    const found = verdict(claim)
    expect(found.outcome).toBe('INCONCLUSIVE')
    expect(found.empty.join('\n')).toContain(problem)
  })
})

describe('a text behind a key', () => {
  it.each([
    ['They are 97, 101 and 103.', 'They are 97, 101 and 107.'],
    ['yes, 3 times', 'yes, 4 times'],
    ['ab (1.5 ms) done', 'ab (1.5 ms) lost'],
    ['"a" or b', '"a" or c'],
    ['one; two', 'one; three'],
  ])('is all that stands there: %s', (a, b) => {
    const given = { graph: `text: ${a}\n`, eager: `text: ${b}\n` }
    expect(verdict('text(graph) == text(eager)', given).outcome).toBe('REFUTED')
    expect(verdict(`text(graph) == ${JSON.stringify(a)}`, given).outcome).toBe('CONFIRMED')
  })

  it.each([
    'backend: cuda, tokens: 3',
    '(backend: cuda)',
    '{"backend": "cuda", "n": 3}',
    'backend = "cuda",',
  ])('ends where the next one begins: %s', (line) => {
    const given = { graph: `${line}\n`, eager: '' }
    expect(verdict('backend(graph) == "cuda"', given).outcome).toBe('CONFIRMED')
  })
})

describe('rows with a text', () => {
  const gates = (...more: string[]) =>
    ['| gate | value | status |', '| --- | --- | --- |', '| gelu | 0.1 | PASS |', ...more, ''].join(
      '\n',
    )

  it('are counted where all of them were read', () => {
    const given = { graph: gates('| rope | 0.2 | PASS |'), eager: '' }
    expect(verdict('rows(status = FAIL) = 0', given).outcome).toBe('CONFIRMED')
    expect(verdict('rows(status = PASS) = 2', given).outcome).toBe('CONFIRMED')
  })

  it.each(['| softmax | n/a | FAIL |', 'softmax FAIL 0.31', '{"gate":"softmax","status":"FAIL"}'])(
    'are not known where another line has it: %s',
    (line) => {
      const given = { graph: gates(line), eager: '' }
      expect(verdict('rows(status = FAIL) = 0', given).outcome).not.toBe('CONFIRMED')
    },
  )

  it('are not known of a column that no row has', () => {
    const found = verdict('rows(result = FAIL) = 0', { graph: gates(), eager: '' })
    expect(found.outcome).toBe('INCONCLUSIVE')
  })
})

describe('outputs', () => {
  it('that differ are told by the first line that does', () => {
    expect(verdict('output(graph) == output(eager)').reason).toContain(
      'not the same; line 2 is the first that differs: "backend: cuda-graph" and "backend: cuda-eager"',
    )
    const longer = { ...logs, eager: `${logs.graph}done\n` }
    expect(verdict('output(graph) == output(eager)', longer).reason).toContain(
      'line 8 is the first that differs: no line and "done"',
    )
  })
})
