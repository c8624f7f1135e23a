/** What of the machine a diagnostic sees besides the system: programs on PATH, and nothing of a runner. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner
beforeEach(async () => {
  runner = await StandInRunner.start()
})
afterEach(async () => {
  await runner.dispose()
})

const root = process.getuid?.() === 0
const usable = await bubblewrap().then(
  () => true,
  () => false,
)

describe.skipIf(!usable || !root)('what else lies on the machine (skipped for other users)', () => {
  const made: string[] = []
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true })
  })
  const folderIn = async (parent: string) => {
    const folder = await mkdtemp(join(parent, 'codicil-'))
    await chmod(folder, 0o755)
    made.push(folder)
    return folder
  }
  const files = async (folder: string, ...paths: string[]) => {
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), `${path}\n`)
    }
  }

  it.each(['/opt', '/srv', '/mnt', '/media'])('is out of sight below %s', async (parent) => {
    const folder = await folderIn(parent)
    await files(folder, 'key')
    const one = `{ cat ${folder}/key || true; ls -A ${parent} | wc -l; } 2>&1`
    await runner.settings({ one }, { isolation: 'bubblewrap' })
    await runner.run()
    expect(await runner.read('logs/one.stdout.log')).toMatch(/No such file[^]*\n0\n$/)
  })

  it('is in sight below /opt where PATH leads there, with its own folder and no other', async () => {
    const folder = await folderIn('/opt')
    await files(folder, 'tool/bin/x', 'tool/share/data', 'other/key', 'actions/.credentials')
    await files(folder, 'actions/_work/_tool/py/bin/x', 'actions/_work/_tool/py/lib/data')
    const script = `cd ${folder}; cat tool/share/data other/key actions/.credentials actions/_work/_tool/py/lib/data`
    await runner.settings({ one: `${script} 2>&1 || true` }, { isolation: 'bubblewrap' })
    const tool = `${folder}/actions/_work/_tool/py/bin`
    await runner.run({}, { PATH: `${folder}/tool/bin:${tool}:${folder}/actions:/usr/bin:/bin` })
    const seen = await runner.read('logs/one.stdout.log')
    expect(seen).toContain('tool/share/data\n')
    expect(seen).toContain('_tool/py/lib/data\n')
    expect(seen.match(/No such file/g)).toHaveLength(2)
  })

  it('is out of sight where it is the runner, also in what everybody sees', async () => {
    const folder = await folderIn('/usr/local')
    await files(folder, '.credentials', '_work/_temp/x', '_work/other/key')
    const find = `find ${folder} -type f`
    await runner.settings(
      { one: `${find}; touch ${folder}/x || true` },
      { isolation: 'bubblewrap' },
    )
    const { code, stdout } = await runner.run({}, { RUNNER_TEMP: `${folder}/_work/_temp` })
    expect({ code, stdout }).toMatchObject({ code: 0 })
    const log = (name: string) =>
      readFile(`${folder}/_work/_temp/codicil-evidence/logs/one.${name}.log`, 'utf8')
    expect(await log('stdout')).toBe('<scratch>/one/measurements.jsonl\n')
    expect(await log('stderr')).toContain('Read-only file system')
  })
})
