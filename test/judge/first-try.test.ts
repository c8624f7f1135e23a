/**
 * What people wrote who had nothing but the guide, on logs that no other test has: each decided at the
 * first try. `codicil investigate` writes of the same logs what they meet.
 */
import { describe, expect, it } from 'vitest'
import { draftInvestigation, judge, selectableIn } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

const criterion = (low: string, time: string, high: string) => `Benchmarking fft/1024
fft/1024                time:   [${low} µs ${time} µs ${high} µs]
                        thrpt:  [240.11 Melem/s 243.02 Melem/s 245.90 Melem/s]
Found 4 outliers among 100 measurements (4.00%)
  4 (4.00%) high mild
fft/4096                time:   [${low}1 µs ${time}1 µs ${high}1 µs]
`
const llama = (
  pp: string,
  tg: string,
) => `| model           |       size |     params | backend    | ngl | fa |  test |              t/s |
| --------------- | ---------: | ---------: | ---------- | --: | -: | ----: | ---------------: |
| qwen2 1.5B Q8_0 |   1.53 GiB |     1.54 B | CUDA       |  99 |  1 | pp512 |     ${pp} |
| qwen2 1.5B Q8_0 |   1.53 GiB |     1.54 B | CUDA       |  99 |  1 |  tg64 |        ${tg} |
`
const serving = `============ Serving Benchmark Result ============
Successful requests:                     500
Total input tokens:                      112004
Output token throughput (tok/s):         1598.49
Total Token throughput (tok/s):          3421.48
---------------Time to First Token----------------
Mean TTFT (ms):                          88.31
P99 TTFT (ms):                           301.77
-----Time per Output Token (excl. 1st token)------
Median TPOT (ms):                        17.63
---------------Inter-token Latency----------------
Median ITL (ms):                         16.95
P99 ITL (ms):                            41.33
==================================================
`
const prints = `[2026-03-01 12:00:02] INFO engine: peak memory: 11.8 GiB
[2026-03-01 12:00:02] INFO engine: prefill took 182.4 ms (512 tokens)
[2026-03-01 12:00:09] INFO engine: decode speed: 46.2 tok/s
[2026-03-01 12:00:09] INFO engine: cache hit rate = 87.5%
`
const pytest = `
------------------------------------ benchmark: 2 tests -----------------------------------
Name (time in us)            Min                 Max                Mean            StdDev
-------------------------------------------------------------------------------------------
test_tokenize_new        45.1230 (1.0)      98.2210 (1.02)     47.3310 (1.0)      2.1120 (1.0)
test_tokenize_old        91.0450 (2.02)     96.1020 (1.0)      93.2200 (1.97)     3.0210 (1.43)
-------------------------------------------------------------------------------------------
`
const losses = [9.1021, 5.221, 4.1033, 3.612, 3.3301, 2.8752, 2.8749, 2.8745]
const train = losses
  .map((loss, at) => `step ${at * 700}/5000 | loss ${loss.toFixed(4)} | lr 3.0e-4\n`)
  .join('')
const nsys = `Processing [report1.sqlite] with [/opt/nsight/reports/cuda_gpu_kern_sum.py]...

Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
71.3,912345678,4200,217225.2,216990.0,210112,260331,4021.7,"void flash<128, 64>(Params)"
18.9,241830012,8400,28789.3,28640.0,27900,40110,801.2,"rms_norm_f32(float const*, int)"
`
const accuracies = `| dataset | fp16 acc | int8 acc |
|---------|---------:|---------:|
| boolq   |   0.8211 |   0.8190 |
| mmlu    |   0.6310 |   0.6287 |
`

interface Tried {
  logs: Readonly<Record<string, string>>
  claims: readonly string[]
}

const tries: Readonly<Record<string, Tried>> = {
  Criterion: {
    logs: { simd: criterion('4.16', '4.21', '4.26'), scalar: criterion('9.16', '9.21', '9.26') },
    claims: ['time(simd) <= 0.5 * time(scalar) for all names', 'fft/1024(simd) < 5 µs'],
  },
  'llama-bench': {
    logs: {
      patched: llama('19812.44 ± 120.31', '288.12 ± 1.02'),
      stock: llama('19790.01 ± 99.81', '241.90 ± 0.80'),
    },
    claims: ['tg64(patched) >= 1.15 * tg64(stock)', 'pp512(patched) within 3 % of pp512(stock)'],
  },
  vLLM: {
    logs: { serve: serving },
    claims: [
      'P99 TTFT < 350 ms',
      'median TPOT is at most 20 ms',
      'output token throughput >= 1500 tok/s',
      'p99(itl) <= 3 * median(itl)',
      'successful requests = 500',
    ],
  },
  'plain prints': {
    logs: { probe: prints },
    claims: [
      'peak memory < 12 GiB',
      'decode speed >= 40 tok/s',
      'cache hit rate above 80 %',
      'prefill < 200 ms',
    ],
  },
  'pytest-benchmark': {
    logs: { bench: pytest },
    claims: [
      'mean(test_tokenize_new) <= 0.55 * mean(test_tokenize_old)',
      'std(test_tokenize_new) / mean(test_tokenize_new) < 6 %',
    ],
  },
  'a training loss': {
    logs: { train },
    claims: [
      'last(loss) < 3',
      'plateau(loss, step >= 3500) < 1 %',
      'rises(loss) = 0',
      'last(loss) <= 40 % of first(loss)',
      'loss(step = 700) > 5',
    ],
  },
  nsys: {
    logs: { nsys },
    claims: [
      '"Time (%)"(Name = "void flash<128, 64>(Params)") > 60 %',
      'avg(Name = "rms_norm_f32(float const*, int)") < 40 us',
    ],
  },
  'exit codes': {
    logs: { lint: '0 warnings\n', unit: 'Ran 212 tests in 3.4s\n\nOK\n' },
    claims: ['exit_code(lint) = 0 and exit_code(unit) = 0', 'seconds(unit) < 30 s'],
  },
  texts: {
    logs: {
      greedy: 'The capital is Paris.\n',
      speculative: 'The capital is Paris.\n',
      about: '{"engine": {"version": "2.4.1"}, "tokens": 7}\nbackend: cuda\n',
    },
    claims: [
      'output(speculative) == output(greedy)',
      'matches(version, "^2[.]4")',
      'backend == "cuda"',
    ],
  },
  'a tolerance': {
    logs: { acc: accuracies },
    claims: [
      'int8_acc >= 0.99 * fp16_acc for all datasets',
      'abs(int8 acc(dataset = mmlu) - fp16 acc(dataset = mmlu)) < 0.005',
    ],
  },
}

function outcomes({ logs, claims }: Tried): string[] {
  const hypotheses = Object.fromEntries(claims.map((claim, at) => [`H${at + 1}`, claim]))
  const investigation = JSON.stringify({ title: 't', hypotheses })
  return judge(bundleOf({ investigation, logs })).hypotheses.map(
    ({ outcome, claim, reason }) => `${outcome}: ${outcome === 'CONFIRMED' ? claim : reason}`,
  )
}

describe('a first try', () => {
  it.each(Object.entries(tries))('on %s is decided', (_, tried) => {
    expect(outcomes(tried)).toEqual(tried.claims.map((claim) => `CONFIRMED: ${claim}`))
  })
})

describe('what is written of logs', () => {
  const written = ({ logs }: Tried) => {
    const { evidence, files } = bundleOf({ investigation: 'title: t\n', logs })
    return { text: draftInvestigation({ ...evidence, files }, 'As it is'), evidence, files }
  }

  it.each(Object.entries(tries).filter(([name]) => name !== 'exit codes'))(
    'has at most ten lines, and holds for %s',
    (_, tried) => {
      const { text } = written(tried)
      const { hypotheses } = judge(bundleOf({ investigation: text, logs: tried.logs }))
      expect(hypotheses.length).toBeGreaterThan(0)
      expect(text.trim().split('\n').length).toBeLessThanOrEqual(10)
      expect(hypotheses.filter(({ outcome }) => outcome !== 'CONFIRMED')).toEqual([])
    },
  )

  it('compares the second log with the first, and leaves out work that differs', () => {
    const log = (batch: number, speed: string) => `batch: ${batch}\nspeed: ${speed} tok/s\n`
    const { text } = written({ logs: { old: log(8, '100.0'), new: log(8, '140.0') }, claims: [] })
    expect(text).toContain('H1: speed(new) >= 1.3 * speed(old)')
    const other = written({ logs: { old: log(1, '100.0'), new: log(8, '140.0') }, claims: [] })
    expect(other.text).toContain('hypotheses: {}')
  })

  it('comes with a list of figures, series and columns', () => {
    const { evidence, files } = written(tries['a tolerance']!)
    expect(selectableIn({ ...evidence, files })).toMatchObject({
      columns: [{ name: 'dataset', texts: ['boolq', 'mmlu'] }],
      series: [],
    })
    const series = written(tries['a training loss']!)
    expect(selectableIn({ ...series.evidence, files: series.files }).series).toContainEqual({
      call: 'loss',
      count: 8,
    })
  })
})
