/** What picks nothing is told by its place, with names that may have been meant. */
import { describe, expect, it } from 'vitest'
import { judge, pickingNothing } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

const log = [
  '## Bisection numbers',
  'APR  layer 0 qkv: n=4608 mean=0.2559 std=3.25',
  'GGUF layer 0 qkv: n=4608 mean=-0.0163 std=1.14',
  'latency: mean=12.5 ms p99=13.1 ms',
  '',
].join('\n')

const table = 'operation,device,latency\nsmall,cuda,0.18\nsmall,cpu,20.1\n'

function problemsOf(body: string): string[] {
  const bundle = bundleOf({
    investigation: `title: t\n${body}\n`,
    logs: { probe: log, sizes: table },
  })
  return pickingNothing(bundle.investigation, { ...bundle.evidence, files: bundle.files })
}

const sides = 'sides: { candidate: apr, reference: gguf }'

describe('a misspelt name', () => {
  it.each([
    [
      'of a stage',
      `${sides}\nstages: [layer 0 qvk]`,
      'stages layer 0 qvk, candidate: apr picks nothing: no stage is called layer 0 qvk; near it: layer 0 qkv',
    ],
    [
      'of a stage in a predicate',
      `${sides}\nstages: [layer 0 qkv]\nhypotheses: { H1: "relative_l2('layer 0 qvk') < 1 %" }`,
      'H1: relative_l2(layer 0 qvk) picks nothing: layer 0 qvk is no stage of the investigation',
    ],
    [
      'of a heading',
      `${sides}\nstages: [{ id: layer 0 qkv, candidate: { under: Bisecton numbers } }]`,
      'no heading holds Bisecton numbers; near it: Bisection numbers',
    ],
    [
      'of a side',
      'sides: { candidate: arp, reference: gguf }\nstages: [layer 0 qkv]',
      'stages layer 0 qkv, candidate: arp picks nothing: no figure of layer 0 qkv is one of arp',
    ],
    [
      'of a metric',
      'measurements: { m: { stage: latency, metric: meen } }\nhypotheses: { H1: m < 5 }',
      'measurements m: meen of latency picks nothing',
    ],
    ['of a figure', 'hypotheses: { H1: latencey < 5 ms }', 'near it: latency'],
    [
      'of a place',
      'hypotheses: { H1: latency(cude) < 5 }',
      'nothing is called cude; near it: cuda',
    ],
    [
      'of a column',
      'hypotheses: { H1: { confirm: latency < 5, where: { operaton: small } } }',
      'there is no operaton; near it: operation',
    ],
    [
      'of a text in a column',
      'hypotheses: { H1: { confirm: latency < 5, where: { operation: smal } } }',
      'no operation is smal; near it: small',
    ],
  ])('%s is told', (_, body, problem) => {
    expect(problemsOf(body).join('\n')).toContain(problem)
  })

  it('is none where all is found', () => {
    expect(
      problemsOf(`${sides}\nstages: [layer 0 qkv]\nhypotheses: { H1: p99(latency) < 20 ms }`),
    ).toEqual([])
    expect(
      problemsOf(
        `${sides}\nstages: [layer 0 qkv]\nhypotheses: { H1: "std_ratio('Layer-0 qkv') < 3" }`,
      ),
    ).toEqual([])
  })

  it('of a diagnostic is refused before the run', () => {
    expect(() => problemsOf('diagnostics: [prob]')).toThrow('Use one of: probe, sizes')
  })
})

describe('a claim', () => {
  const warningsOf = (claim: string, confirm: string) =>
    judge(
      bundleOf({
        investigation: `title: t\nhypotheses: { H1: { claim: ${JSON.stringify(claim)}, confirm: ${JSON.stringify(confirm)} } }\n`,
        logs: { sizes: table },
      }),
    ).warnings.join('\n')

  it.each([
    ['it gains 3 to 10 %', 'latency(cpu) / latency(cuda) > 1.3', '3 and 10 %'],
    ['it takes at most 8 GiB', 'latency(cuda) < 7', '8 GiB'],
    ['it gains 3 to 10 %', 'latency(cpu) / latency(cuda) > 1.03', '10 %'],
    ['5.7963 rises by more than 5 %', 'latency(cpu) > 6.0861', '5.7963 and 5 %'],
    ['5 times as fast', 'latency(cpu) > 2 * latency(cuda)', '5'],
  ])('%s beside %s: %s is told to be missing', (claim, confirm, numbers) => {
    expect(warningsOf(claim, confirm)).toMatch(
      new RegExp(`but ${RegExp.escape(numbers)} (?:is|are) not in its predicate`),
    )
  })

  it.each([
    ['it is 30 % faster', 'latency(cpu) >= 1.3 * latency(cuda)'],
    ['it takes 20 % less', 'latency(cuda) <= 0.8 * latency(cpu)'],
    ['at most 250 ms', 'latency(cuda) <= 0.25 s'],
    ['Q4_K of layer 0 is fast, as §28 said of tg128', 'latency(cuda) < 5'],
    ['8 GiB take less than 5 ms', 'min(latency, cuda, bytes = 8589934592) < 5 ms'],
    ['8 GiB over 8 GPUs take less than 5 ms', 'min(latency, cuda) < 5 ms'],
    ['64 k of them in 3 us', 'latency(cuda, n = 64000) < 0.003 ms'],
    ['more than 5 %', 'latency(cuda) / latency(cpu) > 0.05'],
  ])('%s beside %s is whole', (claim, confirm) => {
    expect(warningsOf(claim, confirm)).not.toContain('not in its predicate')
  })
})
