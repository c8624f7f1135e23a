import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { version } from '../../kernels-runner/version.ts'
import { compareFindings, judge, readBundle, rereadMeasurements } from '../../spec-tools/index.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner

beforeEach(async () => {
  runner = await StandInRunner.start()
})

afterEach(async () => {
  await runner.dispose()
})

const investigation = 'title: Layer zero\n'

describe('the Action', () => {
  it('leaves a bundle whose every file is named in its sums', async () => {
    await runner.settings({ stats: 'echo "  Q-out: n=4, mean=0.5, std=1.25"; echo note >&2' })
    await runner.write('.codicil/investigations/layer-zero.yml', investigation)
    const { code, outputs } = await runner.run()
    expect(code).toBe(0)
    expect(outputs['bundle']).toBe(runner.bundle)
    expect(await runner.bundleFiles()).toEqual([
      'SHA256SUMS',
      'evidence.json',
      'findings.md',
      'investigation.yml',
      'logs/stats.stderr.log',
      'logs/stats.stdout.log',
      'settings.yml',
    ])
    const others = (await runner.bundleFiles()).filter((path) => path !== 'SHA256SUMS')
    const lines = others.map(async (path) => {
      const content = await runner.read(path)
      return `${createHash('sha256').update(content).digest('hex')}  ${path}\n`
    })
    expect(await runner.read('SHA256SUMS')).toBe((await Promise.all(lines)).join(''))
  })

  it('reports request, run, machine and diagnostics', async () => {
    await runner.settings({ stats: 'echo hello' })
    await runner.run()
    expect(await runner.evidence()).toMatchObject({
      request: { id: 'req-1', repository: { id: 4711, name: 'octo/spec' }, pullRequest: 7 },
      run: { id: 99, attempt: 1 },
      investigation: null,
      machine: { gpu: { status: 'absent', devices: [] }, vouch: 'probe-reported' },
      isolation: { kind: 'none' },
      diagnostics: [
        {
          id: 'stats',
          command: 'echo hello',
          device: 'cpu',
          exit: { code: 0, signal: null, timedOut: false },
          stdout: { file: 'logs/stats.stdout.log', bytes: 6, kept: 6 },
        },
      ],
      partial: [],
    })
  })

  it('names its version as package.json does', async () => {
    const manifest: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'),
    )
    expect(manifest).toMatchObject({ version })
  })

  it('reads measurements from what is printed, each to be found at its line', async () => {
    await runner.settings({ stats: 'echo heading; echo "  Q-out: n=4, mean=0.5, std=1.25"' })
    await runner.run()
    const { measurements } = await runner.evidence()
    expect(measurements).toMatchObject([
      {
        figures: { mean: { value: 0.5, printed: '0.5' }, std: { value: 1.25 } },
        source: { diagnostic: 'stats', file: 'logs/stats.stdout.log', line: 2 },
        vouch: 'self-reported',
      },
    ])
  })

  it('leaves a bundle that passes the reader of bundles, whatever was redacted or left out', async () => {
    const filler = 'x'.repeat(1000)
    const flood = `for i in $(seq 3000); do echo "  Q-out [0..$i]: n=$i, mean=-0.5, std=1.25"; echo ${filler}; done`
    await runner.settings({
      flood: { run: flood, needs: 'cpu' },
      named: 'echo "$PWD: n=4, mean=0.25, std=1.5"',
      stated: `echo '{"stage":"q","mean":0.5,"n":4}' > "$CODICIL_MEASUREMENTS"`,
    })
    await runner.run({}, { GITHUB_TOKEN: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a' })
    const paths = await runner.bundleFiles()
    const files = await Promise.all(
      paths.map(async (path) => [path, await readFile(join(runner.bundle, path))] as const),
    )
    const bundle = readBundle(new Map(files), (bytes) =>
      createHash('sha256').update(bytes).digest('hex'),
    )
    expect(rereadMeasurements(bundle)).toEqual([])
    const read = new Set(bundle.evidence.measurements.map(({ source }) => source.diagnostic))
    expect([...read]).toEqual(['flood', 'named', 'stated'])
    expect(bundle.evidence.partial).toEqual([expect.stringContaining('flood: stdout printed')])
  })

  it('takes what a diagnostic leaves in its folders', async () => {
    await runner.settings({
      stats: 'echo 1 > "$CODICIL_OUT/a.txt"; test -f "$CODICIL_MEASUREMENTS"',
    })
    expect((await runner.run()).code).toBe(0)
    expect(await runner.read('out/stats/a.txt')).toBe('1\n')
  })

  it('runs only the diagnostics that the investigation names', async () => {
    await runner.settings({ one: 'echo 1', two: 'echo 2' })
    await runner.write('.codicil/investigations/x.yml', `${investigation}diagnostics: [two]\n`)
    await runner.run()
    expect((await runner.evidence()).diagnostics.map(({ id }) => id)).toEqual(['two'])
  })

  it('takes the investigation that the pull request changes', async () => {
    await runner.settings({ one: 'echo 1' })
    const old = '.codicil/investigations/old.yml'
    await runner.write(old, investigation)
    await mkdir(join(runner.base, '.codicil/investigations'), { recursive: true })
    await writeFile(join(runner.base, old), investigation)
    await runner.write('.codicil/investigations/new.yml', investigation)
    await runner.run()
    expect((await runner.evidence()).investigation).toMatchObject({ slug: 'new' })
  })

  it('asks which investigation is meant where several could be', async () => {
    await runner.settings({ one: 'echo 1' })
    await runner.write('.codicil/investigations/a.yml', investigation)
    await runner.write('.codicil/investigations/b.yml', investigation)
    const { code, stdout } = await runner.run()
    expect(code).toBe(1)
    expect(stdout).toMatch(/::error::2 investigations could be meant: .*a\.yml, .*b\.yml/)
  })

  it('takes the settings of the default branch, and says that the pull request changes them', async () => {
    await runner.settings({ one: 'echo theirs' })
    await runner.write('.github/codicil.yml', 'specs: []\n')
    const { stdout } = await runner.run()
    expect(stdout).toContain('::warning::The pull request changes .github/codicil.yml')
    expect(await runner.read('logs/one.stdout.log')).toBe('theirs\n')
  })

  it('refuses a checkout of another commit than the one asked about', async () => {
    await runner.settings({ one: 'true' })
    await runner.write('.git/HEAD', `${'f'.repeat(40)}\n`)
    const { code, stdout } = await runner.run()
    expect(code).toBe(1)
    expect(stdout).toContain(`is checked out at ${'f'.repeat(40)}`)
  })

  it('ends at once on GitHub Enterprise Server, which takes no artifacts, unless it uploads none', async () => {
    await runner.settings({ one: 'echo ran' })
    const server = { GITHUB_SERVER_URL: 'https://github.acme.example' }
    const { code, stdout } = await runner.run({ upload: 'true' }, server)
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/^::error::/) })
    expect(stdout).toContain('github.acme.example is GitHub Enterprise Server, which is not')
    expect((await runner.run({}, server)).code).toBe(0)
  })

  it('reports every problem of the settings', async () => {
    await runner.settings({ one: { run: 'true', timeout: 'soon' } })
    const { code, stdout } = await runner.run()
    expect(code).toBe(1)
    expect(stdout).toContain('timeout')
  })

  it('refuses what needs a GPU on a machine without one, and runs nothing', async () => {
    await runner.settings({ one: { run: 'touch ran', needs: 'gpu' } })
    const { code, stdout } = await runner.run()
    expect(code).toBe(1)
    expect(stdout).toContain('::error::one needs a GPU, but it is absent')
    await expect(runner.bundleFiles()).rejects.toThrow('ENOENT')
  })

  it('runs it on the CPU when that is allowed, and the bundle says so', async () => {
    await runner.settings({ one: { run: 'echo $CODICIL_DEVICE', needs: 'gpu' } })
    expect((await runner.run({ 'allow-no-gpu': 'true' })).code).toBe(0)
    const { diagnostics, machine } = await runner.evidence()
    expect(diagnostics[0]?.device).toBe('cpu')
    expect(machine.gpu.status).toBe('absent')
    expect(await runner.read('logs/one.stdout.log')).toBe('cpu\n')
  })

  it('says that a diagnostic runs on the GPU where there is one', async () => {
    const nvidiaSmi = join(runner.folder, 'nvidia-smi')
    await writeFile(nvidiaSmi, '#!/bin/sh\nprintf "name, uuid\\nNVIDIA H200, GPU-1\\n"\n', {
      mode: 0o755,
    })
    await runner.settings({ one: { run: 'true', needs: 'gpu' }, two: 'true' })
    await runner.run({ 'nvidia-smi': nvidiaSmi })
    const { diagnostics, machine } = await runner.evidence()
    const declared = diagnostics.filter(({ id }) => !id.startsWith('_'))
    expect(declared.map(({ id, repeat, device }) => [id, repeat ?? 0, device])).toEqual([
      ['one', 0, 'gpu'],
      ['two', 0, 'cpu'],
      ['one', 1, 'gpu'],
    ])
    expect(machine.gpu).toMatchObject({ status: 'present', devices: [{ name: 'NVIDIA H200' }] })
  })

  it('samples the GPU while the diagnostics run', async () => {
    const nvidiaSmi = join(runner.folder, 'nvidia-smi')
    const sampling =
      'case "$*" in *--loop-ms=500*) echo "timestamp, index"; while :; do echo "now, 0"; sleep 0.1; done;; esac'
    await writeFile(nvidiaSmi, `#!/bin/bash\n${sampling}\nprintf "name\\nNVIDIA H200\\n"\n`, {
      mode: 0o755,
    })
    await runner.settings({ one: 'sleep 1' })
    await runner.run({ 'nvidia-smi': nvidiaSmi })
    expect(await runner.read('telemetry.csv')).toMatch(/^timestamp, index\n(?:now, 0\n)+$/)
    expect(await runner.read('SHA256SUMS')).toContain('  telemetry.csv\n')
  })

  it('succeeds with a bundle that says that a diagnostic failed', async () => {
    await runner.settings({ one: 'echo before; exit 3', two: 'echo after' })
    expect((await runner.run()).code).toBe(0)
    const { diagnostics } = await runner.evidence()
    expect(diagnostics.map(({ exit }) => exit.code)).toEqual([3, 0])
  })

  it('marks a failed diagnostic at its line of the settings', async () => {
    await runner.settings({ one: 'true', two: 'echo lib.rs:9; exit 3' })
    const { stdout } = await runner.run()
    const text = await readFile(join(runner.base, '.github/codicil.yml'), 'utf8')
    const line = text.split('\n').findIndex((one) => one.includes('exit 3')) + 1
    expect(stdout).toMatch(
      new RegExp(
        `::error title=Diagnostic two,file=\\.github/codicil\\.yml,line=${line}::two ended`,
      ),
    )
  })

  it('marks it at a place that it printed, if that is a line of the checkout', async () => {
    await runner.write('src/attention.rs', 'fn main() {\n  panic!()\n}\n')
    await runner.settings({
      inside: 'echo "panicked at src/attention.rs:2:3" >&2; exit 101',
      beyond: 'echo "panicked at src/attention.rs:40:3" >&2; exit 101',
      outside: 'echo "panicked at ../base/.github/codicil.yml:1:1" >&2; exit 101',
      linked: 'ln -s /etc/passwd src/link.rs; echo "src/link.rs:1" >&2; exit 101',
    })
    const { stdout } = await runner.run()
    const places = [...stdout.matchAll(/^::error title=Diagnostic (\w+),file=([^,]+),/gm)]
    expect(places.map(([, id, file]) => [id, file])).toEqual([
      ['inside', 'src/attention.rs'],
      ['beyond', '.github/codicil.yml'],
      ['outside', '.github/codicil.yml'],
      ['linked', '.github/codicil.yml'],
    ])
    expect(stdout).toContain('file=src/attention.rs,line=2::')
  })

  it('writes at most ten notes', async () => {
    const many = Array.from({ length: 14 }, (_, index) => [`d${index}`, 'exit 1'])
    await runner.settings(Object.fromEntries(many) as Record<string, string>)
    const { stdout } = await runner.run()
    expect(stdout.match(/^::error /gm)).toHaveLength(10)
    expect(stdout).toContain('5 more; see the summary of this run.')
  })

  it('leaves findings and a plot that follow from the evidence, and shows them in its summary', async () => {
    await runner.settings({
      one: 'echo "A q: n=4, mean=0.5, std=1.5"; echo "B q: n=4, mean=0.5, std=1.25"',
    })
    await runner.write(
      '.codicil/investigations/ratio.yml',
      'title: The ratio\nsides: { candidate: A, reference: B }\nstages:\n  - id: q\n    candidate: { assert: { selection: all } }\n    reference: { assert: { selection: all } }\n',
    )
    const { summary } = await runner.run()
    const names = (await runner.bundleFiles()).filter((path) => path !== 'SHA256SUMS')
    const files = await Promise.all(
      [...names, 'SHA256SUMS'].map(
        async (path) => [path, Buffer.from(await runner.read(path))] as const,
      ),
    )
    const bundle = readBundle(new Map(files), (bytes) =>
      createHash('sha256').update(bytes).digest('hex'),
    )
    expect(names).toEqual(expect.arrayContaining(['findings.md', 'divergence.svg']))
    expect(compareFindings(bundle, judge(bundle))).toEqual([])
    expect(summary).toContain('```text\nstd ratio')
  })

  it('reads lines by the patterns of the settings, and judges by the predicates of hypotheses', async () => {
    await runner.settings(
      { timer: 'echo "kernel rope took 12.5 us"' },
      { patterns: [{ name: 'time', match: 'kernel (?P<stage>\\w+) took (?P<time>[0-9.]+) us' }] },
    )
    await runner.write(
      '.codicil/investigations/speed.yml',
      stringify({
        title: 'How long it takes',
        measurements: { rope_time: { diagnostic: 'timer', stage: 'rope', metric: 'time' } },
        hypotheses: [
          {
            id: 'fast',
            claim: 'It is fast.',
            confirm: 'rope_time < 20',
            refute: 'rope_time >= 20',
          },
        ],
      }),
    )
    const { outputs } = await runner.run()
    expect(outputs['verdict']).toContain('fast confirmed: It is fast')
    expect(await runner.read('findings.md')).toContain('12.5 < 20')
  })

  it('fails for a diagnostic if that is asked for', async () => {
    await runner.settings({ one: 'exit 3' })
    const { code, stdout } = await runner.run({ 'fail-on-diagnostic': 'true' })
    expect(code).toBe(1)
    expect(stdout).toContain('::error::Failed: one.')
  })

  it('keeps the bundle when it cannot be uploaded, and says where it is', async () => {
    await runner.settings({ one: 'true' })
    const { code, stdout, outputs } = await runner.run({ upload: 'true' })
    expect(code).toBe(1)
    expect(stdout).toContain(
      `::error::The bundle is in ${runner.bundle}, but could not be uploaded`,
    )
    expect(outputs['bundle']).toBe(runner.bundle)
  })

  it('stops at the first failing command of a diagnostic', async () => {
    await runner.settings({ one: 'false | true; echo not reached' })
    await runner.run()
    expect(await runner.read('logs/one.stdout.log')).toBe('')
  })

  it('does not mix a bundle with an older one', async () => {
    await runner.settings({ one: 'true' })
    await mkdir(runner.bundle, { recursive: true })
    await writeFile(join(runner.bundle, 'old.txt'), '')
    const { code, stdout } = await runner.run()
    expect(code).toBe(1)
    expect(stdout).toContain('is not empty')
  })

  it('gives the same bundle for the same outputs, but for times', async () => {
    await runner.settings({ one: 'echo "n=4, mean=0.5"' })
    await runner.run()
    const first = await runner.read('evidence.json')
    await runner.run({ output: join(runner.folder, 'second') })
    const second = await StandInRunner.prototype.read.call(
      { bundle: join(runner.folder, 'second') },
      'evidence.json',
    )
    const timeless = (text: string) =>
      text.replaceAll(/"(?:started|finished)At": "[^"]*"|"seconds": [\d.]+/g, '')
    expect(timeless(second)).toBe(timeless(first))
  })

  it.each([
    ['sha', 'abc', 'full 40-digit commit SHA'],
    ['request', '$(touch x)', 'single line without'],
    ['request', '../../x', 'letters, digits'],
    ['pull-request', '7\n8', 'single line without'],
    ['investigation', '${{ github.token }}', 'single line without'],
    ['pull-request', '-1', 'whole number'],
    ['allow-no-gpu', 'maybe', 'true or false'],
    ['nvidia-smi', 'nvidia-smi', 'absolute path'],
  ])('refuses the input %s %j', async (name, value, message) => {
    await runner.settings({ one: 'true' })
    const { code, stdout } = await runner.run({ [name]: value })
    expect(code).toBe(1)
    expect(stdout).toContain(`::error::Input "${name}" must be`)
    expect(stdout).toContain(message)
  })
})

describe('a cancelled run', () => {
  it('leaves what was measured so far, and says what was not run', async () => {
    await runner.settings({
      one: 'echo first',
      two: 'printf "be%s\\n" gun; sleep 60',
      three: 'echo third',
    })
    const { child, finished, printed } = runner.launch()
    while (!printed().includes('begun')) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGINT')
    await finished
    const { diagnostics, partial } = await runner.evidence()
    expect(diagnostics.map(({ id }) => id)).toEqual(['one', 'two'])
    expect(partial.sort()).toEqual([
      'three: not run, the run was cancelled',
      'two: stopped because the run was cancelled',
    ])
    expect(await runner.read('logs/two.stdout.log')).toBe('begun\n')
  })
})
