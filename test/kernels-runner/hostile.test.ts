import { createHash } from 'node:crypto'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { omission } from '../../kernels-runner/process/kept-output.ts'
import { readBundle } from '../../spec-tools/index.ts'
import { builtAction, StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner

beforeEach(async () => {
  runner = await StandInRunner.start()
})

afterEach(async () => {
  await runner.dispose()
})

const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
const tokens = { GITHUB_TOKEN: token, ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_URL: 'x' }

describe('a diagnostic that wants the runner’s secrets', () => {
  it('has none of its variables', async () => {
    await runner.settings({ thief: 'env | cut -d= -f1 | sort | tr "\\n" " "' })
    await runner.run({}, { ...tokens, LD_PRELOAD: '', INPUT_SECRET: 'x' })
    const names = (await runner.read('logs/thief.stdout.log')).trim().split(' ')
    expect(
      names.filter((name) => /^(?:GITHUB|ACTIONS|RUNNER|INPUT|LD_PRELOAD)/.test(name)),
    ).toEqual([])
    expect(names).toEqual(expect.arrayContaining(['HOME', 'PATH', 'CODICIL_OUT', 'TMPDIR']))
  })

  it.each([
    ['raw', `echo "found ${token} there"`],
    ['in base64', `echo "$(printf %s ${token} | base64 -w0)"`],
    ['in two writes', `printf %s ${token.slice(0, 9)}; sleep 0.1; echo ${token.slice(9)}`],
    ['on stderr', `echo ${token} >&2`],
    ['in a file', `echo ${token} > "$CODICIL_OUT/loot"`],
    ['in the name of a file', `echo '***' > "$CODICIL_OUT/${token}"`],
    ['as a measurement', `echo '{"stage":"${token}"}' > "$CODICIL_MEASUREMENTS"`],
  ])('cannot put them into the bundle or the log, %s', async (_, script) => {
    await runner.write('thief.sh', script)
    await runner.settings({ thief: 'bash thief.sh' })
    const { stdout, summary } = await runner.run({}, tokens)
    const files = await Promise.all((await runner.bundleFiles()).map((path) => runner.read(path)))
    const names = await runner.bundleFiles()
    const everything = [stdout, summary, ...names, ...files].join('\n')
    expect(everything).not.toContain(token)
    expect(everything).not.toContain(Buffer.from(token).toString('base64').slice(0, 40))
    expect(everything).toContain('***')
  })

  it('cannot show a secret that only a mask names', async () => {
    await runner.settings({ thief: 'echo "it is correct-horse-battery"' })
    await runner.run({ mask: 'PASSPHRASE' }, { PASSPHRASE: 'correct-horse-battery' })
    expect(await runner.read('logs/thief.stdout.log')).toBe('it is ***\n')
  })

  it('names no folder of the host', async () => {
    await runner.settings({ thief: 'pwd; echo "$HOME"; echo "$CODICIL_OUT"' })
    await runner.run()
    expect(await runner.read('logs/thief.stdout.log')).toBe(
      '<source>\n<home>\n<scratch>/thief/out\n',
    )
  })

  it('gets nothing through a link to the environment of the Action', async () => {
    await runner.settings({
      thief:
        'ln -s /proc/self/environ "$CODICIL_OUT/a"; ln -sf /proc/self/environ "$CODICIL_MEASUREMENTS"',
    })
    await runner.run({}, tokens)
    expect((await runner.bundleFiles()).filter((path) => path.startsWith('out/'))).toEqual([])
    expect((await runner.evidence()).partial.sort()).toEqual([
      'out/thief/a: a symbolic link',
      expect.stringMatching(/^thief: its measurements could not be read: .* symbolic link/),
    ])
  })
})

describe('a diagnostic that wants to steer the job', () => {
  it('prints workflow commands that do nothing', async () => {
    await runner.settings({
      puppet:
        'echo "::error::mine"; echo "::set-output name=x::y"; printf "\\n::add-path::/tmp\\n"',
    })
    const { stdout } = await runner.run()
    expect(obeyed(stdout)).toEqual([])
  })

  it('cannot resume commands by guessing', async () => {
    await runner.settings({ puppet: 'echo "::stop-commands::a"; echo "::a::"; echo "::error::x"' })
    const { stdout } = await runner.run()
    expect(obeyed(stdout)).toEqual([])
  })

  it('writes into command files from which nothing is read', async () => {
    const files = join(runner.folder, 'temp/_runner_file_commands')
    await runner.settings({
      puppet: `for f in ${files}/*; do printf 'verdict=forged\\nPATH=/evil\\n' >> "$f"; done`,
    })
    const { outputs } = await runner.run()
    expect(outputs['verdict']).not.toBe('forged')
    const left = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'].map((name) =>
      readFile(runner.commandFiles[name] ?? '', 'utf8'),
    )
    expect(await Promise.all(left)).toEqual(['', '', ''])
    expect(await readFile(runner.commandFiles['GITHUB_OUTPUT'] ?? '', 'utf8')).not.toContain('evil')
  })

  it('cannot replace what the Action loads later', async () => {
    const dist = join(runner.folder, 'dist')
    await cp(dirname(builtAction), dist, { recursive: true })
    await runner.write(
      'take.sh',
      `for f in ${dist}/*.js; do echo 'console.log("taken")' > "$f"; done`,
    )
    await runner.settings({ puppet: 'bash take.sh' })
    const { code, stdout, outputs } = await runner.launch({}, {}, join(dist, 'index.js')).finished
    expect(code).toBe(0)
    expect(stdout).not.toContain('taken')
    expect(outputs['verdict']).toBeDefined()
  })

  it('cannot put its own nvidia-smi before ours', async () => {
    await runner.write('bin/nvidia-smi', '#!/bin/sh\nprintf "name\\nFake\\n"\n', 0o755)
    await runner.settings({ puppet: 'true' })
    await runner.run({}, { PATH: `${runner.source}/bin:/usr/bin:/bin` })
    expect((await runner.evidence()).machine.gpu.status).toBe('absent')
  })
})

describe('a diagnostic that takes too much', () => {
  it('of output has its head and tail kept, with its true size', async () => {
    await runner.settings({
      flood: 'echo first; head -c 200000000 /dev/zero | tr "\\0" x; echo; echo last',
    })
    const { code, stdout } = await runner.run()
    expect(code).toBe(0)
    const { diagnostics, partial } = await runner.evidence()
    expect(diagnostics[0]?.stdout.bytes).toBe(200_000_012)
    expect(diagnostics[0]?.stdout.kept).toBeLessThan(2_200_000)
    const log = await runner.read('logs/flood.stdout.log')
    expect(log.startsWith('first\n')).toBe(true)
    expect(log.endsWith(`${omission}\nlast\n`)).toBe(true)
    expect(stdout.length).toBeLessThan(1_000_000)
    expect(partial).toEqual([expect.stringMatching(/^flood: stdout printed 200000012 bytes/)])
  })

  it('of time is stopped, also when it does not want to be', async () => {
    await runner.settings({
      hang: { run: 'trap "" TERM; echo begun; while :; do sleep 0.1; done', timeout: '1s' },
    })
    await runner.run()
    const { diagnostics, partial } = await runner.evidence()
    expect(diagnostics[0]?.exit).toEqual({ code: null, signal: 'SIGKILL', timedOut: true })
    expect(partial).toEqual(['hang: stopped at its time limit of 1s'])
  })

  it('by staying is ended with the run', async () => {
    const pidFile = join(runner.folder, 'pid')
    await runner.settings({
      daemon: `setsid nohup bash -c 'echo $$ > ${pidFile}; exec sleep 600' > /dev/null 2>&1 & while [ ! -s ${pidFile} ]; do sleep 0.05; done`,
    })
    await runner.run()
    const pid = (await readFile(pidFile, 'utf8')).trim()
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    expect(stat === '' || /\) [ZX] /.test(stat)).toBe(true)
  })
})

describe('a diagnostic whose output is strange', () => {
  it('has it shown with visible escapes, and kept as it is', async () => {
    await writeFile(
      join(runner.source, 'odd.bin'),
      Buffer.from('a\rb\x1b[2J \xff\u202e\n', 'latin1'),
    )
    await runner.settings({ odd: 'cat odd.bin' })
    const { stdout } = await runner.run()
    expect(stdout).toContain('aU+000Db')
    expect(stdout).toContain('U+001B[2J \\xff')
    const kept = await readFile(join(runner.bundle, 'logs/odd.stdout.log'))
    expect(kept).toEqual(await readFile(join(runner.source, 'odd.bin')))
  })
})

const isolated = await bubblewrap().then(
  () => true,
  () => false,
)

describe.skipIf(!isolated)('in isolation (skipped without bubblewrap), a diagnostic', () => {
  /** Runs a hostile script; whatever it tried, nothing outside its own folder may have changed. */
  async function attack(script: string, limits: object = {}) {
    await runner.write('attack.sh', script)
    await runner.settings({ attack: 'bash attack.sh 2>&1' }, { isolation: 'bubblewrap', limits })
    const before = await everyFile()
    const { code, stdout } = await runner.run({}, tokens)
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(await everyFile()).toEqual(before)
    const own = /^::(?:warning|error)[^:]*::(?:attack\b|The bundle is not whole)/
    expect(obeyed(stdout).filter((line) => !own.test(line))).toEqual([])
    return runner.read('logs/attack.stdout.log')
  }

  /** What lies in the runner's folders, but for the bundle and what the Action says to the job. */
  async function everyFile(): Promise<Record<string, string>> {
    const own = [
      runner.bundle,
      runner.commandFiles['GITHUB_OUTPUT'],
      runner.commandFiles['GITHUB_STEP_SUMMARY'],
    ]
    const entries = await readdir(runner.folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
      .filter(([path]) => !own.some((one) => one !== undefined && path.startsWith(one)))
    const contents = paths.map(async ([path, file]) => [
      path,
      file ? await readFile(path, 'utf8') : '',
    ])
    return Object.fromEntries((await Promise.all(contents)) as [string, string][])
  }

  it('finds no token in any process, nor in any file that it can see', async () => {
    const seen = await attack(
      `cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c 'gh[s]_${token.slice(4, 20)}'
       grep -rlE 'ghs_[A-Za-z0-9]{20}' /tmp /root /home /run /var /etc 2>/dev/null | grep -cv "^$PWD"`,
    )
    expect(seen).toBe('0\n0\n')
  })

  it('finds no command file', async () => {
    const files = join(runner.folder, 'temp/_runner_file_commands')
    const file = runner.commandFiles['GITHUB_ENV'] ?? ''
    expect(
      await attack(`ls ${files} || echo gone; echo EVIL=1 >> ${file} || echo refused`),
    ).toMatch(/gone\n.*\nrefused\n$/s)
  })

  it('cannot edit the bundle by a daemon that outlives it', async () => {
    await attack(`
      setsid env -i bash -c 'while :; do echo forged | tee ${runner.bundle}/* ${runner.bundle}.part/*; done' > /dev/null 2>&1 &
      disown; sleep 0.2; echo "Q-out: n=4, mean=0.5"`)
    const files = (await runner.bundleFiles()).map(
      async (path) => [path, await readFile(join(runner.bundle, path))] as const,
    )
    const { evidence } = readBundle(new Map(await Promise.all(files)), (bytes) =>
      createHash('sha256').update(bytes).digest('hex'),
    )
    expect(evidence.measurements).toHaveLength(1)
  })

  it('that fills the disk is stopped, and leaves nothing of it', async () => {
    await attack('for i in $(seq 99); do head -c 8M /dev/zero > $TMPDIR/$i; done; sleep 30', {
      disk: '32MiB',
    })
    expect((await runner.evidence()).partial).toEqual([
      'attack: stopped: it wrote more than its limit of 32MiB',
    ])
  })

  it('that prints 5 GB is measured to the end, and its true size is known', async () => {
    await runner.settings(
      { attack: '(yes flood || true) | head -c 5000000000; echo last' },
      { isolation: 'bubblewrap' },
    )
    const { child, finished } = runner.launch()
    let memory = 0
    const watching = setInterval(async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
      memory = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? memory)
    }, 100)
    await finished
    clearInterval(watching)
    const [diagnostic] = (await runner.evidence()).diagnostics
    expect(diagnostic?.stdout.bytes).toBe(5_000_000_005)
    expect((await runner.read('logs/attack.stdout.log')).endsWith('last\n')).toBe(true)
    expect(memory).toBeGreaterThan(0)
    expect(memory).toBeLessThan(512 * 1024)
  }, 120_000)

  it('prints workflow commands that do nothing', async () => {
    const log = await attack(
      'printf "::error::mine\\n::add-path::/tmp\\n##[error]mine\\r\\n::stop-commands::x\\n"',
    )
    expect(log).toContain('::add-path::/tmp\n')
  })

  it('cannot have another nvidia-smi asked, nor have it load a library', async () => {
    const nvidiaSmi = join(runner.folder, 'nvidia-smi')
    const asked = join(runner.folder, 'asked')
    await writeFile(
      nvidiaSmi,
      `#!/bin/bash\nenv > ${asked}\ncase "$*" in *loop*) exec sleep 60;; esac\nprintf "name\\nNVIDIA H200\\n"\n`,
      { mode: 0o755 },
    )
    await runner.write('bin/nvidia-smi', '#!/bin/sh\nprintf "name\\nFake\\n"\n', 0o755)
    await runner.write(
      'attack.sh',
      `echo 'printf "name\\nFake\\n"' > ${nvidiaSmi} || echo refused; echo "\${LD_PRELOAD-none}"`,
    )
    await runner.settings({ attack: 'bash attack.sh' }, { isolation: 'bubblewrap' })
    const before = await readFile(nvidiaSmi, 'utf8')
    await runner.run(
      { 'nvidia-smi': nvidiaSmi },
      { PATH: `${runner.source}/bin:/usr/bin:/bin`, LD_PRELOAD: `${runner.source}/evil.so` },
    )
    expect(await runner.read('logs/attack.stdout.log')).toBe('refused\nnone\n')
    expect(await readFile(nvidiaSmi, 'utf8')).toBe(before)
    expect(await readFile(asked, 'utf8')).not.toContain('LD_PRELOAD')
    const { devices } = (await runner.evidence()).machine.gpu
    expect(devices.map(({ name }) => name)).toEqual(['NVIDIA H200'])
  })

  it('gets nothing through links, pipes, sockets and devices in its output', async () => {
    await attack(`cd $CODICIL_OUT
      ln -s /proc/self/environ a; ln -s / b
      ln ${runner.source}/attack.sh c || echo no hard link out
      echo own > d; ln d e
      mkfifo f
      perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("g"))'
      mknod h c 1 5 || echo no device`)
    const log = await runner.read('logs/attack.stdout.log')
    expect(log).toContain('no hard link out')
    expect(log).toContain('no device')
    expect((await runner.bundleFiles()).filter((path) => path.startsWith('out/'))).toEqual([])
    expect((await runner.evidence()).partial).toEqual([
      'out/attack/a: a symbolic link',
      'out/attack/b: a symbolic link',
      'out/attack/d: a hard link',
      'out/attack/e: a hard link',
      'out/attack/f: not a regular file',
      'out/attack/g: not a regular file',
    ])
  })

  it('cannot look into the runner, nor signal it', async () => {
    // The number of a process that is there, and belongs to the same user as the Action.
    const { pid } = process
    const log = await attack(`
      head -c 1 /proc/${pid}/mem || echo unseen; cat /proc/${pid}/environ || echo unseen
      kill -9 ${pid} || echo unseen
      for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" = "${process.execPath}" ] && echo "node is $p"; done
      head -c 1 /proc/1/mem && echo open; echo tried`)
    expect(log.match(/^unseen$/gm)).toHaveLength(3)
    expect(log).not.toMatch(/^(?:node is.*|open)$/m)
    expect(log).toMatch(/tried\n$/)
  })

  it('ends itself alone when it would end everything', async () => {
    await attack('kill -9 -1; sleep 30')
    expect((await runner.evidence()).diagnostics[0]?.exit.code).toBe(137)
  })

  it('cannot make the system writable, also not in namespaces of its own', async () => {
    const log = await attack(`
      mount -o remount,rw,bind /usr && echo open
      unshare -Urm sh -c 'mount -o remount,rw,bind /usr && touch /usr/evil' && echo open
      echo tried`)
    expect(log).not.toMatch(/^open$/m)
    expect(log).toMatch(/tried\n$/)
  })
})

/** The commands of a job log that a runner would have obeyed, but for the Action's own. */
function obeyed(log: string): string[] {
  let stopped: string | undefined
  const found: string[] = []
  for (const line of log.split(/\r?\n/)) {
    const [, name, value = ''] = /^\s*::([\w-]+)[^:]*::(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    if (stopped !== undefined) {
      if (name === stopped) stopped = undefined
    } else if (name === 'stop-commands') {
      stopped = value
    } else if (!['group', 'endgroup'].includes(name)) {
      found.push(line)
    }
  }
  return found
}
