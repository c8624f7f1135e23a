/** The investigation of the ship-two fixture in the short form: the same verdicts in a fifth of the lines. */
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

/** All that the older form says, its floor, claims, third stage and open question among it. */
const whole = `title: PR E investigation refutes §28 narrow hypothesis
spec: ship-two-001
refutes: [28]
sides: { candidate: apr, reference: gguf }
stages:
  - id: Q-out
    candidate: { name: Q4K }
    reference: { name: F32 }
    floor: { relative_l2: 0.01, because: one per cent was named in §28.4 before the run }
  - { id: layer 0 qkv, after: [] }
  - { id: layer 3 ffn_swigl, after: [] }
hypotheses:
  populated: { claim: Every decoder layer carries quantised bytes for all seven projections, confirm: num_layers = 28, section: 28, flips: FALSIFY-SHIP-006 }
  byte-order: { claim: The fused layer-0 projection differs from the plain one by more than quantisation noise, confirm: relative_l2(Q-out) > 5 %, refute: relative_l2(Q-out) < 1 %, section: 28 }
  layer0-spread: { claim: The spread of the candidate at layer 0 is several times that of the reference, confirm: std_ratio(layer 0 qkv) > 5, refute: std_ratio(layer 0 qkv) < 2, section: 28, inconclusive: Print element counts and the token selection on both sides. }
open: [Which change made the published layer-3 ratio appear is not known.]
`

const linesOf = (text: string) => text.trim().split('\n').length

const judged = (investigation: string | null) =>
  judge(
    runLoop('ship-two', {
      edit: (file, text) =>
        investigation !== null && file.startsWith('investigations/') ? investigation : text,
    }),
  )

const verdicts = (investigation: string | null) =>
  judged(investigation).hypotheses.map(({ id, outcome, flips }) => ({
    id,
    outcome,
    flips: flips.map(({ row }) => row),
  }))

const path = ['loop', 'ship-two', 'investigations', 'ship-007-pr-e-investigation.yml'] as const

it('says in nine lines what took 49, with the same verdicts', () => {
  expect(verdicts(short)).toEqual(verdicts(null))
  expect([short, readFixture(...path)].map(linesOf)).toEqual([9, 49])
})

it('says all of it in 16 lines, with the same cells, too', () => {
  const cells = (investigation: string | null) =>
    judged(investigation).rows.map(({ cell }) => cell.text)
  expect(cells(whole)).toEqual(cells(null))
  expect(verdicts(whole)).toEqual(verdicts(null))
  const claims = (text: string) => judged(text).hypotheses.map(({ claim }) => claim)
  expect(claims(whole)).toEqual(claims(readFixture(...path)))
  expect(linesOf(whole)).toBe(16)
})
