/** Perplexities, accuracies and losses of two logs: numbers with an error, and no tensors. */
import { describe, expect, it } from 'vitest'
import { judge } from '../../spec-tools/judge/index.ts'
import { bundleOf } from '../amend/loop.ts'

type Logs = Readonly<Record<string, string>>

function verdict(logs: Logs, claim: string) {
  const investigation = JSON.stringify({ title: 't', hypotheses: { H1: claim } })
  return judge(bundleOf({ investigation, logs })).hypotheses[0]!
}

const perplexity = (ppl: string, chunks = 655) => `perplexity: tokenizing the input ..
perplexity: calculating perplexity over ${chunks} chunks, n_ctx=512, batch_size=2048, n_seq=4
[1]4.2058,[2]4.7226,[3]5.5817,[4]6.1758,
Final estimate: PPL = ${ppl} +/- 0.03251
`
const evaluated = (dtype: string, acc: string, shots = 5) =>
  `hf (pretrained=meta-llama/Llama-3.1-8B,dtype=${dtype}), gen_kwargs: (None), limit: None, num_fewshot: ${shots}, batch_size: 8
|    Tasks    |Version|Filter|n-shot| Metric |   |Value |   |Stderr|
|-------------|------:|------|-----:|--------|---|-----:|---|-----:|
|arc_challenge|      1|none  |     ${shots}|acc_norm|↑  |${acc}|±  |0.0144|
`
const named = (model: string, loss: string) => `model: models/${model}.gguf\nval loss: ${loss}\n`

const ppl = { q4km: perplexity('5.8196'), f16: perplexity('5.7963') }
const acc = { fp8: evaluated('float8', '0.5776'), bf16: evaluated('bfloat16', '0.5793') }
const loss = { q4km: named('llama-q4_k_m', '1.7312'), f16: named('llama-f16', '1.7298') }

describe('a figure of quality', () => {
  it.each([
    [ppl, 'change(ppl, q4km / f16) > 5 %', 'REFUTED'],
    [ppl, 'perplexity(q4km) < 1.05 * perplexity(f16)', 'CONFIRMED'],
    [ppl, 'ppl(q4km, Final estimate) within 5 % of ppl(f16, Final estimate)', 'CONFIRMED'],
    [ppl, 'ppl(q4km) < 5.82', 'CONFIRMED'],
    [ppl, 'last(ppl, q4km) > 6.1 and count(ppl, f16) = 4', 'CONFIRMED'],
    [acc, 'acc_norm(fp8) < 85 % of acc_norm(bf16)', 'REFUTED'],
    [acc, 'acc_norm(fp8) - acc_norm(bf16) > -0.1', 'CONFIRMED'],
    [loss, 'loss(q4km, val) within 1 % of loss(f16, val)', 'CONFIRMED'],
    [loss, 'val_loss(q4km) within 1 % of val_loss(f16)', 'CONFIRMED'],
  ])('is compared with that of another log: %#', (logs, claim, outcome) => {
    const found = verdict(logs, claim)
    expect(`${found.outcome}: ${found.reason}`).toMatch(new RegExp(`^${outcome}`))
  })

  it('is not, where its error may be the difference, and says by which rule', () => {
    const { outcome, reason } = verdict(ppl, 'ppl(q4km) > ppl(f16)')
    expect(outcome).toBe('INCONCLUSIVE')
    expect(reason).toContain('(a standard error counts 1.96 times)')
  })

  it('is not, where the work differs', () => {
    const chunks = { ...ppl, f16: perplexity('5.7963', 64) }
    expect(verdict(chunks, 'change(ppl, q4km / f16) > 5 %').reason).toContain(
      'INCOMPARABLE(chunks 655≠64)',
    )
    const shots = { ...acc, bf16: evaluated('bfloat16', '0.5793', 0) }
    expect(verdict(shots, 'acc_norm(fp8) < 85 % of acc_norm(bf16)').reason).toContain(
      'INCOMPARABLE(n_shot 5≠0)',
    )
    const models = { ...loss, f16: named('mistral-f16', '1.7298') }
    expect(verdict(models, 'val_loss(q4km) within 1 % of val_loss(f16)').reason).toContain(
      'INCOMPARABLE(model',
    )
  })

  it('of another type is compared where the sides name it, and else it is said how', () => {
    const logs = { new: acc.fp8, old: acc.bf16 }
    expect(verdict(logs, 'acc_norm(new) < 85 % of acc_norm(old)').reason).toContain(
      'INCOMPARABLE(dtype float8≠bfloat16); if it is what is compared, name it on both sides (`dtype = float8` in the brackets of the figure), or call the diagnostics so',
    )
    const claim = 'acc_norm(new, dtype = float8) < 85 % of acc_norm(old, dtype = bfloat16)'
    expect(verdict(logs, claim).outcome).toBe('REFUTED')
    const swapped = { fp8: acc.bf16, bf16: acc.fp8 }
    expect(verdict(swapped, 'acc_norm(fp8) < 85 % of acc_norm(bf16)').outcome).toBe('INCONCLUSIVE')
  })
})

describe('a mean', () => {
  const mean = (value: string, runs: number) => `Benchmark 1: ./v${value}
  Time (mean ± σ):      ${value} s ±  0.058 s    [User: 1.120 s, System: 0.271 s]
  Range (min … max):    1.344 s …  1.531 s    ${runs} runs
`
  it.each([
    [10, 'CONFIRMED'],
    [2, 'INCONCLUSIVE'],
  ])('of %d runs is as uncertain as so many allow: %s', (runs, outcome) => {
    const log = mean('1.843', runs) + mean('1.402', runs).replace('1:', '2:')
    expect(verdict({ hf: log }, 'time(./v1.843) >= 1.2 * time(./v1.402)').outcome).toBe(outcome)
  })
})
