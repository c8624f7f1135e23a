import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner

beforeEach(async () => {
  runner = await StandInRunner.start()
})

afterEach(async () => {
  await runner.dispose()
})

const nowhere = {
  bwrap: ['/nowhere/bwrap'],
  setpriv: ['/nowhere/setpriv'],
  restriction: '/nowhere/restriction',
}

describe('isolation that is not there', () => {
  it('refuses the run, and says what to do', async () => {
    await expect(bubblewrap(nowhere)).rejects.toMatchObject({
      code: 'no-isolation',
      message: expect.stringMatching(
        /no bwrap at .*Install it on the runner, .* "isolation: none"/,
      ),
    })
  })

  it('refuses the run where it may not be used', async () => {
    const file = join(runner.folder, 'bwrap')
    const script = '#!/bin/sh\necho "No permissions to create new namespace" >&2; exit 1\n'
    await writeFile(file, script, { mode: 0o755 })
    const only = bubblewrap({ ...nowhere, bwrap: [file] }, false)
    await expect(only).rejects.toThrow('No permissions to create new namespace')
  })

  it('prints the profile that helps where AppArmor is why', async () => {
    const file = join(runner.folder, 'bwrap')
    const restriction = join(runner.folder, 'restriction')
    await writeFile(file, '#!/bin/sh\necho "setting up uid map" >&2; exit 1\n', { mode: 0o755 })
    await writeFile(restriction, '1\n')
    await expect(bubblewrap({ ...nowhere, bwrap: [file], restriction }, false)).rejects.toThrow(
      `\nprofile bwrap ${file} flags=(unconfined) {\n  userns,\n`,
    )
  })

  it('refuses the run of root where root could not be left', async () => {
    const file = join(runner.folder, 'bwrap')
    await writeFile(file, '#!/bin/sh\n', { mode: 0o755 })
    const only = bubblewrap({ ...nowhere, bwrap: [file] }, true)
    await expect(only).rejects.toThrow('no setpriv at /nowhere/setpriv to leave root with')
  })
})

const usable = await bubblewrap().then(
  () => true,
  () => false,
)
const root = process.getuid?.() === 0

/** What a script prints in the sandbox, with the error output behind it. */
async function isolated(script: string, network = false) {
  await runner.write('script.sh', script)
  const one = { run: 'bash script.sh 2>&1', network }
  await runner.settings({ one }, { isolation: 'bubblewrap' })
  const { code, stdout } = await runner.run()
  expect({ code, stdout }).toMatchObject({ code: 0 })
  return runner.read('logs/one.stdout.log')
}

describe.skipIf(!usable)('isolation by bubblewrap (skipped where it cannot be used)', () => {
  it('is what settings that say nothing mean', async () => {
    await runner.settings({ one: 'true' }, { isolation: undefined })
    expect((await runner.run()).code).toBe(0)
    expect((await runner.evidence()).isolation.kind).toBe('bubblewrap')
  })

  it('lets a diagnostic measure and leave files', async () => {
    await isolated(
      'echo 1 > "$CODICIL_OUT/a"; echo x > "$HOME/x"; echo t > "$(mktemp)"; echo t > /tmp/t; echo s > /dev/shm/s',
    )
    expect((await runner.evidence()).diagnostics[0]?.exit.code).toBe(0)
    expect(await runner.read('out/one/a')).toBe('1\n')
  })

  it('shuts it out of no folder on the way to what it may see', async () => {
    const home = join(runner.folder, 'home')
    const tools = dirname(process.execPath)
    await runner.settings(
      { one: 'node -e "console.log(6 * 7)"; find / -xdev -type d ! -executable -print' },
      { isolation: 'bubblewrap' },
    )
    await mkdir(join(home, 'a/b'), { recursive: true })
    await runner.run({}, { PATH: `${home}/a/b:${tools}:/usr/bin:/bin` })
    expect(await runner.read('logs/one.stdout.log')).toBe('42\n')
  })

  it('gives it time to end at its limit, like everywhere', async () => {
    const script = `trap 'echo left in order; exit 5' TERM; echo begun; sleep 60 & wait`
    await runner.settings({ one: { run: script, timeout: '1s' } }, { isolation: 'bubblewrap' })
    await runner.run()
    expect(await runner.read('logs/one.stdout.log')).toBe('begun\nleft in order\n')
    const { exit } = (await runner.evidence()).diagnostics[0] ?? {}
    expect(exit).toEqual({ code: 5, signal: null, timedOut: true })
  })

  it('does not let it change the checkout or the system', async () => {
    const tried = ['changed', '/usr/changed', '/etc/changed', '/changed'].map(
      (path) => `touch ${path} 2>/dev/null || echo refused`,
    )
    expect(await isolated(tried.join('\n'))).toBe('refused\n'.repeat(4))
    expect(existsSync(join(runner.source, 'changed'))).toBe(false)
  })

  it('does not show it the runner', async () => {
    const { folder } = runner
    expect(await isolated(`ls ${folder}/temp/_runner_file_commands ${folder}/work/base`)).toMatch(
      /No such file.*\n.*No such file/,
    )
  })

  it('does not show it the home folder for being on PATH', async () => {
    const home = join(runner.folder, 'home')
    await mkdir(join(home, 'tools'), { recursive: true })
    await writeFile(join(home, 'key'), 'key')
    await runner.settings({ one: `ls ${home}` }, { isolation: 'bubblewrap' })
    await runner.run({}, { PATH: `${home}:${home}/tools:/:/usr/bin:/bin` })
    expect(await runner.read('logs/one.stdout.log')).toBe('tools\n')
  })

  it('shows it a checkout that only the runner may enter, and no target of a link in it', async () => {
    await writeFile(join(runner.folder, 'key'), 'key')
    await runner.write('data/file', 'content\n')
    await symlink(join(runner.folder, 'key'), join(runner.source, 'link'))
    await chmod(runner.source, 0o700)
    expect(await isolated('cat data/file; cat link')).toMatch(/^content\ncat: link: No such file/)
  })

  it('does not show it other processes', async () => {
    const processes = await isolated('ls /proc | grep -c "^[0-9]"')
    expect(Number(processes)).toBeLessThan(8)
  })

  it('gives it no network', async () => {
    expect(await isolated('cat /proc/net/dev | grep -c ":"')).toBe('1\n')
    expect((await runner.evidence()).diagnostics[0]?.network).toBe('none')
  })

  it('gives it the network of the machine where the settings do, and the bundle says so', async () => {
    const seen = await isolated('grep -c : /proc/net/dev; ls /etc/resolv.conf', true)
    const devices = (await readFile('/proc/net/dev', 'utf8'))
      .split('\n')
      .filter((line) => /:/.test(line))
    const resolver = existsSync('/etc/resolv.conf') ? '/etc/resolv.conf\n' : ''
    expect(seen).toBe(`${devices.length}\n${resolver}`)
    expect((await runner.evidence()).diagnostics[0]?.network).toBe('host')
  })

  it('leaves nothing of it on the machine, and shows nothing of one to the next', async () => {
    const name = basename(runner.folder)
    const left = `/tmp/${name}-left /dev/shm/${name}-left "$HOME/left" "$CODICIL_BUILD/left"`
    const one = `touch ${left}; ipcmk -M 64 -Q > /dev/null; mkfifo /tmp/${name}-pipe`
    const two = `ls ${left} 2> /dev/null || true; ipcs -m -q | grep -c 0x`
    await runner.settings({ one, two: `${two} || true` }, { isolation: 'bubblewrap' })
    await runner.run()
    expect(await runner.read('logs/two.stdout.log')).toBe('0\n')
    const places = await Promise.all(['/tmp', '/dev/shm'].map((folder) => readdir(folder)))
    expect(places.flat().filter((each) => each.startsWith(`${name}-`))).toEqual([])
    const temp = await readdir(join(runner.folder, 'temp'))
    expect(temp.toSorted()).toEqual(['_runner_file_commands', 'codicil-evidence'])
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

describe.skipIf(!usable || !root)('isolation by root (skipped for other users)', () => {
  it('runs the diagnostic as another user, without any right of root', async () => {
    const status = await isolated('grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs)" /proc/self/status')
    expect(status).toMatch(/^Uid:(?:\t65534){4}$/m)
    expect(status).toMatch(/^Gid:(?:\t65534){4}$/m)
    expect(status.match(/^Cap\w+:\t0{16}$/gm)).toHaveLength(5)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect((await runner.evidence()).isolation.user).toBe('other')
  })

  it('does not let it read what only root may read, where it is in sight', async () => {
    await runner.write('key', 'the key\n', 0o600)
    expect(await isolated('cat key')).toBe('cat: key: Permission denied\n')
  })

  it('leaves files that are not those of root', async () => {
    await runner.settings({ one: 'touch "$CODICIL_OUT/a"; sleep 2' }, { isolation: 'bubblewrap' })
    const { child, finished } = runner.launch()
    const left = await vi.waitFor(() => found(join(runner.folder, 'temp'), 'a'), 10_000)
    expect((await lstat(left)).uid).toBe(65_534)
    child.kill('SIGINT')
    await finished
  })
})

/** The path of a file with this name below a folder. */
async function found(folder: string, name: string): Promise<string> {
  const path = (await readdir(folder, { recursive: true })).find((one) => basename(one) === name)
  if (path === undefined) throw new Error(`there is no ${name} below ${folder} yet`)
  return join(folder, path)
}

/** The number of an ordinary user, as whom the runner is started. */
const ordinary = 54_321
const ordinaryMay = root && (await mayMakeNamespaces())

async function mayMakeNamespaces(): Promise<boolean> {
  const bwrap = '--unshare-user --unshare-pid --ro-bind / / --proc /proc /bin/true'.split(' ')
  const asThat = [`--reuid=${ordinary}`, `--regid=${ordinary}`, '--clear-groups', '/usr/bin/bwrap']
  return promisify(execFile)('/usr/bin/setpriv', asThat.concat(bwrap)).then(
    () => true,
    () => false,
  )
}

describe.skipIf(!ordinaryMay)('isolation by an ordinary user (skipped where it may not)', () => {
  it('is by namespaces alone, and the bundle says so', async () => {
    await runner.write('script.sh', 'id -u; cat key')
    await runner.write('key', 'the key\n', 0o600)
    const paths = await readdir(runner.folder, { recursive: true })
    for (const path of ['', ...paths]) await chown(join(runner.folder, path), ordinary, ordinary)
    await runner.settings({ one: 'bash script.sh' }, { isolation: 'bubblewrap' })
    const { code, stdout } = await runner.launch({}, {}, undefined, ordinary).finished
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(await runner.read('logs/one.stdout.log')).toBe('65534\nthe key\n')
    const { isolation } = await runner.evidence()
    expect(isolation).toMatchObject({ kind: 'bubblewrap', user: 'runner' })
    expect(isolation.detail).toContain('The user of the runner, in an own user namespace')
    expect((await lstat(runner.bundle)).uid).toBe(ordinary)
  })
})
