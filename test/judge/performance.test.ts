/** The gate of performance figures, held against logs that look comparable and are not. */
import { describe, expect, it } from 'vitest'
import { judge } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

type Logs = Readonly<Record<string, string>>

function verdict(logs: Logs, predicate: string, more = '') {
  const investigation = `title: t\nhypotheses: { H1: { confirm: ${JSON.stringify(predicate)}${more} } }\n`
  const { outcome, reason } = judge(bundleOf({ investigation, logs })).hypotheses[0]!
  return `${outcome}: ${reason}`
}

/** Two logs whose throughputs are 140 and 100. */
const pair = (line: string, other: string): Logs => ({
  new: `${line}throughput: 140.0 tok/s\n`,
  old: `${other}throughput: 100.0 tok/s\n`,
})
const faster = 'throughput(new) >= 1.3 * throughput(old)'

const table = (rows: string) => ({ b: `device,batch,latency_ms\n${rows}` })
const objects = (rows: unknown, indent = 0) => ({ b: `${JSON.stringify(rows, null, indent)}\n` })
const rows = (batch: number) => [
  { name: 'new', latency_ms: 5.5, batch: 8 },
  { name: 'old', latency_ms: 9.5, batch },
]

const serving = ({ concurrency = 16, input = 215_196, throughput = '3210.50' }) =>
  [
    '============ Serving Benchmark Result ============',
    'Successful requests:                     1000',
    `Maximum request concurrency:             ${concurrency}`,
    `Total input tokens:                      ${input}`,
    `Output token throughput (tok/s):         ${throughput}`,
    'Total Token throughput (tok/s):          9000.10',
    '',
  ].join('\n')
const served = 'output_token_throughput(new) >= 1.3 * output_token_throughput(old)'

describe('different work is not compared', () => {
  it.each([
    ['a line above', pair('batch: 8\n', 'batch: 1\n'), faster, 'batch 8≠1'],
    ['the same line', pair('batch=8 ', 'batch=1 '), faster, 'batch 8≠1'],
    ['a heading', pair('## fused, batch 8\n', '## plain, batch 1\n'), faster, 'batch 8≠1'],
    ['another spelling', pair('batch size: 8\n', 'bs=1\n'), faster, 'batch 8≠1'],
    [
      'the command line',
      pair('args: --batch-size 8\n', 'args: --batch-size=1\n'),
      faster,
      'batch 8≠1',
    ],
    ['a word', pair('Model: llama-7B\n', 'Model: llama-13B\n'), faster, 'model llama-7B≠llama-13B'],
    [
      'several words',
      pair('model: Qwen 2.5 7B, bf16\n', 'model: Qwen 2.5 14B\n'),
      faster,
      'model Qwen 2.5 7B≠Qwen 2.5 14B',
    ],
    ['a row', table('cuda,1,10.0\ncpu,8,40.0\n'), 'latency(cpu) >= 2 * latency(cuda)', 'batch 8≠1'],
    ['objects', objects(rows(1)), 'latency(new) < latency(old)', 'batch 8≠1'],
    ['objects over lines', objects(rows(1), 2), 'latency(new) < latency(old)', 'batch 8≠1'],
    [
      'other rows of a series',
      { b: 'size,device,ms\n1,cuda,1.5\n1,cpu,9.5\n4,cpu,40.5\n' },
      'max(ms, cuda) < max(ms, cpu)',
      'size 1≠1, 4',
    ],
    [
      'a serving benchmark',
      { new: serving({}), old: serving({ concurrency: 8, throughput: '2010.00' }) },
      served,
      'concurrency 16≠8',
    ],
    [
      'its inputs',
      { new: serving({}), old: serving({ input: 1000, throughput: '2010.00' }) },
      served,
      'total_input_tokens 215196≠1000',
    ],
    [
      'a product',
      pair('model=a ', 'model=b '),
      'throughput(new) - 2 * throughput(old) < 0',
      'model a≠b',
    ],
  ])('as %s says', (_, logs, predicate, told) => {
    expect(verdict(logs, predicate)).toMatch(/^INCONCLUSIVE/)
    expect(verdict(logs, predicate)).toContain(`INCOMPARABLE(${told})`)
  })

  it('where one side alone says it, unless somebody vouches for the other', () => {
    const logs = pair('batch: 8\n', '')
    expect(verdict(logs, faster)).toContain('UNPROVEN(batch?): one side states batch 8')
    expect(verdict(logs, faster, ', assert: { batch: 8 }')).toMatch(
      /^CONFIRMED: .* \(asserted: batch 8\)/,
    )
    expect(verdict(logs, faster, ', assert: { batch size: 4 }')).toContain(
      'INCOMPARABLE(batch 8≠4)',
    )
    expect(verdict(pair('batch: 8\n', 'batch: 4\n'), faster, ', assert: { batch: 8 }')).toContain(
      'INCOMPARABLE(batch 8≠4)',
    )
  })

  it.each([
    ['the same objects', objects(rows(8)), 'latency(new) < latency(old)'],
    ['the same objects over lines', objects(rows(8), 2), 'latency(new) < latency(old)'],
    [
      'a size that both name',
      { b: 'size,device,ms\n1,cuda,1.5\n4,cpu,40.5\n' },
      'ms(cuda, {size: 1}) < ms(cpu, {size: 4})',
    ],
    [
      'a type that both name',
      { b: 'dtype,throughput\nbf16,140.0\nfp32,100.0\n' },
      'throughput(bf16) > throughput(fp32)',
    ],
    ['a share of its own row', { b: 'batch=8 hits=30.0 all=40.0\n' }, 'hits / all > 0.5'],
    ['a serving benchmark', { new: serving({}), old: serving({ throughput: '2010.00' }) }, served],
    ['two ends of a series', { train: 'step,loss\n1,3.5\n2,2.5\n' }, 'last(loss) < first(loss)'],
  ])('but %s is', (_, logs, predicate) => {
    expect(verdict(logs, predicate)).toMatch(/^CONFIRMED/)
  })
})

describe('units and metrics', () => {
  it.each([
    [
      'names',
      { new: 'latency_ms: 250.0\n', old: 'latency_s: 0.50\n' },
      'latency(new) < latency(old)',
    ],
    [
      'heads',
      { new: 'size,latency_ms\n4,1.0\n', old: 'size,latency_us\n4,1500.0\n' },
      'latency(new) < latency(old)',
    ],
    [
      'products',
      { new: 'wait: 2.0 ms\n', old: 'wait: 0.50 s\n' },
      'wait(new) / (2 * wait(old)) < 0.01',
    ],
    [
      'differences',
      { new: 'wait: 2.0 ms\n', old: 'wait: 0.50 s\n' },
      'wait(new) - 2 * wait(old) < 0',
    ],
    ['multiples', { new: 'mem: 1000 KB\n', old: 'mem: 1000 KiB\n' }, 'mem(new) < mem(old)'],
    ['halves', { b: 'wait: 30.0 ms\n' }, 'wait / 2 < 20 ms'],
  ])('of %s are converted', (_, logs, predicate) => {
    expect(verdict(logs, predicate)).toMatch(/^CONFIRMED/)
  })

  it.each([
    [
      'tok/s and ms/token',
      { new: 'v: 30.0 tok/s\n', old: 'v: 20.0 ms/token\n' },
      'v(new) > v(old)',
      'unit tok/s≠ms/token',
    ],
    [
      'ms and none',
      { new: 'v: 2.0 ms\n', old: 'v: 1500.0\n' },
      'v(new) < v(old)',
      'UNPROVEN(unit?)',
    ],
    [
      '% and a share',
      { new: 'util: 0.93\n', old: 'util: 90 %\n' },
      'util(new) > util(old)',
      'UNPROVEN(unit?)',
    ],
    [
      'mean and median',
      { new: 'v: mean=10.0 ms\n', old: 'v: median=9.0 ms\n' },
      'v(new) > v(old)',
      'INCOMPARABLE(mean≠median)',
    ],
    [
      'two metrics of one unit',
      { new: 'output rate: 140.0 tok/s\n', old: 'total rate: 100.0 tok/s\n' },
      'tok_s(new) > tok_s(old)',
      'INCOMPARABLE(output rate≠total rate)',
    ],
    [
      'two names without a unit',
      { new: 'rate: 140.0\n', old: 'wait: 100.0\n' },
      'rate(new) > wait(old)',
      'UNPROVEN(unit?): rate and wait',
    ],
  ])('%s are not compared', (_, logs, predicate, told) => {
    expect(verdict(logs, predicate)).toMatch(/^INCONCLUSIVE/)
    expect(verdict(logs, predicate)).toContain(told)
  })
})

describe('what figures vary by', () => {
  const logs = (a: string, b: string) => ({ new: `v: ${a}\n`, old: `v: ${b}\n` })

  it.each([
    ['a single run', logs('101.0 tok/s', '100.0 tok/s'), 'v(new) > v(old)'],
    [
      'a deviation of zero',
      logs('mean=101.0 ms std=0.0 ms', 'mean=100.0 ms std=0.0 ms'),
      'v(new) > v(old)',
    ],
    ['a deviation', logs('mean=107.0 ms std=5 ms', 'mean=100.0 ms std=5 ms'), 'v(new) > v(old)'],
    [
      'three repeats',
      {
        new: 'v: 101.0 ms\nv: 109.0 ms\nv: 98.0 ms\n',
        old: 'v: 100.0 ms\nv: 99.0 ms\nv: 100.5 ms\n',
      },
      'median(v, new) > median(v, old)',
    ],
    ['printed digits', logs('101 MB', '100 MB'), 'v(new) within 1 % of v(old)'],
    ['a change from below zero', logs('0.5', '-0.5'), 'change(v, new / old) <= -10 %'],
    ['a change from zero', logs('0.5', '0.0'), 'change(v, new / old) >= 10 %'],
  ])('leaves %s open', (_, printed, predicate) => {
    expect(verdict(printed, predicate)).toMatch(/^INCONCLUSIVE/)
  })

  it.each([
    ['a single run', logs('104.0 tok/s', '100.0 tok/s'), 'v(new) > v(old)'],
    ['bytes, which are counted', logs('101.0 MB', '100.0 MB'), 'v(new) > v(old)'],
    ['two quantiles of one run', { b: 'v: p50=10.0 ms p99=10.3 ms\n' }, 'p99(v) > p50(v)'],
  ])('decides %s', (_, printed, predicate) => {
    expect(verdict(printed, predicate)).toMatch(/^CONFIRMED/)
  })

  it('tells that a single run counts as ± 1 %', () => {
    expect(verdict(logs('101.0 tok/s', '100.0 tok/s'), 'v(new) > v(old)')).toContain(
      'v(new) / v(old) is 1.01: the bounds lie within the precision or the spread of the figures (a single run that states no spread counts as ± 1 %)',
    )
  })
})
