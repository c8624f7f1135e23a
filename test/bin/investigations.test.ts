/**
 * Small investigations, run and drafted as a person would: the logs and what a careful person judges
 * of them lie beside the checkout, in `../shared/data/investigations`.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge, readBundle } from '../../spec-tools/index.ts'
import { sha256 } from '../evidence/sample.ts'
import { checkout, draft, measure } from './checkout.ts'

const data = join(import.meta.dirname, '../../../shared/data/investigations')

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-investigations-'))
})
afterAll(() => rm(root, { recursive: true }))

interface Asked {
  investigation: string
  /** Diagnostic -> what it prints. */
  logs: Record<string, string>
}

/** Cells by stage, outcomes by hypothesis, and warnings; the draft is replayed by `draft` itself. */
async function judged(name: string, { investigation, logs }: Asked, code = 0) {
  const ids = Object.keys(logs)
  const source = await checkout(join(root, name), {
    diagnostics: Object.fromEntries(ids.map((id) => [id, `cat logs/${id}.log`])),
    investigation,
    files: Object.fromEntries(ids.map((id) => [`logs/${id}.log`, logs[id]!])),
  })
  const out = join(root, `${name}-bundle`)
  const ran = await measure(source, out)
  expect(ran).toMatchObject({ code })
  const drafted = await draft(source, out)
  expect(drafted).toMatchObject({ code })
  const files = new Map<string, Uint8Array>()
  for (const path of await readdir(out, { recursive: true, withFileTypes: true })) {
    const at = join(path.parentPath, path.name)
    if (path.isFile()) files.set(at.slice(out.length + 1), await readFile(at))
  }
  const { rows, hypotheses, warnings, claims } = judge(readBundle(files, sha256))
  return {
    cells: Object.fromEntries(rows.map(({ stage, cell }) => [stage, cell.text])),
    outcomes: Object.fromEntries(hypotheses.map(({ id, outcome }) => [id, outcome])),
    reasons: hypotheses.map(({ reason }) => reason).join('\n'),
    warnings: warnings.join('\n'),
    lines: claims.filter(({ follows }) => follows === 'no').map(({ source: { line } }) => line),
  }
}

/** As it lies in the data. */
async function given(name: string): Promise<Asked> {
  const folder = join(data, name)
  const logs = await readdir(join(folder, 'logs'))
  const entries = await Promise.all(
    logs.map(async (file) => [
      basename(file, '.log'),
      await readFile(join(folder, 'logs', file), 'utf8'),
    ]),
  )
  return {
    investigation: await readFile(join(folder, 'inv.yml'), 'utf8'),
    logs: Object.fromEntries(entries) as Record<string, string>,
  }
}

describe.skipIf(!existsSync(data))(
  'a small investigation, run and drafted',
  { timeout: 240_000 },
  () => {
    it('takes a ± b and a (b) for mean and std', async () => {
      const { outcomes } = await judged('pmstd', await given('pmstd'))
      expect(outcomes).toEqual({ H1: 'REFUTED', H2: 'REFUTED' })
    })

    it('remarks on the one pass that its own figures deny, and on no honest failure', async () => {
      const { lines, warnings } = await judged('claims', await given('claims'))
      expect(lines).toEqual([7])
      expect(warnings).toBe('logs/a.stdout.log:7: 0.02 ≤ 0.01 is false, but the log prints a pass.')
    })

    it('takes no dimension for a count', async () => {
      const { cells, outcomes } = await judged('poison', await given('poison'))
      expect(cells).toEqual({ gemm: 'UNPROVEN(n?)' })
      expect(outcomes).toEqual({ H1: 'INCONCLUSIVE' })
    })

    it('takes lines of one name for repeats, and says that they are of one run', async () => {
      const { outcomes, reasons } = await judged('rep', await given('rep'))
      expect(outcomes).toEqual({ H1: 'CONFIRMED', H2: 'CONFIRMED' })
      expect(reasons).toContain('tok is 38.75 tok/s (median of 6 values of one run')
      expect(reasons).toContain('tok2 is 38.75 tok/s (median of 6 values of one run')
    })

    it('compares no seconds with milliseconds', async () => {
      const { cells, outcomes } = await judged('unitlabel', await given('unitlabel'))
      expect(cells['ttft2']).toBe('INCOMPARABLE(unit ms≠s)')
      expect(outcomes).toEqual({ H1: 'INCONCLUSIVE', H2: 'CONFIRMED', H3: 'CONFIRMED' })
    })

    it('converts a unit that is asked for', async () => {
      const { cells, outcomes } = await judged('unittext', await given('unittext'))
      expect(cells['gemm']).toBe('INCOMPARABLE(unit us≠ms)')
      expect(outcomes).toEqual({ H1: 'INCONCLUSIVE', H2: 'CONFIRMED' })
    })

    it('decides a ratio where the investigation asserts both counts, and replays', async () => {
      const { cells, outcomes } = await judged('assertmin', await given('assertmin'))
      expect(cells).toEqual({ q_out: 'UNPROVEN(floor?)' })
      expect(outcomes).toEqual({ H1: 'REFUTED' })
    })

    it('gives differences under their own heading to neither side', async () => {
      const { outcomes, reasons } = await judged('diffhead', await given('diffhead'))
      expect(outcomes).toEqual({ H1: 'INCONCLUSIVE' })
      expect(reasons).toContain('q_out has no max of the candidate')
    })

    it('judges each stage by what both sides say of it, and tells what cannot be', async () => {
      // A stage of it that no log holds ends the run with 1.
      const { cells, warnings } = await judged('judge', await given('judge'), 1)
      expect(cells).toMatchObject({
        nan_stage: 'NONFINITE(A: mean NaN, std NaN)',
        only_apr: 'MISSING(B)',
        renamed: 'MISSING(A)',
        lastall: 'INCOMPARABLE(tok last≠all)',
        shape_s: 'INCOMPARABLE(shape [4,8]≠[8,4])',
        dup: 'UNPROVEN(side?)',
        pct: 'UNPROVEN(tok?, unit?)',
      })
      expect(warnings).toContain(
        'Not finite: logs/apr.stdout.log:1 (nan_stage: mean nan, std nan).',
      )
      expect(warnings).toContain(
        'logs/apr.stdout.log:12: a negative standard deviation is none: -1.2; it was not read.',
      )
    })
  },
)
