import { expect, test } from 'vitest'
import { parsePairs } from '../../../demo/hub/runner/command-files.ts'
import { JobLog, parseCommand } from '../../../demo/hub/runner/log.ts'
import {
  holdsCondition,
  interpolate,
  resolveValue,
} from '../../../demo/hub/workflows/expressions.ts'

test('an expression in a text is replaced, and a brace within a string is text', () => {
  const contexts = { inputs: { name: 'x' } }
  expect(interpolate("a ${{ inputs.name }} ${{ format('{0}}}', 'b') }}", contexts)).toBe('a x b}')
})

test('a whole expression keeps its type', () => {
  const contexts = { inputs: { labels: '["gpu", "linux"]' } }
  expect(resolveValue('${{ fromJSON(inputs.labels) }}', contexts)).toEqual(['gpu', 'linux'])
  expect(resolveValue({ a: ['${{ 1 == 1 }}', 2] }, contexts)).toEqual({ a: [true, 2] })
})

test('a condition without a status function implies success', () => {
  const failed = { success: () => false, failure: () => true, always: () => true }
  expect(holdsCondition("inputs.x == 'y'", { inputs: { x: 'y' } }, failed)).toBe(false)
  expect(
    holdsCondition("${{ failure() && inputs.x == 'y' }}", { inputs: { x: 'y' } }, failed),
  ).toBe(true)
  expect(holdsCondition(undefined, {}, failed)).toBe(false)
})

test('a context that does not exist is an error', () => {
  expect(() => interpolate('${{ secrits.TOKEN }}', { secrets: {} })).toThrow(/secrits/)
})

test('a command file holds pairs and texts of several lines', () => {
  const errors: string[] = []
  const pairs = parsePairs('a=1\nb<<END\nx=y\nz\nEND\nc=<<\n', 'GITHUB_OUTPUT', errors)
  expect(pairs).toEqual({ a: '1', b: 'x=y\nz', c: '<<' })
  expect(errors).toEqual([])
})

test('a text whose end is missing is an error', () => {
  const errors: string[] = []
  expect(parsePairs('b<<END\nx\n', 'GITHUB_OUTPUT', errors)).toEqual({})
  expect(errors).toEqual(["Invalid value in GITHUB_OUTPUT. Matching delimiter not found 'END'"])
})

test('a workflow command is unescaped', () => {
  expect(parseCommand('::error file=a%2Cb.ts,title=x%3Ay::one%0Atwo%25')).toEqual({
    name: 'error',
    properties: { file: 'a,b.ts', title: 'x:y' },
    message: 'one\ntwo%',
  })
  expect(parseCommand('a ::error::b')).toBeUndefined()
})

test('an older command is taken anywhere in a line, if it is one that the runner knows', () => {
  expect(parseCommand('x ##[set-output name=a]9')).toMatchObject({
    name: 'set-output',
    message: '9',
  })
  expect(parseCommand('x ##[nonsense]9')).toBeUndefined()
})

test('between stop-commands and its token nothing is a command', () => {
  const lines: string[] = []
  const log = new JobLog((line) => lines.push(line))
  for (const line of ['::stop-commands::key', '::error::inert', '::key::', '::error::live']) {
    log.output(line)
  }
  expect(log.annotations.map(({ message }) => message)).toEqual(['live'])
})

test('a mask hides every later line', () => {
  const lines: string[] = []
  const log = new JobLog((line) => lines.push(line))
  log.output('::add-mask::hunter2')
  log.output('it is hunter2, hunter2')
  expect(lines).toEqual(['::add-mask::***', 'it is ***, ***'])
})
