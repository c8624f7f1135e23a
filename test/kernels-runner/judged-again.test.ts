/**
 * What a run says of its evidence is what everybody says of it later: facts that stand on lines of
 * their own, and texts behind keys, count for both alike.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { assembleBundle, type Parts } from '../../kernels-runner/bundle/assemble.ts'
import { describeFor } from '../../kernels-runner/bundle/describe.ts'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { proposeAmendment, readBundle, refuseUnlikeReplay, judge } from '../../spec-tools/index.ts'
import { bundleOf, sha256 } from '../amend/loop.ts'

type Sides = Readonly<Record<'old' | 'new', string>>

/** The bundle as a run writes it, with what the run itself concluded. */
function ran(logs: Sides, claim: string) {
  const read = bundleOf({
    investigation: JSON.stringify({ title: 'T', hypotheses: { H1: claim } }),
    logs,
  })
  const { evidence, settings, investigation, files } = read
  const declared = <T>(value: T, file: { file: string; sha256: string }) => ({
    value,
    bytes: files.get(file.file)!,
    sha256: file.sha256,
  })
  const parts: Parts = {
    ...evidence,
    settings: declared(settings, evidence.settings),
    investigation: { ...declared(investigation!, evidence.investigation!), slug: 'claims' },
    diagnosed: evidence.diagnostics.map((diagnostic) => ({
      diagnostic,
      files: new Map(
        [diagnostic.stdout, diagnostic.stderr].map(({ file }) => [file, files.get(file)!]),
      ),
      digests: new Map(),
      measurements: evidence.measurements.filter(
        ({ source }) => source.diagnostic === diagnostic.id,
      ),
      claims: [],
      partial: [],
    })),
    setup: null,
    tensors: { files: new Map(), measurements: [], partial: [] },
    telemetry: new Uint8Array(),
    health: [],
    canary: [],
  }
  return assembleBundle(parts, describeFor(plainLog(() => {})))
}

const facts: Readonly<Record<string, readonly string[]>> = {
  model: ['llama-3-8b', 'mistral-7b', '"qwen2 1.5B"'],
  dtype: ['bfloat16', 'float8_e4m3'],
  'batch size': ['1', '8'],
  'max concurrency': ['64', '256'],
  backend: ['cuda', 'vulkan', '"metal"'],
}
const unquoted = (text: string) => text.replaceAll('"', '')

const stated = fc.record(
  Object.fromEntries(
    Object.entries(facts).map(([key, texts]) => [key, fc.option(fc.constantFrom(...texts))]),
  ),
)
const log = (own: Record<string, string | null>, speed: number) =>
  `${Object.entries(own)
    .map(([key, text]) => (text === null ? '' : `${key}: ${text}\n`))
    .join('')}throughput: ${speed}.5 tok/s\n`

const keys = Object.keys(facts).filter((key) => key !== 'backend')

it('is concluded in the run as from its bundle', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(stated, stated, fc.constantFrom('speed', 'equals', 'matches'), (a, b, about) => {
      const claim = {
        speed: 'throughput(new) >= 1.3 * throughput(old)',
        equals: 'backend(new) == "cuda"',
        matches: 'matches(backend(new), "^cu")',
      }[about]
      const { judgement, files } = ran({ old: log(a, 100), new: log(b, 150) }, claim)
      const bundle = readBundle(files, sha256)
      const again = judge(bundle)
      expect(again).toEqual(judgement)
      const { outcome, reason } = again.hypotheses[0]!
      const apart = keys.filter((key) => a[key] !== b[key])
      const differs = apart.some((key) => a[key] !== null && b[key] !== null)
      const backend = b['backend'] ?? null
      seen.add(`${about} ${outcome}`)
      const ofSpeed = apart.length > 0 ? 'INCONCLUSIVE' : 'CONFIRMED'
      const ofText = unquoted(backend ?? '') === 'cuda' ? 'CONFIRMED' : 'REFUTED'
      const wanted = about === 'speed' ? ofSpeed : backend === null ? 'INCONCLUSIVE' : ofText
      expect(outcome).toBe(wanted)
      const why = differs ? /INCOMPARABLE|UNPROVEN/ : /UNPROVEN/
      expect(about === 'speed' && apart.length > 0).toBe(why.test(reason))
    }),
    { numRuns: Number(process.env['JUDGED_AGAIN'] ?? 80) },
  )
  expect([...seen].toSorted()).toEqual([
    ...['equals', 'matches'].flatMap((about) =>
      ['CONFIRMED', 'INCONCLUSIVE', 'REFUTED'].map((outcome) => `${about} ${outcome}`),
    ),
    'speed CONFIRMED',
    'speed INCONCLUSIVE',
  ])
})

it.each([
  ['another model', 'model: a\n', 'model: b\n'],
  ['a line that one log lacks', 'max concurrency: 64\n', ''],
  ['the same facts', 'dtype: bfloat16\n', 'dtype: bfloat16\n'],
])('is drafted where it is of %s', (_, first, second) => {
  const speed = (value: number) => `throughput: ${value} tok/s\n`
  const logs = { old: first + speed(100.5), new: second + speed(150.5) }
  const { files } = ran(logs, 'throughput(new) >= 1.3 * throughput(old)')
  const bundle = readBundle(files, sha256)
  const text = '# A spec\n\n**Version:** 1.0.0\n\n## 1. One\n\nText.\n'
  const base = { ref: 'main', commit: 'f'.repeat(40) }
  const origin = { pullRequest: null, requestedBy: null, base, verification: null }
  const amendment = proposeAmendment({ bundle, judgement: judge(bundle), text, origin })
  expect(() => refuseUnlikeReplay(amendment, text, sha256)).not.toThrow()
})
