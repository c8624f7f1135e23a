import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

describe('isolation that is asked for but not there', () => {
  it('refuses the run, and says what to do', async () => {
    await expect(bubblewrap(['/nowhere/bwrap'])).rejects.toMatchObject({
      code: 'NO_ISOLATION',
      message: expect.stringContaining('Install it on the runner, or set "isolation: none"'),
    })
  })

  it('refuses the run where it may not be used', async () => {
    const file = join(runner.folder, 'bwrap')
    await writeFile(
      file,
      '#!/bin/sh\necho "No permissions to create new namespace" >&2; exit 1\n',
      {
        mode: 0o755,
      },
    )
    await expect(bubblewrap([file])).rejects.toThrow('No permissions to create new namespace')
  })
})

const usable = await bubblewrap().then(
  () => true,
  () => false,
)

describe.skipIf(!usable)('isolation by bubblewrap (skipped where it cannot be used)', () => {
  /** What a script prints in the sandbox, with the error output behind it. */
  async function isolated(script: string) {
    await runner.write('script.sh', script)
    await runner.settings({ one: 'bash script.sh 2>&1' }, { isolation: 'bubblewrap' })
    const { code } = await runner.run()
    expect(code).toBe(0)
    return runner.read('logs/one.stdout.log')
  }

  it('is named in the bundle', async () => {
    await isolated('true')
    expect((await runner.evidence()).isolation.kind).toBe('bubblewrap')
  })

  it('lets a diagnostic measure and leave files', async () => {
    await isolated('echo 1 > "$CODICIL_OUT/a"; echo cached > "$HOME/x"; echo t > "$(mktemp)"')
    expect((await runner.evidence()).diagnostics[0]?.exit.code).toBe(0)
    expect(await runner.read('out/one/a')).toBe('1\n')
  })

  it('does not let it change the checkout', async () => {
    expect(await isolated('touch changed || echo refused')).toContain('refused')
    expect(existsSync(join(runner.source, 'changed'))).toBe(false)
  })

  it('does not show it the runner', async () => {
    const { folder } = runner
    expect(await isolated(`ls ${folder}/temp/_runner_file_commands ${folder}/work/base`)).toMatch(
      /No such file.*\n.*No such file/,
    )
  })

  it('does not show it other processes', async () => {
    const processes = await isolated('ls /proc | grep -c "^[0-9]"')
    expect(Number(processes)).toBeLessThan(8)
  })

  it('gives it no network', async () => {
    expect(await isolated('cat /proc/net/dev | grep -c ":"')).toBe('1\n')
  })

  it('ends a daemon that shed its environment and its session', async () => {
    await isolated(
      'setsid env -i bash -c "while :; do date >> $CODICIL_OUT/beat; sleep 0.05; done" > /dev/null 2>&1 & sleep 0.3',
    )
    // Its folder is gone with the run; had it survived, its shell would still be found by name.
    const commands = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    )
    expect(
      commands.filter((command) => command.includes(runner.folder) && command.includes('beat')),
    ).toEqual([])
  })
})
