import { readdir, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { Cgroup, findNursery } from '../../kernels-runner/isolation/cgroup.ts'
import { limitsHere } from '../../kernels-runner/isolation/limits.ts'
import { runCommand } from '../../kernels-runner/process/command.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner

beforeEach(async () => {
  runner = await StandInRunner.start()
})

afterEach(async () => {
  await runner.dispose()
})

const nursery = await findNursery()
const isolation = await bubblewrap().then(
  () => 'bubblewrap' as const,
  () => 'none' as const,
)

/** Why the bundle of a run within limits is not whole. */
async function partial(script: string, limits: object) {
  await runner.write('script.sh', script)
  await runner.settings({ greedy: 'bash script.sh' }, { isolation, limits })
  const { code, stdout } = await runner.run()
  expect({ code, stdout }).toMatchObject({ code: 0 })
  return (await runner.evidence()).partial
}

describe('a diagnostic that takes more than its limit', () => {
  it('of disk is stopped, wherever it writes', async () => {
    const write = (file: string) => `head -c 10M /dev/zero > ${file}; sync ${file}`
    const script = ['$CODICIL_OUT/a', '$TMPDIR/b', '$TMPDIR/c'].map(write).join('\n')
    expect(await partial(`${script}\nsleep 30`, { disk: '16MiB' })).toContain(
      'greedy: stopped: it wrote more than its limit of 16MiB',
    )
  })

  it('of disk in one file is not let write it', async () => {
    const script = 'head -c 20M /dev/zero > $TMPDIR/a'
    expect(await partial(script, { disk: '16MiB' })).toEqual([
      'greedy: ended because a file reached the limit of 16MiB',
    ])
  })

  it('of output is stopped', async () => {
    expect(await partial('yes', { output: '1MiB' })).toContain(
      'greedy: stopped: it printed more than its limit of 1MiB',
    )
  })

  it('of processor time is ended', async () => {
    expect(await partial('while :; do :; done', { cpuTime: '1s' })).toEqual([
      expect.stringMatching(/^greedy: .* limit of 1s of processor time$/),
    ])
  })

  it.skipIf(isolation === 'none' && nursery === null)('of processes gets no more', async () => {
    const bomb = 'for (1..99) { defined($p = fork) or exit 7; $p or sleep 30 }'
    await partial(`perl -e '${bomb}'`, { processes: 32 })
    expect((await runner.evidence()).diagnostics[0]?.exit.code).toBe(7)
  })

  it.skipIf(!nursery?.controllers.has('memory'))(
    'of memory is ended as a whole (skipped where no cgroup can limit it)',
    async () => {
      const script = `perl -e 'for (1..999) { push @a, "x" x 1e6 } print "not reached"'`
      expect(await partial(script, { memory: '64MiB' })).toEqual([
        'greedy: ended by the kernel at its limit of memory, 64MiB',
      ])
      expect(await runner.read('logs/greedy.stdout.log')).toBe('')
    },
  )
})

const declared = { processes: 64, disk: '1GiB' }

describe('limits', () => {
  it.each([
    ['memory', { memory: '1GiB' }],
    ['cpus', { cpus: 2 }],
  ])('on %s that nothing can hold are refused', async (name, more) => {
    const unlimited = nursery && { ...nursery, controllers: new Set<never>() }
    for (const here of [null, unlimited]) {
      await expect(limitsHere({ ...declared, ...more }, here)).rejects.toMatchObject({
        code: 'no-limit',
        message: expect.stringContaining(`The settings limit ${name}, which only a cgroup`),
      })
    }
  })

  it('that are only defaults are held where they can be, and the bundle says where not', async () => {
    const { detail } = await limitsHere(declared, null)
    expect(detail).toContain('Memory is not limited')
  })

  it('leave no core file behind', async () => {
    expect(await partial('ulimit -c', {})).toEqual([])
    expect(await runner.read('logs/greedy.stdout.log')).toBe('0\n')
  })
})

describe.skipIf(nursery === null)('a cgroup (skipped where none can be made)', () => {
  it('ends what nothing else would find: no mark, no session, no parent', async () => {
    const confinement = await (await limitsHere(declared, nursery)).confine(runner.folder)
    const daemon = 'setsid env -i bash -c "echo \\$\\$; exec sleep 600 > /dev/null 2>&1" &'
    let printed = ''
    await runCommand({
      ...confinement.commandLine({ file: '/bin/bash', args: ['-c', `${daemon} sleep 0.5`] }),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 20_000,
      graceMs: 200,
      mark: 'unseen',
      signal: new AbortController().signal,
      onOutput: (_, chunk) => (printed += chunk.toString()),
      kill: confinement.kill,
    })
    const pid = printed.trim()
    expect(pid).toMatch(/^\d+$/)
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    expect(stat === '' || /\) [ZX] /.test(stat)).toBe(true)
    await confinement.end()
  })

  it('is gone after the run', async () => {
    const before = await readdir(nursery?.folder ?? '')
    await partial('sleep 600 & true', {})
    const left = (await readdir(nursery?.folder ?? '')).filter((name) => !before.includes(name))
    expect(left.filter((name) => name.startsWith('codicil-'))).toEqual([])
  })

  it('counts nothing where the kernel does not', async () => {
    const group = await Cgroup.make(nursery ?? { folder: '', controllers: new Set() }, {})
    expect(await group.figure('no.such.file', 'oom_kill')).toBe(0)
    await group.remove()
  })
})
