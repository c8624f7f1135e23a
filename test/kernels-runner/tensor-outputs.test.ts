import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { runDiagnostics } from '../../kernels-runner/run.ts'
import {
  comparedTensors,
  judge,
  parseInvestigation,
  parseSettings,
  pickingNothing,
  proposeAmendment,
  readBundle,
  rereadMeasurements,
} from '../../spec-tools/index.ts'
import { bytesOf, f32, npy, npz, safetensors, type Stage } from './tensors/write.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let folder: string
let source: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-outputs-'))
  source = join(folder, 'source')
  await mkdir(source)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Six layers; from `fault` on they are off by two parts in a hundred. */
function layers(fault = 6): Stage[] {
  return Array.from({ length: 6 }, (_, layer) => {
    const off = layer >= fault ? 1.02 : 1
    const values = new Float32Array(640).map((_value, at) => Math.sin(at + layer) * off)
    return f32(`blk.${layer}.out`, values, [10, 64])
  })
}

const arrayOf = ({ name, data }: Stage) => [name, npy("'<f4'", [10, 64], data)] as const

/** Runs diagnostics that put these files of the checkout into their output folder. */
async function run(
  left: Record<string, Uint8Array>,
  { investigation, script = '', settings: more = {} }: Settings = {},
) {
  for (const [path, bytes] of Object.entries(left)) {
    const file = join(source, 'left', path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, bytes)
  }
  await mkdir(join(source, 'left'), { recursive: true })
  const copy = { run: `cp -r left/. "$CODICIL_OUT"; ${script}`, needs: 'cpu' }
  const text = JSON.stringify({
    specs: [{ id: 'a', path: 'a.md' }],
    diagnostics: { d1: copy },
    isolation: 'none',
    canary: false,
    ...more,
  })
  const settings = parseSettings(text)
  const declared = investigation && JSON.stringify({ title: 'Layers', ...investigation })
  const said: string[] = []
  const { files, evidence } = await runDiagnostics(
    {
      request: { id: 'local', repository: null, pullRequest: null, sha: '0'.repeat(40) },
      run: { id: null, attempt: null },
      settings: { value: settings, bytes: Buffer.from(text), sha256: sha256(Buffer.from(text)) },
      investigation: declared
        ? {
            slug: 'layers',
            value: parseInvestigation(declared, { slug: 'layers', file: 'i.yml', settings }),
            bytes: Buffer.from(declared),
            sha256: sha256(Buffer.from(declared)),
          }
        : null,
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
      nvidiaSmi: [],
      temp: folder,
    },
  )
  const bundle = readBundle(files, sha256)
  const { rows, first, warnings } = judge(bundle)
  return {
    files,
    evidence,
    bundle,
    first,
    warnings,
    cells: rows.map(({ stage, cell }) => `${stage} ${cell.verdict}`),
    rows,
    differences: rereadMeasurements(bundle),
    partial: evidence.partial.join('\n'),
    said: said.join(''),
  }
}

interface Settings {
  investigation?: object
  script?: string
  settings?: object
}

const bothSides = (fault: number) => ({
  'candidate/capture.safetensors': safetensors(layers(fault)),
  'reference/capture.safetensors': safetensors(layers()),
})

describe('tensor files that a diagnostic leaves for both sides', () => {
  it('are judged by all their elements, and the first stage that diverges is named', async () => {
    const { first, cells, partial, differences, files } = await run(bothSides(3))
    expect(first).toMatchObject({ status: 'one', lastMatch: 'blk.2.out', stages: ['blk.3.out'] })
    expect(cells.slice(0, 4)).toEqual([
      'blk.0.out MATCH',
      'blk.1.out MATCH',
      'blk.2.out MATCH',
      'blk.3.out DIVERGENT',
    ])
    expect({ partial, differences }).toEqual({ partial: '', differences: [] })
    expect(Buffer.from(files.get('findings.md')!).toString()).toContain(
      'blk.3.out diverges (relative L2 13,400 times of its limit) first; 3 of 6 stages do',
    )
  })

  it('give figures that can be cited, vouched for by the one who measured', async () => {
    const { rows, evidence } = await run(bothSides(3))
    const [id] = rows[3]!.relativeL2!.from[0]!.split('#')
    expect(evidence.measurements.find((one) => one.id === id)).toMatchObject({
      side: 'candidate',
      against: 'reference',
      stage: 'blk.3.out',
      vouch: 'probe-reported',
      figures: { relative_l2: { value: expect.closeTo(0.02, 6) } },
    })
    expect(rows.every(({ vouch }) => vouch === 'probe-reported')).toBe(true)
  })

  it('are found by the names that the investigation gives its sides', async () => {
    const { first } = await run(
      {
        'F32_rust/a.safetensors': safetensors(layers(2)),
        'torch/a.safetensors': safetensors(layers()),
      },
      { investigation: { sides: { candidate: 'f32 (Rust)', reference: 'Torch' } } },
    )
    expect(first.stages).toEqual(['blk.2.out'])
  })

  it('are the stages of an investigation, with its floor and its predicates', async () => {
    const { cells, warnings, bundle } = await run(bothSides(3), {
      investigation: {
        stages: ['blk.2.out', 'blk.5.out'],
        measurements: { apart: { stage: 'blk.5.out', side: 'pair', metric: 'relative_l2' } },
        hypotheses: [{ id: 'H1', confirm: 'apart > 0.019 && apart < 0.021' }],
        floor: { relative_l2: 0.05, because: 'half precision' },
      },
    })
    expect(cells).toEqual(['blk.2.out MATCH', 'blk.5.out MATCH'])
    expect(judge(bundle).hypotheses[0]?.outcome).toBe('CONFIRMED')
    expect(warnings.filter((text) => text.includes('not name'))).toEqual([])
  })

  it('are what predicates pick, and a section says who vouches for them', async () => {
    const { bundle } = await run(bothSides(3), {
      investigation: { hypotheses: [{ id: 'H1', confirm: 'relative_l2("blk.3.out") < 1 %' }] },
    })
    const judgement = judge(bundle)
    const base = { ref: 'main', commit: 'f'.repeat(40) }
    expect(judgement.hypotheses[0]?.outcome).toBe('REFUTED')
    expect(
      pickingNothing(bundle.investigation, { ...bundle.evidence, files: bundle.files }),
    ).toEqual([])
    const { section } = proposeAmendment({
      bundle,
      judgement,
      text: '# Spec\n\n**Version:** 1.0.0\n\n## 1. A\n\nText.\n',
      origin: { pullRequest: null, requestedBy: null, base, verification: null },
    })
    expect(section.markdown).toContain(
      'they were taken on the runner from tensor files that the measured code wrote.',
    )
  })

  it('are told where stages diverge that an investigation leaves out', async () => {
    const { warnings } = await run(bothSides(3), { investigation: { stages: ['blk.5.out'] } })
    expect(warnings[0]).toContain('does not name are apart, too: blk.3.out DIVERGENT')
  })

  it('may be of different formats, and compressed', async () => {
    const { first, partial } = await run({
      'candidate/a.npz': await npz(Object.fromEntries(layers(4).map(arrayOf)), true),
      'reference/a.safetensors': safetensors(layers()),
    })
    expect({ first: first.stages, partial }).toEqual({ first: ['blk.4.out'], partial: '' })
  })

  it('may be one for each stage, in the order of the investigation', async () => {
    const side = (name: string, all: Stage[]) =>
      all.map(arrayOf).map(([stage, array]) => [`${name}/${stage}.npy`, array])
    const { first } = await run(
      Object.fromEntries([...side('candidate', layers(1)), ...side('reference', layers())]),
      { investigation: { stages: layers().map(({ name }) => name) } },
    )
    expect(first).toMatchObject({ status: 'one', stages: ['blk.1.out'] })
  })

  it('may be of different precision, whose rounding is no divergence', async () => {
    const bf16 = layers().map(({ name, shape, data }) => {
      const words = new Uint16Array(data.slice().buffer)
      const upper = words.filter((_half, at) => at % 2 === 1)
      return { name, shape, dtype: 'BF16', data: new Uint8Array(upper.buffer) }
    })
    const { cells, rows } = await run({
      'candidate/a.safetensors': safetensors(bf16),
      'reference/a.safetensors': safetensors(layers()),
    })
    expect(cells).toEqual(layers().map(({ name }) => `${name} MATCH`))
    expect(rows[0]!.relativeL2!.value).toBeGreaterThan(1e-4)
  })

  it('that are not finite are said to be so', async () => {
    const [one, ...others] = layers()
    const broken = f32(one!.name, new Float32Array(640).fill(Number.NaN, 7, 8), [10, 64])
    const { rows } = await run({
      'candidate/a.safetensors': safetensors([broken, ...others]),
      'reference/a.safetensors': safetensors(layers()),
    })
    expect(rows[0]?.cell.text).toBe('NONFINITE(A: 1 NaN @7)')
  })

  it('differ from run to run by noise that is measured', async () => {
    const noisy = `python3 - <<'E'
import os, struct
path = os.environ['CODICIL_OUT'] + '/candidate/capture.safetensors'
data = bytearray(open(path, 'rb').read())
data[-2] ^= 16 if os.path.exists('/proc/self') and 'd1.1' in path else 0
open(path, 'wb').write(data)
E`
    const { rows, differences } = await run(bothSides(6), {
      script: noisy,
      settings: {
        diagnostics: {
          d1: { run: `cp -r left/. "$CODICIL_OUT"; ${noisy}`, needs: 'cpu', repeats: 2 },
        },
      },
    })
    expect(rows[4]?.cell.verdict).toBe('MATCH')
    expect(rows[5]?.floor).toMatchObject({ origin: 'measured' })
    expect(differences).toEqual([])
  })

  it('may come from two diagnostics', async () => {
    const side = (name: string) => ({
      run: `mkdir "$CODICIL_OUT/${name}"; cp left/${name}/* "$CODICIL_OUT/${name}"`,
      needs: 'cpu',
    })
    const { first, bundle } = await run(bothSides(3), {
      settings: { diagnostics: { ours: side('candidate'), theirs: side('reference') } },
    })
    expect(first.stages).toEqual(['blk.3.out'])
    expect(comparedTensors(bundle.files)[0]?.stages[0]?.b?.of.diagnostic).toBe('theirs')
  })
})

describe('tensor files that cannot be compared', () => {
  it.each<[string, Record<string, Uint8Array>, string]>([
    [
      'of one side alone',
      { 'candidate/a.safetensors': safetensors(layers()) },
      'the reference has no tensor file of this name; it has none',
    ],
    [
      'of different names',
      {
        'candidate/a.safetensors': safetensors(layers()),
        'reference/b.safetensors': safetensors(layers()),
      },
      'the reference has no tensor file of this name; it has b',
    ],
    [
      'in folders that are no sides',
      {
        'old/a.safetensors': safetensors(layers()),
        'new/a.safetensors': safetensors(layers()),
      },
      'the sides are candidate and reference; name the folders so',
    ],
    [
      'that were cut',
      {
        'candidate/a.safetensors': safetensors(layers()).subarray(0, -100),
        'reference/a.safetensors': safetensors(layers()),
      },
      'tensor "blk.5.out" ends after',
    ],
    [
      'of the same name on one side',
      {
        'candidate/a.safetensors': safetensors(layers()),
        'candidate/a.npy': arrayOf(layers()[0]!)[1],
        'reference/a.safetensors': safetensors(layers()),
      },
      'its side has several tensor files of this name; leave one',
    ],
  ])('%s are told', async (_, left, reason) => {
    const { partial, first } = await run(left)
    expect(partial).toContain(reason)
    expect(first.stages).toEqual([])
  })

  it.each([
    ['a link', 'ln -sf /etc/hostname "$CODICIL_OUT/candidate/capture.safetensors"'],
    ['a second name', 'ln "$CODICIL_OUT/candidate/capture.safetensors" "$CODICIL_OUT/again"'],
    [
      'a pipe',
      'rm "$CODICIL_OUT/candidate/capture.safetensors"; mkfifo "$CODICIL_OUT/candidate/capture.safetensors"',
    ],
    ['all holes', 'truncate -s 20G "$CODICIL_OUT/candidate/capture.safetensors"'],
    [
      'below a link',
      'mv "$CODICIL_OUT/candidate" "$CODICIL_OUT/real"; ln -s real "$CODICIL_OUT/candidate"',
    ],
  ])('%s is not read', async (_, script) => {
    const { partial, first } = await run(bothSides(3), { script })
    expect(partial).toContain('candidate')
    expect(first.stages).toEqual([])
  })

  it('are not looked for where the output folder was replaced', async () => {
    const script = 'rm -r "$CODICIL_OUT"; ln -s /etc "$CODICIL_OUT"'
    const { partial, files } = await run({}, { script })
    expect(partial).toBe('out/d1: the folder for output was replaced; nothing is taken')
    expect([...files.keys()].filter((path) => path.startsWith('out/'))).toEqual([])
  })

  it('are not inflated where the disk has no room for them', async () => {
    const huge = new Float32Array(2 * 1024 * 1024)
    const { partial } = await run(
      {
        'candidate/a.npz': await npz({ one: npy("'<f4'", [2048, 1024], bytesOf(huge)) }, true),
        'reference/a.npz': await npz({ one: npy("'<f4'", [2048, 1024], bytesOf(huge)) }, true),
      },
      { settings: { limits: { disk: '4MiB' } } },
    )
    expect(partial).toMatch(/one inflates to 8388736 bytes, and \d+ may be taken/)
  })

  it('are left where the time for them is spent', async () => {
    const { partial, cells } = await run(bothSides(3), { settings: { limits: { after: '0s' } } })
    expect(partial).toContain('the time for what diagnostics leave (`limits.after`) was spent')
    expect(cells).toEqual([])
  })
})

it('a figure of tensors that was changed after the run is found', async () => {
  const { bundle } = await run(bothSides(3))
  const path = 'tensors/d1.jsonl'
  const text = Buffer.from(bundle.files.get(path)!).toString()
  const changed = text.replace(/"relativeL2":\{"value":0\.0[^}]+/, '"relativeL2":{"value":0.5')
  const files = new Map([...bundle.files, [path, Buffer.from(changed)]])
  expect(rereadMeasurements({ ...bundle, files })).not.toEqual([])
  const without = { ...bundle.evidence, measurements: [] }
  expect(rereadMeasurements({ ...bundle, evidence: without })).not.toEqual([])
})

it('has no record of tensors where none were left', async () => {
  const { files } = await run({ 'candidate/notes.txt': Buffer.from('n') })
  expect([...files.keys()].filter((path) => /^(?:out|tensors)/.test(path))).toEqual([
    'out/d1/candidate/notes.txt',
  ])
})
