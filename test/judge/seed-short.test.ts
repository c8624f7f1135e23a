/** The investigation of the ship-two fixture in the short form: a quarter as long, the same verdicts. */
import { expect, it } from 'vitest'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop } from '../amend/loop.ts'

const short = `title: PR E investigation refutes §28 narrow hypothesis
spec: ship-two-001
refutes: [28]
sides: { candidate: apr, reference: gguf }
stages: [{ id: Q-out, candidate: { name: Q4K }, reference: { name: F32 } }, layer 0 qkv]
hypotheses:
  populated: { confirm: num_layers = 28, section: 28, flips: FALSIFY-SHIP-006 }
  byte-order: { confirm: relative_l2(Q-out) > 5 %, refute: relative_l2(Q-out) < 1 %, section: 28 }
  layer0-spread: { confirm: std_ratio(layer 0 qkv) > 5, refute: std_ratio(layer 0 qkv) < 2, section: 28 }
`

const linesOf = (text: string) => text.trim().split('\n').length

it('says in nine lines what took 49, with the same verdicts', () => {
  const path = ['loop', 'ship-two', 'investigations', 'ship-007-pr-e-investigation.yml'] as const
  const verdicts = (edit: (file: string, text: string) => string) =>
    judge(runLoop('ship-two', { edit })).hypotheses.map(({ id, outcome, flips }) => ({
      id,
      outcome,
      flips: flips.map(({ row }) => row),
    }))
  const long = verdicts((_, text) => text)
  expect(verdicts((file, text) => (file.startsWith('investigations/') ? short : text))).toEqual(
    long,
  )
  expect(linesOf(short)).toBe(9)
  expect(linesOf(readFixture(...path))).toBe(49)
})
