import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { interleaved } from '../../kernels-runner/plan.ts'
import { runDiagnostics } from '../../kernels-runner/run.ts'
import { parseSettings, readBundle, rereadMeasurements } from '../../spec-tools/index.ts'

const specs = [{ id: 'a', path: 'a.md' }]
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-repeats-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function run(diagnostics: object, { gpu = false } = {}) {
  const source = join(folder, 'source')
  await mkdir(source)
  const nvidiaSmi = join(folder, 'nvidia-smi')
  await writeFile(nvidiaSmi, "#!/bin/sh\nprintf 'index, name\\n0, Stand-in\\n'\n")
  await chmod(nvidiaSmi, 0o755)
  const text = JSON.stringify({ specs, diagnostics, isolation: 'none', canary: false })
  const said: string[] = []
  const { files, evidence } = await runDiagnostics(
    {
      request: { id: 'local', repository: null, pullRequest: null, sha: '0'.repeat(40) },
      run: { id: null, attempt: null },
      settings: {
        value: parseSettings(text),
        bytes: Buffer.from(text),
        sha256: sha256(Buffer.from(text)),
      },
      investigation: null,
      source,
      out: join(folder, 'bundle'),
      allowNoGpu: false,
      mask: [],
    },
    {
      env: { PATH: '/usr/bin:/bin' },
      now: () => new Date(),
      log: plainLog((line) => said.push(line)),
      signal: new AbortController().signal,
      nvidiaSmi: gpu ? [nvidiaSmi] : [],
      temp: folder,
    },
  )
  return { files, evidence, said: said.join('') }
}

const runsOf = ({ diagnostics }: Awaited<ReturnType<typeof run>>['evidence']) =>
  diagnostics.map(({ id, repeat }) => [id, repeat])

/** Prints a figure that rises with each run, and leaves it in a file. */
const rising = `echo >> ../count; n=$(wc -l < ../count)
echo "loss: n=4 mean=0.$n"; echo $n > $CODICIL_OUT/n; echo "{\\"stage\\":\\"s\\",\\"value\\":$n}" > $CODICIL_MEASUREMENTS`

describe('a diagnostic that is run several times', () => {
  it('leaves each run under a name of its own', async () => {
    const { evidence, files } = await run({ one: { run: rising, needs: 'cpu', repeats: 2 } })
    expect(runsOf(evidence)).toEqual([
      ['one', undefined],
      ['one', 1],
    ])
    expect(evidence.measurements.map(({ id, repeat }) => [id, repeat])).toEqual([
      ['one:1', undefined],
      ['one/measurements:1', undefined],
      ['one.1:1', 1],
      ['one.1/measurements:1', 1],
    ])
    expect([...files.keys()].filter((path) => path.includes('/one'))).toEqual([
      'logs/one.1.measurements.jsonl',
      'logs/one.1.stderr.log',
      'logs/one.1.stdout.log',
      'logs/one.measurements.jsonl',
      'logs/one.stderr.log',
      'logs/one.stdout.log',
      'out/one.1/n',
      'out/one/n',
    ])
    expect(String(files.get('out/one.1/n'))).toBe('2\n')
  })

  it('leaves a bundle that can be read, and whose logs say the same again', async () => {
    const { files } = await run({ one: { run: rising, needs: 'cpu', repeats: 3 } })
    const bundle = readBundle(files, sha256)
    expect(bundle.evidence.diagnostics).toHaveLength(3)
    expect(rereadMeasurements(bundle)).toEqual([])
    expect(await readFile(join(folder, 'bundle/SHA256SUMS'), 'utf8')).toContain('one.2.stdout.log')
  })

  it('takes turns with the others, and says so', async () => {
    const { evidence, said } = await run({
      a: { run: 'true', needs: 'cpu', repeats: 2 },
      b: { run: 'true', needs: 'cpu' },
      c: { run: 'true', needs: 'cpu', repeats: 2 },
    })
    expect(runsOf(evidence).map(([id]) => id)).toEqual(['a', 'b', 'c', 'a', 'c'])
    expect(said).toContain('4 of 5: a, run 2 of 2')
    expect(said).toContain('2 of 5: b\n')
  })

  it('is so by default where it runs on a GPU, and nowhere else', async () => {
    const { evidence } = await run(
      { a: { run: 'true' }, b: { run: 'true', needs: 'cpu' } },
      { gpu: true },
    )
    expect(runsOf(evidence)).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['a', 1],
    ])
  })

  it('is refused where its runs are more than a bundle holds', () => {
    const diagnostics = Object.fromEntries(
      Array.from({ length: 13 }, (_, index) => [`d${index}`, { run: 'true', repeats: 20 }]),
    )
    const text = JSON.stringify({ specs, diagnostics }, null, 2)
    const chosen = Object.entries(parseSettings(text).diagnostics)
    expect(() => interleaved(chosen, 'cpu')).toThrow('260 runs of 13 diagnostics')
  })
})
