/** The ten investigations of the guide, each held against logs that decide it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../spec-tools/evidence/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readLog } from '../../spec-tools/logs/index.ts'
import { parseInvestigation, parseSettings } from '../../spec-tools/settings/index.ts'
import { evidenceOf, noFiles } from './bundle.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8')
const chapter = guide.slice(guide.indexOf('### Ten investigations'))
const examples = new Map(
  [...chapter.matchAll(/\*\*([^*]+)\.\*\*\n\n```yaml\n([^]*?)```/g)]
    .slice(0, 10)
    .map(([, name = '', text = '']) => [name, text]),
)

type Logs = Readonly<Record<string, string>>

interface Run {
  exit?: number
}

function judged(name: string, logs: Logs, { exit = 0 }: Run = {}) {
  const diagnostics = Object.keys(logs).map((id) => `  ${id}: { run: cat, needs: cpu }`)
  const settings = parseSettings(
    `specs: [{ id: spec, path: spec.md }]\ndiagnostics:\n${diagnostics.join('\n')}\n`,
  )
  const text = examples.get(name)
  if (text === undefined) throw new Error(`the guide has no example "${name}"`)
  const investigation = parseInvestigation(text, { slug: 'guide', file: name, settings })
  const readings = Object.entries(logs).map(([id, log]) =>
    readLog(log, { diagnostic: id, file: `logs/${id}.stdout.log` }),
  )
  const evidence: Evidence = {
    ...evidenceOf([]),
    measurements: readings.flatMap(({ measurements }) => measurements),
    diagnostics: Object.entries(logs).map(([id, log]) => ({
      id,
      command: 'cat',
      device: 'cpu',
      startedAt: '2026-04-27T10:00:00Z',
      seconds: 2.5,
      exit: { code: exit, signal: null, timedOut: false },
      stdout: { ...stream(log), sha256: digestOf(log) },
      stderr: stream(''),
    })),
  }
  return judge({ evidence, investigation, ...noFiles }).hypotheses
}

function stream(log: string) {
  return { file: 'logs/x.log', bytes: log.length, kept: log.length, unread: 0, samples: [] }
}

/** Any function of the text does: equal texts have equal digests, and these others do not. */
function digestOf(log: string): string {
  return Array.from(log.slice(0, 8))
    .map((one) => one.charCodeAt(0).toString(16).padStart(8, '0'))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64)
}

function outcomes(name: string, logs: Logs, run?: Run): string[] {
  return judged(name, logs, run).map(({ outcome }) => outcome)
}

function bench(tg: string, pp: string): string {
  return [
    '| model | size | params | backend | ngl | test | t/s |',
    '| --- | ---: | ---: | --- | --: | ---: | ---: |',
    `| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | pp512 | ${pp} |`,
    `| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg128 | ${tg} |`,
    '',
  ].join('\n')
}

const gates = (pass: number, fail: number) =>
  [
    'gate,status,score',
    ...Array.from({ length: pass }, (_, index) => `g${index},PASS,0.9`),
    ...Array.from({ length: fail }, (_, index) => `f${index},FAIL,0.1`),
    '',
  ].join('\n')

describe('the investigations of the guide', () => {
  it('are ten, of at most ten lines', () => {
    expect(examples.size).toBe(10)
    for (const text of examples.values()) expect(text.trim().split('\n').length).toBeLessThan(11)
  })

  it('refute a difference that is not there', () => {
    const log = (rms: string) =>
      [
        'Q-out comparison (F32 vs Q4K):',
        '  n: 3584',
        '  Q-out F32: n=3584, mean=-0.003912, std=0.260898',
        '  Q-out Q4K: n=3584, mean=-0.003911, std=0.260890',
        `  Q-out: n=3584 relative_l2=${rms}`,
        '',
      ].join('\n')
    expect(outcomes('A refutation', { probe: log('0.0026') })).toEqual(['REFUTED'])
    expect(outcomes('A refutation', { probe: log('0.26') })).toEqual(['CONFIRMED'])
  })

  it('compare two builds', () => {
    const old = bench('100.00 ± 0.40', '2368.00 ± 1.00')
    const name = 'Throughput of two builds'
    expect(outcomes(name, { old, new: bench('131.42 ± 0.38', '2370.00 ± 1.00') })).toEqual([
      'CONFIRMED',
      'CONFIRMED',
    ])
    expect(outcomes(name, { old, new: bench('128.00 ± 0.38', '2100.00 ± 1.00') })).toEqual([
      'REFUTED',
      'REFUTED',
    ])
    expect(outcomes(name, { old, new: bench('130.20 ± 5.00', '2370.00 ± 90.0') })).toEqual([
      'INCONCLUSIVE',
      'INCONCLUSIVE',
    ])
  })

  it('refuse to compare builds that did other work', () => {
    const other = bench('131.42 ± 0.38', '2370.00 ± 1.00').replaceAll('7B', '13B')
    const found = judged('Throughput of two builds', {
      old: bench('100.00 ± 0.40', '2368.00 ± 1.00'),
      new: other,
    })
    expect(found[0]).toMatchObject({ outcome: 'INCONCLUSIVE' })
    expect(found[0]?.reason).toContain('INCOMPARABLE(model llama 13B Q4_0≠llama 7B Q4_0)')
  })

  it('judge the spread of a latency', () => {
    const log = (std: string) => `latency: mean=12.5 ms std=${std} ms p99=13.1 ms\n`
    expect(outcomes('Spread of a latency', { bench: log('0.3') })).toEqual([
      'CONFIRMED',
      'CONFIRMED',
    ])
    expect(outcomes('Spread of a latency', { bench: log('1.3') })).toEqual(['REFUTED', 'CONFIRMED'])
  })

  it('find a plateau', () => {
    const log = (last: string) => `step,loss\n1000,3.1000\n4000,1.9010\n4500,1.9000\n5000,${last}\n`
    const name = 'A series with a plateau'
    expect(outcomes(name, { train: log('1.8990') })).toEqual(['CONFIRMED', 'CONFIRMED'])
    expect(outcomes(name, { train: log('1.7000') })).toEqual(['REFUTED', 'CONFIRMED'])
  })

  it('flip a row', () => {
    const [verdict] = judged('A row that is flipped', { bench: 'throughput: 38.5 tok/s\n' })
    expect(verdict).toMatchObject({
      outcome: 'CONFIRMED',
      flips: [{ row: 'FALSIFY-SHIP-007', to: 'DISCHARGED' }],
    })
  })

  it('count rows', () => {
    expect(outcomes('A scoreboard of a run', { gates: gates(11, 0) })).toEqual([
      'CONFIRMED',
      'CONFIRMED',
    ])
    expect(outcomes('A scoreboard of a run', { gates: gates(10, 1) })).toEqual([
      'REFUTED',
      'REFUTED',
    ])
  })

  it('convert the unit of a bound', () => {
    const name = 'A correction of a paragraph'
    expect(outcomes(name, { probe: 'peak_memory: 9700.0 MiB\n' })).toEqual(['REFUTED'])
    expect(outcomes(name, { probe: 'peak_memory: 7.25 GiB\n' })).toEqual(['CONFIRMED'])
  })

  it('hold for every size', () => {
    const log = (large: string) =>
      `size,device,latency\n4,cuda,0.18\n4,cpu,20.1\n8,cuda,${large}\n8,cpu,40.1\n`
    expect(outcomes('A table of gains', { bench: log('0.30') })).toEqual(['CONFIRMED'])
    expect(outcomes('A table of gains', { bench: log('39.0') })).toEqual(['REFUTED'])
  })

  it('compare outputs', () => {
    expect(outcomes('Equal texts', { new: 'the cat\n', old: 'the cat\n' })).toEqual(['CONFIRMED'])
    expect(outcomes('Equal texts', { new: 'a cat\n', old: 'the cat\n' })).toEqual(['REFUTED'])
  })

  it('judge exit codes', () => {
    expect(outcomes('Exit codes', { parity: 'done\n' })).toEqual(['CONFIRMED'])
    expect(outcomes('Exit codes', { parity: 'done\n' }, { exit: 3 })).toEqual(['REFUTED'])
  })
})
