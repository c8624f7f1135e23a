/** Predicates as people write them who have only the guide, held against logs of known programs. */
import { describe, expect, it } from 'vitest'
import { judge } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

const bench = (pp: string, tg: string) =>
  [
    '| model         |     size |  params | backend | ngl |  test |            t/s |',
    '| ------------- | -------: | ------: | ------- | --: | ----: | -------------: |',
    `| llama 7B Q4_0 | 3.56 GiB |  6.74 B | CUDA    |  99 | pp512 | ${pp} ± 1.00 |`,
    `| llama 7B Q4_0 | 3.56 GiB |  6.74 B | CUDA    |  99 | tg128 |  ${tg} ± 0.40 |`,
    '',
  ].join('\n')

const logs: Readonly<Record<string, string>> = {
  old: bench('2368.00', '100.00'),
  new: bench('2374.00', '131.42'),
  probe: [
    'batch: 8',
    'latency: mean=12.5 ms std=0.3 ms p99=13.1 ms',
    'throughput: 38.5 tok/s',
    'peak memory: 7.25 GiB',
    'GPU utilization: 93 %',
    'accuracy: 93.1',
    '',
  ].join('\n'),
  sizes:
    'size,device,latency_ms,p99_ms\n1,cuda,0.18,0.25\n1,cpu,20.1,22.0\n4,cuda,0.6,0.7\n4,cpu,80.2,85.0\n',
  train: ['1000 | loss 3.1000', '4000 | loss 1.9010', '5000 | loss 1.8990']
    .map((one) => `step ${one} | tok/s 12000\n`)
    .join(''),
  nccl: [
    '#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong',
    '#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)',
    '     1048576        262144     float     sum      -1    50.12   20.92   36.61      0    49.80   21.06   36.85      0',
    '   134217728      33554432     float     sum      -1   680.10  197.35  345.36      0   679.00  197.67  345.92      0',
    '# Avg bus bandwidth    : 192.656',
    '',
  ].join('\n'),
  serve: [
    '============ Serving Benchmark Result ============',
    'Successful requests:                     1000',
    'Output token throughput (tok/s):         3210.50',
    'Mean TTFT (ms):                          45.20',
    'P99 TTFT (ms):                           120.30',
    '',
  ].join('\n'),
  gemm: '{"benchmarks":[{"name":"BM_gemm/256","real_time":120.5,"time_unit":"us"},{"name":"BM_gemm/512","real_time":880.1,"time_unit":"us"}]}\n',
  pytest: '=================== 1 failed, 40 passed, 1 skipped in 12.34s ===================\n',
}

function judged(ids: string, predicate: string) {
  const chosen = Object.fromEntries(ids.split(' ').map((id) => [id, logs[id] ?? '']))
  const investigation = `title: t\nhypotheses:\n  H1: { confirm: ${JSON.stringify(predicate)} }\n`
  const [verdict] = judge(bundleOf({ investigation, logs: chosen })).hypotheses
  return verdict!
}

function refusalOf(predicate: string): string {
  try {
    return `not refused: ${judged('probe', predicate).reason}`
  } catch (error) {
    return (error as Error).message
  }
}

describe('a predicate in words', () => {
  it.each([
    ['probe', 'latency < 20 ms'],
    ['probe', 'latency is at most 0.02 s'],
    ['probe', 'latency ≤ 20ms'],
    ['probe', '10 < latency < 20 ms'],
    ['probe', 'latency between 10 and 20 ms and throughput at least 30 tok/s'],
    ['probe', 'latency = 12.5 ± 0.5 ms'],
    ['probe', 'abs(latency - 12.5) < 1'],
    ['probe', 'latency.p99 < 20 ms'],
    ['probe', 'p99 latency under 20 ms'],
    ['probe', 'std(latency) < 5 % of mean(latency)'],
    ['probe', 'peak memory <= 8 GiB'],
    ['probe', 'GPU utilization > 90 %'],
    ['probe', 'throughput > 30 tokens/s and not batch > 8'],
    ['probe', 'exit_code = 0 and seconds < 60 s'],
    ['new old', 'tg128(new) >= 130 % of tg128(old)'],
    ['new old', 'tg128(new) is at least 1.3x tg128(old)'],
    ['new old', 'change(tg128, new / old) >= 30 %'],
    ['new old', 'ratio(tg128, new, old) between 1.2 and 1.4'],
    ['new old', 'pp512(new) within 1 % of pp512(old)'],
    ['new old', 'change(pp512, new / old) within 1 %'],
    ['new old', 'tok/s(new) > tok/s(old) for every test'],
    ['sizes', 'latency(cuda) < 1 ms for all sizes'],
    ['sizes', 'ratio(latency, cpu / cuda) > 100 for each size'],
    ['sizes', 'p99(cuda, {size: 4}) < 1 ms'],
    ['train', 'last(loss) <= 65 % of first(loss)'],
    ['train', 'loss({step: 5000}) < 1.9 and min(tok/s) >= 12000'],
    ['nccl', 'busbw(in-place) >= busbw(out-of-place) for all sizes'],
    ['nccl', 'max(#wrong) = 0 and avg bus bandwidth > 190'],
    ['nccl', 'busbw(out-of-place, {size: 134217728}) > 300 GB/s'],
    ['serve', 'mean(ttft) < 50 ms and P99 TTFT < 0.15 s'],
    ['serve', 'output token throughput >= 3000 tok/s and successful requests = 1000'],
    ['gemm', 'real_time(BM_gemm/512) / real_time(BM_gemm/256) < 8'],
    ['pytest', 'exit_code = 0'],
  ])('of %s holds: %s', (ids, predicate) => {
    expect(judged(ids, predicate)).toMatchObject({ outcome: 'CONFIRMED' })
  })

  it.each([
    ['probe', 'latency > 20 ms'],
    ['probe', 'GPU utilization > 95 %'],
    ['probe', '20 ms < latency < 30 ms'],
    ['new old', 'tg128(new) within 10 % of tg128(old)'],
    ['sizes', 'latency(cuda) < 0.5 ms for all sizes'],
    ['train', 'abs(last(loss) - first(loss)) < 0.5'],
  ])('of %s does not hold: %s', (ids, predicate) => {
    expect(judged(ids, predicate)).toMatchObject({ outcome: 'REFUTED' })
  })

  it.each([
    ['throughput > 5 %', 'it is in tok/s, and per cent of what is not said'],
    ['accuracy > 90 %', '93.1 may be per cent or a share'],
    ['throughput > 30 ms', 'it is in tok/s, and that is no ms'],
    ['accuracy > 90 ms', 'no unit is stated'],
    ['latencey < 20 ms', 'near it: latency'],
  ])('%s is not decided: %s', (predicate, reason) => {
    const verdict = judged('probe', predicate)
    expect(verdict.outcome).toBe('INCONCLUSIVE')
    expect(verdict.reason).toContain(reason)
  })

  it.each([
    ['throughput >= latency + 30 %', '“+ 30 %” may be points, or a share'],
    ['throughput is 30 % faster than 20', 'this does not say what is divided by what'],
    ['latency within 1 ms of 12', 'a tolerance is a share'],
    ['latency within 1 %', 'this does not say within 1 % of what'],
    ['1 < latency > 3', 'a chain of comparisons runs in one direction'],
    ['latency < 20 ms where batch = 8', 'a condition does not stand behind a predicate'],
    ['loss at step 5000 < 2', 'a number stands behind a name'],
    ['latency - 5 ms < 20', 'a number with a unit stands alone on its side'],
  ])('%s is refused: %s', (predicate, what) => {
    expect(refusalOf(predicate)).toContain(what)
  })

  it('is told at its own place', () => {
    expect(refusalOf('latency is at most 20 ms and throughput + 30 % > 5')).toMatch(
      /:3:\d+: hypotheses\[0\]\.confirm: “\+ 30 %”/,
    )
  })

  it('stands in the verdict as it was written', () => {
    expect(judged('probe', 'latency is at most 20 ms').reason).toBe(
      'latency is 12.5 ms: `latency is at most 20 ms` holds.',
    )
  })
})
