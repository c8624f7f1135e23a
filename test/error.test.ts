import { glob, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { execa } from 'execa'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BundleError, CodicilError, explained } from '../spec-tools/index.ts'

const root = join(import.meta.dirname, '..')

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('an error for a person', () => {
  it('says where, what was received, and what to do', () => {
    const error = new BundleError({
      code: 'log-size',
      path: 'logs/a.txt',
      what: 'has another size than stated',
      received: '12',
      remedy: 'Run it again.',
    })
    expect(explained(error)).toBe(
      'logs/a.txt: has another size than stated (received 12). Run it again.',
    )
    expect(error).toBeInstanceOf(CodicilError)
  })

  it('explains a path that does not exist', async () => {
    const error = await failureOf(readFile('/nowhere/at-all.md'))
    expect(explained(error)).toBe('There is no /nowhere/at-all.md. Check the path.')
  })

  it('explains an address where nothing answers', async () => {
    const [error] = (await once(connect(1, '127.0.0.1'), 'error').catch((reason: unknown) => [
      reason,
    ])) as unknown[]
    expect(explained(error)).toBe('Nothing answers at 127.0.0.1:1. Check the address, or start it.')
  })

  it.each([
    ['a wrong argument of a Node function', () => Buffer.from(5 as unknown as string)],
    ['a mistake of ours', () => (undefined as unknown as { a: 1 }).a],
  ])('takes %s for a defect', (_, defect) => {
    let error: unknown
    try {
      defect()
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(Error)
    expect(explained(error)).toBeNull()
  })
})

/** Steps that are taken again, and what the stand-in answers: no person reads these. */
const silent = new Set<string | undefined>([
  'RetryLater',
  'LeaseLost',
  'Refusal',
  'OutOfBudget',
  'FieldFailed',
  'SyntaxProblem',
])

describe('the errors of the product', () => {
  it('have codes in one spelling and one base', async () => {
    const rooms = '{app,bin,demo,kernels-runner,spec-tools}/**/*.ts'
    const files = (await Array.fromAsync(glob(rooms, { cwd: root }))).sort()
    const sources = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')))
    const classes = sources.flatMap((source) =>
      [...source.matchAll(/class (\w+) extends (\w*Error\b|Unusable)/g)].map(([, name, base]) => ({
        name,
        base,
      })),
    )
    expect(classes.length).toBeGreaterThan(10)
    const bare = classes.filter(({ base, name }) => base === 'Error' && !silent.has(name))
    expect(bare).toEqual([])
    const loud = sources.flatMap((source) => source.match(/\bcode: '[A-Z]\w*'/g) ?? [])
    expect(loud).toEqual([])
  })

  it('are told in one line by the command line', async () => {
    const { exitCode, stderr } = await execa(
      process.execPath,
      ['bin/main.ts', 'inspect', 'no-such-folder'],
      { cwd: root, reject: false },
    )
    expect({ exitCode, lines: stderr.split('\n').length }).toEqual({ exitCode: 1, lines: 1 })
    expect(stderr).toContain('no-such-folder')
  })
})
