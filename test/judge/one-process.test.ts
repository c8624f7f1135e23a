import { describe, expect, it } from 'vitest'
import { judge, parseInvestigation, parseSettings, readLog } from '../../spec-tools/index.ts'
import { noFiles } from './bundle.ts'

const settings = parseSettings('specs: [{ id: engine, path: spec.md }]\n')

/** Verdicts by stage, without a word on selectors or asserted facts. */
function cells(log: string, declared?: string) {
  const { measurements, claims } = readLog(log, { diagnostic: 'd', file: 'logs/d.log' })
  const investigation =
    declared === undefined
      ? null
      : parseInvestigation(`title: T\n${declared}`, { slug: 't', file: 't.yml', settings })
  const machine = { gpu: { status: 'absent', devices: [] } }
  const evidence = { measurements, claims, diagnostics: [], partial: [], machine }
  const judgement = judge({ evidence, investigation, ...noFiles } as never)
  const verdicts = judgement.rows.map(({ stage, cell }) => `${stage}: ${cell.text}`)
  return { verdicts, ...judgement }
}

const floor = 'floor: { relative_l2: 0.01, because: declared }\n'
const torch = `sides: { candidate: triton, reference: torch }\n${floor}`

describe('a difference printed between two sides of one process', () => {
  it.each([
    [
      'under a heading, after a summary of each side',
      `=== q ===
ref:  mean=0.0012 std=0.9981 shape=(1, 7, 3584) dtype=torch.float32
test: mean=0.0013 std=0.9980 shape=(1, 7, 3584) dtype=torch.bfloat16
max |diff|: 0.0312
RMS diff: 0.00231
cosine: 0.999997

=== k ===
ref:  mean=0.0012 std=0.9981 shape=(1, 7, 512) dtype=torch.float32
test: mean=0.0013 std=1.3980 shape=(1, 7, 512) dtype=torch.bfloat16
max |diff|: 2.0312
RMS diff: 0.4231
cosine: 0.959997
`,
      undefined,
    ],
    [
      'under a heading of both sides, after words and numbers with few marks',
      `=== q: bf16 vs f64 ===
bf16  mean 0.000014  std 0.998234  n=4194304
f64   mean 0.000013  std 0.998236  n=4194304
max |diff| = 2.2036e-02
rel_l2     = 2.8802e-03

=== k: bf16 vs f64 ===
bf16  mean -0.002353  std 0.790531  n=524288
f64   mean -0.000064  std 0.073591  n=524288
max |diff| = 4.4859e+00
rel_l2     = 1.0338e+01
`,
      undefined,
    ],
    [
      'on lines that name both sides',
      `BF16 vs F32: q: max_abs_diff=0.0078 rel_l2=1.7e-3 cos=0.9999985 (n=25088)
BF16 vs F32: k: max_abs_diff=0.9078 rel_l2=1.7e-1 cos=0.9899985 (n=3584)
`,
      undefined,
    ],
    [
      'in words behind the names of both sides',
      `q: triton vs torch max abs diff: 0.0012, mean abs diff: 0.0001, rel L2: 0.0004, numel: 5120
k: triton vs torch max abs diff: 0.5012, mean abs diff: 0.1001, rel L2: 0.2004, numel: 3584
`,
      torch,
    ],
    [
      'below a line that says what is compared',
      `Comparing triton kernel vs torch reference

q: max_abs_diff=0.00012 rel_l2=0.00031 cos=0.9999999 n=3584
k: max_abs_diff=1.5 rel_l2=0.45 cos=0.89 n=512
`,
      torch,
    ],
    [
      'behind one name, as the summaries of the sides are',
      `[q] torch  : mean 0.1234, std 0.5678, n 5120
[q] triton : mean 0.1234, std 0.5677, n 5120
[q] max abs diff 0.001953, relative L2 0.000812, cosine similarity 0.9999997
[k] torch  : mean 0.1234, std 0.5678, n 3584
[k] triton : mean 0.1234, std 0.9677, n 3584
[k] max abs diff 1.001953, relative L2 0.500812, cosine similarity 0.9009997
`,
      torch,
    ],
    [
      'as a line of its own beside two indented summaries',
      `q: torch.Size([2, 1024, 4096]) torch.bfloat16
  triton    mean 0.0012 std 0.9981
  torch     mean 0.0012 std 0.9980
  diff: max 0.0312 mean 0.0009 rel_l2 0.0021 cosine 0.999998
k: torch.Size([2, 1024, 512]) torch.bfloat16
  triton    mean 0.0012 std 0.9981
  torch     mean 0.0012 std 1.9980
  diff: max 3.0312 mean 0.0909 rel_l2 0.5021 cosine 0.899998
`,
      undefined,
    ],
    [
      'as the one side minus the other',
      `stage: q
  triton mean=-0.001234 std=0.412345 numel=8192
  torch  mean=-0.001230 std=0.412340 numel=8192
  triton - torch: max abs=0.000412 rms=0.000091 rel l2=0.000221
stage: k
  triton mean=-0.001234 std=0.412345 numel=8192
  torch  mean=-0.001230 std=0.612340 numel=8192
  triton - torch: max abs=1.000412 rms=0.300091 rel l2=0.500221
`,
      torch,
    ],
    [
      'in a table whose rows name both sides',
      `| stage | n | max abs diff | rms diff | rel l2 | cosine |
|---|---|---|---|---|---|
| q (bf16 vs fp32) | 25088 | 0.0312 | 0.0021 | 0.0021 | 0.999998 |
| k (bf16 vs fp32) | 3584 | 0.9312 | 0.2021 | 0.2021 | 0.979998 |
`,
      undefined,
    ],
    [
      'in a table with a column for each side',
      `stage,n,max_abs_diff,rms_diff,relative_l2,cosine,candidate,reference
q,3584,0.001,0.0001,0.0001,0.99999999,triton,torch
k,512,0.501,0.2001,0.2001,0.97999999,triton,torch
`,
      torch,
    ],
    [
      'behind the prefix of a logger',
      `2026-03-01 10:00:00 INFO compare: [q] triton vs torch: shape=(7, 3584) max_abs_diff=0.0019 rel_l2=0.0004
2026-03-01 10:00:01 INFO compare: [k] triton vs torch: shape=(7, 512) max_abs_diff=1.9 rel_l2=0.4
`,
      torch,
    ],
  ])('gives a verdict: %s', (_, log, declared) => {
    const { verdicts } = cells(log, declared && `${declared}stages: [q, k]\n`)
    expect(verdicts).toEqual([
      expect.stringMatching(/^q: MATCH/),
      expect.stringMatching(/^k: DIVERGENT/),
    ])
  })

  it.each([
    '== q: triton vs torch (n=4096)',
    'q: triton vs torch (n=4096)',
    '### q (triton vs torch, n=4096)',
    'q (triton vs torch) n=4096:',
    '=== q [n=4096] triton vs torch ===',
    '--- q: triton vs torch, shape (4, 1024) ---',
    'Comparing triton with torch for q (n=4096)',
  ])('gives a verdict below a heading of stage, sides and count: %s', (heading) => {
    const log = `${heading}\nrel_l2: 0.0004\nmax |diff|: 0.001\n`
    expect(cells(log, `${torch}stages: [q]\n`).verdicts).toEqual([
      expect.stringMatching(/^q: MATCH/),
    ])
  })

  it('stays unproven where nothing says between which sides it is, and says what to do', () => {
    const log = 'q: max_abs_diff=0.0012 rel_l2=0.0004 n=5120\n'
    const { verdicts, warnings, next } = cells(log, `${torch}stages: [q]\n`)
    expect(verdicts).toEqual(['q: UNPROVEN(sides?)'])
    expect(warnings).toEqual([
      'logs/d.log:1: a difference is printed, and nothing says between which sides. Name both in its line or heading, such as `A vs B`.',
    ])
    expect(next[0]?.text).toContain('such as `A vs B`')
  })

  it('is not taken for one of two stages that happen to stand before it', () => {
    const log = `layer 0
  K-out: mean=0.1 std=1.0 n=64
  V-out: mean=0.2 std=2.0 n=64
  max_abs_diff=0.01 rel_l2=0.001
`
    expect(cells(log).rows).toEqual([])
  })

  it('is not matched where its size lies between what one rounding and many layers explain', () => {
    const log = 'bf16 vs fp32: logits: max_abs_diff=0.5 rel_l2=0.05 n=32000\n'
    expect(cells(log).verdicts).toEqual(['logits: UNPROVEN(floor?, relL2 .05>.0078)'])
  })

  it('has no floor where a type is not stated', () => {
    const log = 'int8 vs fp32: q: max_abs_diff=0.5 rel_l2=0.05 n=32000\n'
    expect(cells(log).verdicts).toEqual(['q: UNPROVEN(floor?)'])
  })
})
