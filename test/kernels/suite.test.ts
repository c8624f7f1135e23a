import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import {
  builtinDiagnostics,
  builtins,
  buildSuite,
  kernelSources,
  namedBuiltins,
} from '../../kernels-runner/kernels/suite.ts'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { runDiagnostics } from '../../kernels-runner/run.ts'
import { parseSettings } from '../../spec-tools/index.ts'

describe('the names of built-in diagnostics', () => {
  it('are all of them for "all"', () => {
    expect(namedBuiltins('all')).toEqual(Object.keys(builtins))
  })

  it('are each taken once, in the order in which they run', () => {
    expect(namedBuiltins('d3-qkv, d5-health,d3-qkv')).toEqual(['d5-health', 'd3-qkv'])
  })

  it.each(['', 'd6-none', 'd1-q4k,toString'])('refuse %j and list what there is', (text) => {
    expect(() => namedBuiltins(text)).toThrow('There are: all, d5-health, d1-q4k')
  })

  it('are names of sources', async () => {
    for (const name of Object.keys(builtins)) {
      const source = await readFile(join(kernelSources, `${name}.cu`), 'utf8')
      expect(source).toContain(`"${name}"`)
    }
  })
})

it('built-in diagnostics are diagnostics as the settings declare them', () => {
  const diagnostics = builtinDiagnostics(namedBuiltins('all'))
  const specs = [{ id: 'a', path: 'a.md' }]
  const settings = parseSettings(JSON.stringify({ specs, diagnostics }), 'codicil.yml')
  expect(settings.diagnostics).toEqual(diagnostics)
})

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-suite-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function executable(path: string, script: string) {
  const file = join(folder, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  return file
}

/** A suite of one diagnostic, which a stand-in for nvcc compiles to a program that measures. */
async function standInSuite() {
  const header = 'index, name, driver_version, memory.total [MiB]'
  const row = '0, NVIDIA Stand-in, 580.1, 24564 MiB'
  const nvidiaSmi = await executable(
    'nvidia-smi',
    `case "$*" in *compute_cap*) echo 8.9 ;; *compute-apps*) echo pid ;; *) printf '%s\\n' '${header}' '${row}' ;; esac`,
  )
  const program = `#!/bin/sh
echo '{"stage":"copy","side":"candidate","n":32,"median":913}' > "$CODICIL_MEASUREMENTS"
echo "verdict: PASS d5-health"`
  await writeFile(join(folder, 'program'), program)
  await executable(
    'toolkit/bin/nvcc',
    `if [ "$1" = --version ]; then echo release 13.0; exit; fi
while [ "$1" != -o ]; do shift; done
cp ${folder}/program "$2"; chmod +x "$2"`,
  )
  const suite = await buildSuite({
    names: ['d5-health'],
    sources: kernelSources,
    cache: join(folder, 'cache'),
    env: { CUDA_HOME: join(folder, 'toolkit'), PATH: '/usr/bin:/bin' },
    nvidiaSmi: [nvidiaSmi],
    architecture: null,
  })
  return { suite, nvidiaSmi }
}

const sandboxed = await bubblewrap().then(
  () => true,
  () => false,
)

describe.each([
  ['none', true],
  ['bubblewrap', sandboxed],
] as const)('a run of a built-in diagnostic with isolation %s', (isolation, usable) => {
  it.skipIf(!usable)('finds its program and reads what it measured', async () => {
    const { suite, nvidiaSmi } = await standInSuite()
    expect(suite.architectures).toEqual(['sm_89'])
    expect(suite.compiled).toEqual(['d5-health'])
    const source = join(folder, 'source')
    await mkdir(source)
    const text = JSON.stringify({ specs: [{ id: 'a', path: 'a.md' }], isolation })
    const value = { ...parseSettings(text, 'codicil.yml'), diagnostics: suite.diagnostics }
    const { evidence } = await runDiagnostics(
      {
        request: { id: 'local', repository: null, pullRequest: null, sha: '0'.repeat(40) },
        run: { id: null, attempt: null },
        settings: { value, bytes: Buffer.from(text), sha256: 'a'.repeat(64) },
        investigation: null,
        source,
        out: join(folder, 'bundle'),
        allowNoGpu: false,
        mask: [],
      },
      {
        env: suite.env,
        now: () => new Date(),
        log: plainLog(() => {}),
        signal: new AbortController().signal,
        nvidiaSmi: [nvidiaSmi],
        temp: folder,
      },
    )
    const [diagnostic] = evidence.diagnostics
    expect(diagnostic).toMatchObject({ id: 'd5-health', command: 'd5-health', device: 'gpu' })
    expect(diagnostic?.exit.code).toBe(0)
    expect(evidence.measurements.map(({ stage, figures }) => [stage, figures['median']])).toEqual([
      ['copy', expect.objectContaining({ value: 913 })],
    ])
    expect(evidence.claims.map((claim) => claim.text)).toEqual(['verdict: PASS d5-health'])
  })
})
