/** Rows that are called by the names of benchmarks: one by its name, or all of both logs. */
import { describe, expect, it } from 'vitest'
import { draftInvestigation, judge } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

const rule = '-'.repeat(64)
const google = (rows: Readonly<Record<string, string>>) =>
  `Run on (32 X 3700 MHz CPU s)
${rule}
Benchmark                      Time             CPU   Iterations
${rule}
${Object.entries(rows)
  .map(
    ([name, time]) =>
      `${name.padEnd(20)} ${time.padStart(8)} ns ${time.padStart(8)} ns      1000\n`,
  )
  .join('')}`

const old = google({ 'BM_Add/64': '184', 'BM_Add/1024': '702', 'BM_Add/1024/fast': '650' })
const fresh = google({ 'BM_Add/64': '97.4', 'BM_Add/1024': '341', 'BM_Add/1024/fast': '420' })

const hyperfine = `Benchmark 1: ./engine-v1 --prompt p.txt -n 64
  Time (mean ± σ):      1.843 s ±  0.021 s    [User: 1.512 s, System: 0.318 s]
  Range (min … max):    1.817 s …  1.889 s    10 runs

Benchmark 2: ./engine-v2 --prompt p.txt -n 64
  Time (mean ± σ):      1.302 s ±  0.018 s    [User: 1.120 s, System: 0.271 s]
  Range (min … max):    1.274 s …  1.331 s    10 runs
`
const go = (time: string, other: string) => `goos: linux
pkg: example.com/gemm
BenchmarkGemm/n=512-12              620           ${time} ns/op           512 B/op             3 allocs/op
BenchmarkCopy-12                1000000           ${other} ns/op           0 B/op             0 allocs/op
PASS
`

type Logs = Readonly<Record<string, string>>

function verdict(logs: Logs, hypothesis: unknown, exits: Readonly<Record<string, number>> = {}) {
  const investigation = JSON.stringify({ title: 't', hypotheses: { H1: hypothesis } })
  const [found] = judge(bundleOf({ investigation, logs, exits })).hypotheses
  return found!
}

const logs = { old, new: fresh }

describe('a row', () => {
  it.each([
    [logs, 'time(BM_Add/1024, old) between 701 and 703 ns'],
    [logs, 'time(BM_Add/1024/fast, new) < 421 ns'],
    [logs, 'time(new, name = "BM_Add/1024") < 342 ns'],
    [logs, 'ratio(time(BM_Add/64), old / new) >= 1.8'],
    [{ hf: hyperfine }, 'time(./engine-v1) >= 1.25 * time(./engine-v2)'],
    [{ hf: hyperfine }, 'ratio(time, ./engine-v1 / ./engine-v2) > 1.25'],
    [{ hf: hyperfine }, 'mean("./engine-v1") < 1.9 s'],
    [{ hf: hyperfine }, 'std(time, ./engine-v2) / mean(time, ./engine-v2) < 3 %'],
    [{ hf: hyperfine }, 'User(./engine-v2) < 1.2 s'],
    [{ go: go('1922877', '1234') }, 'time(BenchmarkGemm/n=512-12) < 2 ms'],
  ])('is picked by its name, %#: %s', (given, claim) => {
    const { outcome, reason } = verdict(given, claim)
    expect(`${outcome} ${outcome === 'CONFIRMED' ? '' : reason}`).toBe('CONFIRMED ')
  })

  it('is asked for where a figure stands in several', () => {
    expect(verdict(logs, 'time(old) < 1 ms').reason).toContain(
      'name a row: `time("BM_Add/64", old)`, or write `for all names`',
    )
  })
})

describe('all rows', () => {
  const claim = 'ratio(time, old / new) >= 1.5 for all names'

  it.each([
    ['is confirmed where each is', 1.5, 'CONFIRMED'],
    ['is refuted by one', 1.6, 'REFUTED'],
  ])('%s', (_, bound, outcome) => {
    expect(verdict(logs, `ratio(time, old / new) >= ${bound} for all names`).outcome).toBe(outcome)
    expect(verdict(logs, `ratio(cpu, old / new) >= ${bound} for all benchmarks`).outcome).toBe(
      outcome,
    )
  })

  it('are those that both have, and others are told', () => {
    const more = { old, new: `${fresh}BM_Add/9              12 ns       12 ns      1000\n` }
    const fewer = { old, new: fresh.replace(/^BM_Add\/64.*\n/m, '') }
    expect(verdict(more, claim)).toMatchObject({
      outcome: 'CONFIRMED',
      beside: 'only time(new) has BM_Add/9',
    })
    expect(verdict(fewer, claim).reason).toContain('left out: only time(old) has BM_Add/64.')
  })

  it('are not all where a diagnostic failed, or says why a row has no figure', () => {
    const fewer = { old, new: fresh.replace(/^BM_Add\/64.*\n/m, '') }
    expect(verdict(fewer, claim, { new: 1 })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      reason: expect.stringContaining('and new failed') as string,
    })
    const error = {
      old,
      new: fresh.replace(/^(BM_Add\/64) .*$/m, "$1 ERROR OCCURRED: 'no memory'"),
    }
    expect(verdict(error, claim).outcome).toBe('INCONCLUSIVE')
  })

  it('can be listed, in the predicate or beside it', () => {
    const all = ['BM_Add/64', 'BM_Add/1024']
    const confirm = 'ratio(time, old / new) >= 1.8'
    expect(verdict(logs, { confirm, all }).outcome).toBe('CONFIRMED')
    expect(verdict(logs, `${confirm} for all [BM_Add/64, BM_Add/1024]`).outcome).toBe('CONFIRMED')
    expect(verdict(logs, `${confirm} for all [BM_Add/64, BM_Add/1024/fast]`).outcome).toBe(
      'REFUTED',
    )
    expect(verdict(logs, `${confirm} for all [BM_Add/64, BM_Add/7]`).outcome).toBe('INCONCLUSIVE')
  })

  it('take one line of an investigation that is written from two logs', () => {
    const { evidence, files } = bundleOf({ investigation: 'title: t\n', logs })
    expect(draftInvestigation({ ...evidence, files }, 'T')).toBe(`title: T
hypotheses:
  H1: ratio(time, new / old) <= 0.68 for all names
  H2: ratio(cpu, new / old) <= 0.68 for all names
`)
  })

  it('are read in other tables of names, too', () => {
    const two = { old: go('1922877', '1234'), new: go('961000', '700') }
    expect(verdict(two, 'ratio(time, new / old) < 0.6 for all names').outcome).toBe('CONFIRMED')
  })
})
