import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout, draft, measure } from './checkout.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-run-'))
})
afterAll(() => rm(root, { recursive: true }))

async function ran(name: string, script: string, settings = '') {
  const source = await checkout(join(root, name), { diagnostics: { probe: script }, settings })
  const bundle = join(root, `${name}-bundle`)
  const { code } = await measure(source, bundle)
  return { code, source, bundle, evidence: join(bundle, 'evidence.json') }
}

describe('codicil run', () => {
  it.each([
    ['exits with 0 where all succeed', 'exit 0', 0],
    ['exits with 1 where a diagnostic fails by its exit code', 'exit 3', 1],
    ['exits with 1 where a signal ends a diagnostic', 'kill -SEGV $$', 1],
    ['exits with 1 where the time of a diagnostic is up', 'sleep 60', 1],
  ])('%s, and leaves the bundle', async (_, script, code) => {
    const left = await ran(script.replaceAll(/\W/g, '-'), script)
    expect(left.code).toBe(code)
    expect((await stat(left.evidence)).isFile()).toBe(true)
  })

  it('says on Ctrl-C what is left behind, and exits with 130', async () => {
    const begun = join(root, 'begun')
    const source = await checkout(join(root, 'stopped'), {
      diagnostics: { probe: `touch ${begun} && sleep 1.9` },
    })
    const bundle = join(root, 'stopped-bundle')
    const main = join(import.meta.dirname, '../../bin/main.ts')
    const child = spawn(process.execPath, [main, 'run', '--source', source, '--out', bundle])
    let said = ''
    child.stderr.on('data', (part: Buffer) => (said += part.toString()))
    child.stdout.resume()
    const ended = once(child, 'close')
    while (!existsSync(begun)) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    expect(said).toContain(`is left in ${bundle}`)
    expect((await stat(join(bundle, 'evidence.json'))).isFile()).toBe(true)
  })

  it('keeps the last lines of a diagnostic that failed, without the folders of the machine', async () => {
    const { evidence, bundle } = await ran('oops', 'echo "$PWD: oops" >&2; exit 3')
    const { diagnostics } = JSON.parse(await readFile(evidence, 'utf8'))
    expect(diagnostics[0].said).toEqual(['<source>: oops'])
    expect(await readFile(join(bundle, 'findings.md'), 'utf8')).toContain('<source>: oops\n```')
  })
})

describe('what an investigation selects', () => {
  const asked = async (name: string, investigation: string) => {
    const diagnostics = { probe: 'echo latency: 12.5 ms' }
    const source = await checkout(join(root, name), { diagnostics, investigation })
    const bundle = join(root, `${name}-bundle`)
    return { run: await measure(source, bundle), draft: await draft(source, bundle) }
  }

  it('and picks nothing ends run and draft with 1, and near names', async () => {
    const { run, draft: drafted } = await asked(
      'misspelt',
      'title: t\nhypotheses: { H1: latencey < 20 ms }\n',
    )
    const told =
      'error: H1: latencey picks nothing: no figure is called latencey; near it: latency.'
    expect([run.code, drafted.code]).toEqual([1, 1])
    expect(run.stderr).toBe(`${told}\n`)
  })

  it('and is refuted ends with 0: it was decided', async () => {
    const { run, draft: drafted } = await asked(
      'refuted',
      'title: t\nhypotheses: { H1: latency < 2 ms }\n',
    )
    expect([run.code, drafted.code]).toEqual([0, 0])
  })
})

describe('codicil draft', () => {
  it('amends nothing where nothing was measured, and says why', async () => {
    const { source, bundle } = await ran('nothing', 'nosuchprogram --fast')
    const { code, stdout, stderr } = await draft(source, bundle)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^codicil draft: Nothing was measured, so no amendment was drafted/)
    expect(stderr).toMatch(/probe: exit code 127\n {2}.*nosuchprogram: command not found/)
  })

  it('amends all the same where the settings say so', async () => {
    const { source, bundle } = await ran('always', 'nosuchprogram', 'amend: always')
    const { code, stdout } = await draft(source, bundle)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).section.markdown).toContain('nosuchprogram: command not found')
  })
})
