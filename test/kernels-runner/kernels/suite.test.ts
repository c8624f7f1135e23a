import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../../kernels-runner/isolation/bubblewrap.ts'
import {
  buildCanary,
  builtinDiagnostics,
  builtins,
  buildSuite,
  kernelSources,
  namedBuiltins,
} from '../../../kernels-runner/kernels/suite.ts'
import { plainLog } from '../../../kernels-runner/job-log.ts'
import { runDiagnostics } from '../../../kernels-runner/run.ts'
import { judge, parseSettings } from '../../../spec-tools/index.ts'
import { noFiles } from '../../judge/bundle.ts'

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
  expect(Object.keys(settings.diagnostics)).toEqual(Object.keys(builtins))
  expect(settings.diagnostics['d1-q4k']).toMatchObject({
    builtin: 'd1-q4k',
    run: 'd1-q4k',
    timeout: '2m',
    needs: 'gpu',
  })
})

it.each([
  ['neither a command nor a built-in one', {}],
  ['both', { run: 'make check', builtin: 'd1-q4k' }],
])('a diagnostic that names %s is refused', (_, diagnostic) => {
  const text = JSON.stringify({
    specs: [{ id: 'a', path: 'a.md' }],
    diagnostics: { one: diagnostic },
  })
  expect(() => parseSettings(text)).toThrow('either `run` or `builtin`, and not both')
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

interface StandIn {
  /** What the canary does, as a script. */
  canary?: string
  /** What the driver says when it is asked for its GPUs again: answers as XML. */
  xml?: string
}

/** A machine with a GPU, and a compiler whose programs are scripts. */
async function standInMachine({ canary = 'echo "verdict: PASS canary"', xml }: StandIn = {}) {
  const header = 'index, name, driver_version, memory.total [MiB]'
  const row = '0, NVIDIA Stand-in, 580.1, 24564 MiB'
  await writeFile(join(folder, 'answer.xml'), xml ?? '')
  const nvidiaSmi = await executable(
    'nvidia-smi',
    `case "$*" in *compute_cap*) echo 8.9 ;; *compute-apps*) echo pid ;; "-q -x") cat ${folder}/answer.xml ;; *) printf '%s\\n' '${header}' '${row}' ;; esac`,
  )
  const program = `#!/bin/sh
echo '{"stage":"copy","side":"candidate","n":32,"median":913}' > "$CODICIL_MEASUREMENTS"
echo "verdict: PASS d5-health"`
  await writeFile(join(folder, 'd5-health'), program)
  await writeFile(join(folder, 'canary'), `#!/bin/sh\n${canary}\n`)
  await executable(
    'toolkit/bin/nvcc',
    `if [ "$1" = --version ]; then echo release 13.0; exit; fi
while [ "$1" != -o ]; do shift; done
cp ${folder}/$(basename "$3" .cu) "$2"; chmod +x "$2"`,
  )
  const place = { sources: kernelSources, cache: join(folder, 'cache'), architecture: null }
  const env = { CUDA_HOME: join(folder, 'toolkit'), PATH: '/usr/bin:/bin' }
  return { place, env, nvidiaSmi: [nvidiaSmi] }
}

/** A run of the built-in d5-health on such a machine. */
async function runOn(
  { place, env, nvidiaSmi }: Awaited<ReturnType<typeof standInMachine>>,
  settings: object = {},
) {
  const source = join(folder, 'source')
  await mkdir(source)
  const text = JSON.stringify({
    specs: [{ id: 'a', path: 'a.md' }],
    diagnostics: { health: { builtin: 'd5-health' } },
    ...settings,
  })
  const said: string[] = []
  const { evidence } = await runDiagnostics(
    {
      request: { id: 'local', repository: null, pullRequest: null, sha: '0'.repeat(40) },
      run: { id: null, attempt: null },
      settings: { value: parseSettings(text), bytes: Buffer.from(text), sha256: 'a'.repeat(64) },
      investigation: null,
      source,
      out: join(folder, 'bundle'),
      allowNoGpu: false,
      mask: [],
    },
    {
      env,
      now: () => new Date(),
      log: plainLog((line) => said.push(line)),
      signal: new AbortController().signal,
      nvidiaSmi,
      kernels: place,
      temp: folder,
    },
  )
  return { evidence, said: said.join('') }
}

it('the suite is compiled for the GPU that is there', async () => {
  const { place, ...machine } = await standInMachine()
  const suite = await buildSuite({ ...place, ...machine, names: ['d5-health'] })
  expect(suite.architectures).toEqual(['sm_89'])
  expect(suite.compiled).toEqual(['d5-health'])
})

it('the canary of an earlier run is used where no compiler answers any more', async () => {
  const { place, ...machine } = await standInMachine()
  const built = await buildCanary({ ...place, ...machine })
  await executable('toolkit/bin/nvcc', 'exit 1')
  expect(built).toHaveProperty('folder')
  expect(await buildCanary({ ...place, ...machine })).toEqual({ ...built, reused: true })
  await rm(place.cache, { recursive: true })
  const none = { missing: expect.stringContaining('nvcc --version failed') }
  expect(await buildCanary({ ...place, ...machine })).toEqual(none)
})

const sandboxed = await bubblewrap().then(
  () => true,
  () => false,
)

describe.each([
  ['none', true],
  ['bubblewrap', sandboxed],
] as const)('a run of a built-in diagnostic with isolation %s', (isolation, usable) => {
  it.skipIf(!usable)('finds its program and reads what it measured', async () => {
    const { evidence } = await runOn(await standInMachine(), { isolation })
    const [diagnostic] = evidence.diagnostics
    expect(diagnostic).toMatchObject({ id: 'health', command: 'd5-health', device: 'gpu' })
    expect(diagnostic?.exit.code).toBe(0)
    expect(evidence.measurements.map(({ id, figures }) => [id, figures['median']?.value])).toEqual([
      ['health/measurements:1', 913],
      ['health.1/measurements:1', 913],
    ])
    expect(evidence.claims.map((claim) => claim.text)).toContain('verdict: PASS d5-health')
    expect(evidence.canary).toEqual([
      { when: 'before', status: 'passed', detail: 'verdict: PASS canary' },
      { when: 'after', status: 'passed', detail: 'verdict: PASS canary' },
    ])
    expect(evidence.health).toBeUndefined()
  })
})

describe('a run on a GPU that computes wrong', () => {
  const wrong = 'echo "FAIL f32: wrong_elements 1 exceeds 0"; exit 1'

  it('runs nothing of the pull request where the canary failed before', async () => {
    const { evidence, said } = await runOn(await standInMachine({ canary: wrong }))
    expect(evidence.diagnostics).toEqual([])
    expect(evidence.partial).toEqual([
      expect.stringMatching(/^INFRA, no diagnostic was run: .*f32/),
    ])
    expect(evidence.canary).toMatchObject([{ when: 'before', status: 'failed' }])
    expect(evidence.health).toMatchObject([{ kind: 'canary', when: 'before', voids: true }])
    expect(said).toContain('warning: The canary, whose answer is known, failed')
  })

  it('is void where the canary failed afterwards', async () => {
    const canary = `if [ -e ${folder}/ran ]; then ${wrong}; fi; touch ${folder}/ran`
    const { evidence } = await runOn(await standInMachine({ canary }), { isolation: 'none' })
    expect(evidence.diagnostics).toHaveLength(2)
    expect(evidence.canary?.map(({ status }) => status)).toEqual(['passed', 'failed'])
    expect(judge({ evidence, investigation: null, ...noFiles }).environment.status).toBe('INFRA')
  })

  it.each([
    ['its toolkit is newer than the driver', 'echo "x (cudaErrorInsufficientDriver)" >&2; exit 3'],
    ['it cannot be started', 'exit 127'],
  ])('is not assumed where the canary cannot be run because %s', async (_, canary) => {
    const { evidence, said } = await runOn(await standInMachine({ canary }))
    expect(evidence.canary?.map(({ status }) => status)).toEqual(['not run', 'not run'])
    expect(evidence.health).toBeUndefined()
    expect(evidence.diagnostics).toHaveLength(2)
    expect(said).toContain('warning: The canary was not run')
  })

  it('is not looked for where the settings want no canary', async () => {
    const { evidence } = await runOn(await standInMachine({ canary: wrong }), { canary: false })
    expect(evidence.canary).toBeUndefined()
    expect(evidence.diagnostics).toHaveLength(2)
  })
})

describe('a run on a GPU that somebody else uses', () => {
  const xml = `<nvidia_smi_log><gpu id="0"><product_name>NVIDIA Stand-in</product_name><uuid>GPU-1</uuid>
    <processes><process_info><pid>4711</pid><type>C</type><process_name>/home/ann/train</process_name>
    <used_memory>512 MiB</used_memory></process_info></processes></gpu></nvidia_smi_log>`

  it('runs nothing, and leaves a bundle that says why', async () => {
    const { evidence } = await runOn(await standInMachine({ xml }))
    expect(evidence.diagnostics).toEqual([])
    expect(evidence.machine.gpu.processes).toMatchObject([{ pid: 4711, name: 'train' }])
    expect(evidence.health).toMatchObject([
      { kind: 'foreign process', when: 'before', diagnostic: null, voids: true },
    ])
    expect(JSON.stringify(evidence)).not.toContain('/home/ann')
  })

  it('goes on where the settings accept that', async () => {
    const settings = { health: { accept: ['processes'] } }
    const { evidence } = await runOn(await standInMachine({ xml }), settings)
    expect(evidence.health).toMatchObject([{ kind: 'foreign process', voids: false }])
    expect(evidence.diagnostics).toHaveLength(2)
  })
})
