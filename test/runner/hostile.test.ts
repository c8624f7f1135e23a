import { cp, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { omission } from '../../kernels-runner/kept-output.ts'
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
