/** Ways of printing a figure: what is read of each, and what is left and told. */
import { describe, expect, it } from 'vitest'
import { brief, only, read } from './short.ts'

function units(log: string): (string | undefined)[] {
  return read(log).measurements.map(({ facts }) => facts.unit)
}

function reasons(log: string | Uint8Array): string[] {
  return read(log).unreadLines.map(({ reason }) => reason)
}

describe('several names and as many numbers', () => {
  it.each([
    ['mean ± std: 12.5 ± 0.3 ms', 'mean ± std: mean=12.5 std=0.3'],
    ['mean +/- std: 12.5 +/- 0.3', 'mean +/- std: mean=12.5 std=0.3'],
    ['latency mean ± std: 12.5 ± 0.3 ms', 'latency: mean=12.5 std=0.3'],
    ['Latency (mean ± std): 12.5 ± 0.3 ms', 'Latency: mean=12.5 std=0.3'],
    ['v_out mean (std): 0.0100 (0.9000)', 'v_out: mean=0.0100 std=0.9000'],
    ['mean, std: 12.5, 0.3', 'mean, std: mean=12.5 std=0.3'],
    ['min / avg / max: 1.0 / 2.0 / 3.0 ms', 'min / avg / max: min=1.0 mean=2.0 max=3.0'],
    ['rtt min/avg/max = 0.045/0.061/0.082 ms', 'rtt: min=0.045 mean=0.061 max=0.082'],
    ['q_out p50/p99: 1.5/2.5 ms', 'q_out: p50=1.5 p99=2.5'],
    ['perf: 38.5 ± 0.7 tok/s (n=5)', 'perf: value=38.5 plus_minus=0.7'],
  ])('are paired one to one in %j', (log, reading) => {
    expect(brief(log)).toEqual([reading])
    expect(reasons(log)).toEqual([])
  })

  it.each(['mean: 0.5(2)', 'mean = 0.512(13)', 'std: 1.5(2) ms'])(
    'leave an uncertainty in brackets, and the number before it, to be told: %s',
    (log) => {
      expect(brief(log)).toEqual([])
      expect(reasons(log)).toHaveLength(1)
    },
  )

  it('are stages of their own where they are no statistics', () => {
    expect(brief('loss, acc: 0.5, 0.9')).toEqual(['loss: value=0.5', 'acc: value=0.9'])
  })

  it.each(['mean (std): 12.5', 'mean, std: 1, 2, 3', 'x: 1, 2, 3', 'x, y: 5', 'mean ± std: 1'])(
    'are not read where their counts differ: %s',
    (log) => {
      expect(brief(log)).toEqual([])
      expect(reasons(log)).toHaveLength(1)
    },
  )
})

describe('names that relate two statistics', () => {
  it.each([
    ['max/min: 3.0', 'max/min: value=3.0'],
    ['std of mean: 0.01', 'std of mean: value=0.01'],
    ['abs max: 3.5', 'abs max: value=3.5'],
    ['MSE: 1e-6, RMSE: 1e-3', 'RMSE: rms_diff=1e-3'],
  ])('are no statistic of a stage: %s', (log, reading) => {
    expect(brief(log).at(-1)).toBe(reading)
  })

  it('say nothing for certain where they hold one against another', () => {
    expect(brief('max abs err vs mean: 0.5')).toEqual([])
    expect(reasons('max abs err vs mean: 0.5')).toHaveLength(1)
  })
})

describe('words and numbers without a mark', () => {
  it.each([
    ['ffn_up: mean 0.01, std 1.25, n 3584', ['ffn_up: mean=0.01 std=1.25 n=3584']],
    ['kernel gemm took 12.5 us (n = 1,000 iters)', ['kernel gemm: value=12.5']],
    ['step 3/3 loss 2.00', ['loss: value=2.00']],
    ['bench: 100% done, mean 12.5 ms', ['bench: mean=12.5']],
    ['bandwidth 1,234.56 GB/s, util 36.85%', ['bandwidth: value=1,234.56', 'util: value=36.85']],
    ['torch.Size([7, 5]) torch.bfloat16 mean 0.5 std 0.25', ['mean, std: mean=0.5 std=0.25']],
  ])('are read where they are measures: %s', (log, reading) => {
    expect(brief(log)).toEqual(reading)
  })

  it.each([
    'Loading 5 files',
    'waiting for 30 s',
    'PR 1083 of commit 5',
    '✅ PASS: 38.5 tok/s > 30 tok/s',
    'size: 3.5 million parameters',
    'size: 1 024 bytes',
  ])('are told where they are prose: %s', (log) => {
    expect(brief(log)).toEqual([])
    expect(reasons(log)).toHaveLength(1)
  })
})

describe('a count', () => {
  it('is none beside m and k', () => {
    expect(only('gemm(m=16,n=1,k=256): mean=0.5 std=1.5')).toMatchObject({ facts: {} })
    expect(read('gemm m=16 n=1 k=256 mean=0.5').measurements[0]?.facts.n).toBeUndefined()
  })

  it('may be grouped', () => {
    expect(only('q: n=4,096 mean=0.5').facts.n).toBe(4096)
  })
})

describe('a unit', () => {
  it('stands in brackets behind the name', () => {
    expect(units('Mean TTFT (ms): 9.5\nrate [tok/s]: 5\n')).toEqual(['ms', 'tok/s'])
  })

  it('is the head of a column', () => {
    const log = '| kernel | time (µs) | GB/s |\n|--|--|--|\n| gemm | 12.5 | 1,812.4 |\n'
    expect(units(log)).toEqual(['µs', 'GB/s'])
  })

  it('is no word that only follows', () => {
    expect(brief('made: 5 widgets')).toEqual([])
  })
})

describe('a standard deviation', () => {
  it('below zero is refused and told', () => {
    expect(brief('q: mean=0.5 std=-1.2')).toEqual(['q: mean=0.5'])
    expect(reasons('q: mean=0.5 std=-1.2')[0]).toContain('negative')
  })
})

describe('prefixes of loggers', () => {
  it.each([
    '2026-03-04T05:06:07.1234567Z ',
    '2026-03-04 05:06:08,456 - bench - INFO - ',
    '[2026-03-04 05:06:08] INFO engine.py:116: ',
    'I0304 05:06:10.123456 12345 bench.cc:42] ',
    '(EngineCore pid=1234) INFO 03-04 05:06:07 [runner.py:12] ',
    '[1,0]<stdout>: ',
    '[rank0]: ',
    'Mar 04 05:06:07 host bench[123]: ',
    '2026-03-04T05:06:07.123Z INFO  apr::trace: ',
    '[03/04/2026-05:06:07] [I] ',
    'INFO: ',
  ])('are taken off: %s', (prefix) => {
    const log = `${prefix}Path A:\n${prefix}  q_out: n=4, mean=0.5\n`
    expect(read(log).measurements).toMatchObject([{ stage: 'q_out', under: ['Path A'] }])
  })
})

describe('objects that Python prints', () => {
  it.each([
    ["{'loss': 2.5, 'lr': 5e-05, 'ok': True}", ['loss: value=2.5', 'lr: value=5e-05']],
    ["layer_3: {'mean': -0.5, 'std': 1.5}", ['layer_3: mean=-0.5 std=1.5']],
    ["OrderedDict([('max_diff', 0.5)])", ['max_diff: max_abs_diff=0.5']],
    ["max_diff=tensor(0.5, device='cuda')", ['max_diff: max_abs_diff=0.5']],
    ["{'loss': nan}", ['loss: value=nan']],
  ])('are read: %s', (log, reading) => {
    expect(brief(log)).toEqual(reading)
  })

  it('are not read where they are rows of a tensor', () => {
    expect(brief('tensor([[0.5, 0.25],\n        [0.75, 0.125]])\n')).toEqual([])
  })
})

describe('a bar of progress', () => {
  it('gives its last rate', () => {
    const log =
      'eval: 10%|#  | 1/10 [00:00<00:09, 1.0it/s]\reval: 100%|###| 10/10 [00:01<00:00, 9.9it/s, loss=0.5]\n'
    expect(brief(log)).toEqual(['eval: rate=9.9', 'eval loss: value=0.5'])
  })
})

describe('figures under a heading of a difference', () => {
  it('are of the pair that it names', () => {
    const log = '=== DIFF (A vs B) ===\nq: max_abs=0.02, rms=0.01\n'
    expect(only(log)).toMatchObject({
      side: 'A',
      against: 'B',
      figures: { max_abs_diff: {}, rms_diff: {} },
    })
  })
})

describe('bytes that are no UTF-8', () => {
  const log = 'q: mean=0.5\nk: mean=0.25\n'

  it('are read as UTF-16 where their mark says so', () => {
    const bytes = new Uint8Array(Buffer.from(`\ufeff${log}`, 'utf16le'))
    expect(brief(bytes)).toEqual(['q: mean=0.5', 'k: mean=0.25'])
    expect(brief(new Uint8Array(Buffer.from(bytes).swap16()))).toEqual(brief(bytes))
  })

  it('are called binary without one', () => {
    const bytes = new Uint8Array(Buffer.from(log, 'utf16le'))
    expect(brief(bytes)).toEqual([])
    expect(reasons(bytes)[0]).toContain('binary')
  })
})

describe('the words of a row or an object', () => {
  it('are kept as labels', () => {
    expect(only('test,model,loss\npp512,7B,0.5\n').labels).toEqual({ test: 'pp512', model: '7B' })
    expect(only('{"name": "gemm", "dtype": "f16", "time": 5}').labels).toEqual({
      name: 'gemm',
      dtype: 'f16',
    })
  })
})

describe('units at the end of a name', () => {
  it.each([
    ['decode: mean_ms=1.2 std_ms=0.1', ['decode: mean=1.2 std=0.1'], ['ms']],
    [
      '{"mean_ms": 1.5, "std_ms": 0.1, "p99_us": 30}',
      ['mean_ms: mean=1.5 std=0.1', 'p99_us: p99=30'],
      ['ms', 'us'],
    ],
    ['kernel,mean_ms,min_ms\ngemm,1.2,1.1', ['gemm: mean=1.2 min=1.1'], ['ms']],
    ['elapsed_s: 3.2', ['elapsed_s: value=3.2'], ['s']],
    ['ttft_ms: 12.5', ['ttft_ms: value=12.5'], ['ms']],
    ['latency (ms): 1.2 ± 0.1', ['latency: value=1.2 plus_minus=0.1'], ['ms']],
    ['tok_s: 20', ['tok_s: value=20'], [undefined]],
    ['ops_per_sec: 20', ['ops_per_sec: value=20'], [undefined]],
    [
      'bw (KiB/s): avg=5.5, samples=119',
      ['bw (KiB/s): mean=5.5', 'bw (KiB/s): samples=119'],
      ['KiB/s', undefined],
    ],
  ])('are units: %j', (log, readings, of) => {
    expect(brief(log)).toEqual(readings)
    expect(units(log)).toEqual(of)
  })

  it('make a negative standard deviation none', () => {
    expect(brief('kernel,mean_ms,std_ms\ngemm,1.2,-0.1')).toEqual(['gemm: mean=1.2'])
    expect(reasons('kernel,mean_ms,std_ms\ngemm,1.2,-0.1')[0]).toContain('negative')
  })
})

describe('words that name nothing', () => {
  it.each([
    ['loss nan | ppl nan', ['loss: value=nan', 'ppl: value=nan']],
    ['allreduce 256 MiB took 12.31 ms', []],
    ['FAIL max diff: 0.52', ['max diff: max_abs_diff=0.52']],
    ['[engine.py:88:step] gemm: 1.29 ms', ['gemm: value=1.29']],
    ['[default0]:step 13 loss 2.30', ['loss: value=2.30']],
    ['2026-03-04 05:06:07 [    INFO] gemm: 1.29 ms', ['gemm: value=1.29']],
    ['speedup vs torch: 1.9x', []],
    ['2026-05-01 12:00:03,456 - INFO - bench.py:92 - gemm: 1.29 ms', ['gemm: value=1.29']],
    ['2026-03-04 05:06:07.123 | INFO     | bench:main:42 - gemm: 1.32 ms', ['gemm: value=1.32']],
  ])('are left out: %s', (log, readings) => {
    expect(brief(log)).toEqual(readings)
  })
})

it('a line that heads nothing is told with all of its numbers', () => {
  expect(reasons('argmax match: 6/7 (85.7%)')).toEqual([
    'nothing says for certain what it measures: 6/7, 85.7%',
  ])
})

describe('a figure that heads others', () => {
  it.each(['  Duration       us        93.41\n\n  x: 1\n', 'sys\t0m0.420s\n  x: 1\n'])(
    'is told although it heads them: %j',
    (log) => {
      expect(reasons(log)).toHaveLength(1)
    },
  )

  it('no longer heads lines of its own depth once deeper ones followed', () => {
    const log = 'name: gemm\n  results:\n    ms: 1.23\n  mean_ms: 1.24\n'
    expect(read(log).measurements.at(-1)?.under).toEqual(['name: gemm'])
  })
})

describe('a figure in a string of JSON', () => {
  it('is told', () => {
    expect(reasons('{"latency": "12.5 ms", "share": "93%", "mean": 3}')).toEqual([
      'not read on this line: 12.5, 93%',
    ])
  })
})

describe('a remark behind a value', () => {
  it.each([
    ['latency: 1.2 ms (p50)', 'latency: p50=1.2'],
    ['time: 1.2 ms (avg)', 'time: mean=1.2'],
    ['Requests per second:    2427.18 [#/sec] (mean)', 'Requests per second: mean=2427.18'],
    ['power: 250 W (limit 300 W)', 'power: value=250'],
  ])('says which statistic it is, where it is one word: %s', (log, reading) => {
    expect(brief(log)).toEqual([reading])
  })

  it.each([
    'gemm: 1.234 ms (avg of 100)',
    'Time per request: 0.412 [ms] (mean, across all concurrent requests)',
    'loss: 0.5 [min]',
  ])('keeps the value from being read where it says more: %s', (log) => {
    expect(brief(log)).toEqual([])
    expect(reasons(log)).toHaveLength(1)
  })

  it('gives the unit that stands in square brackets', () => {
    expect(units('Time per request: 4.120 [ms] (mean)')).toEqual(['ms'])
  })
})

describe('keys with words behind them', () => {
  it.each([
    ['op: gemm, time: 5 ms', 'time: value=5', { op: 'gemm' }],
    ['device: cuda | mean: 0.5', 'mean: mean=0.5', { device: 'cuda' }],
    ['op: gemm, dtype: f16, time: 5 ms', 'time: value=5', { op: 'gemm', dtype: 'f16' }],
    ['tag: loss/train | value: 2.31', 'value: value=2.31', { tag: 'loss/train' }],
    ['model: llama (7B), speed: 81 tok/s', 'speed: value=81', { model: 'llama (7B)' }],
  ])('are labels and no names: %s', (log, reading, labels) => {
    expect(brief(log)).toEqual([reading])
    expect(only(log).labels).toEqual(labels)
  })

  it('stay names where a verdict stands behind them', () => {
    expect(brief('q_proj: ok, mean: 0.5')).toEqual(['q_proj: mean=0.5'])
  })
})

describe('names that are not what they seem', () => {
  it.each([
    ['[ INFO ] Duration: 60102.33 ms', 'Duration: value=60102.33'],
    ['[src/main.rs:12:5] x = 0.412', 'x: value=0.412'],
    ['INFO bench::gemm: err=1.2e-7', 'err: value=1.2e-7'],
    ['http_req_failed................: 0.5%', 'http_req_failed: value=0.5'],
    [
      'Tensor q: min -3.21, max 3.30, mean 0.001 (n=4096)',
      'Tensor q: min=-3.21 max=3.30 mean=0.001',
    ],
  ])('are read without prefixes, leaders and figures: %s', (log, reading) => {
    expect(brief(log)).toEqual([reading])
    expect(reasons(log)).toEqual([])
  })

  it.each(['n: .5', 'samples n=12.5 mean=0.5'])('make no count of a fraction: %s', (log) => {
    expect(JSON.stringify(read(log).measurements)).not.toContain('"n"')
    expect(reasons(log)[0]).toMatch(/^a count is a whole number/)
  })

  it('do not lose a time in the name of a count', () => {
    const log = 'INFO bench::gemm: done in 12.3µs n=100 err=1.2e-7'
    expect(reasons(log)).toEqual(['not read on this line: 12.3µs'])
  })
})

it('marks before a bracket are no name', () => {
  expect(brief('#[Mean    =        1.267, StdDeviation   =        0.512]')[0]).not.toContain('#')
})
