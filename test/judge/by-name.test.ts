import { describe, expect, it } from 'vitest'
import { placedByName } from '../../spec-tools/judge/by-name.ts'
import { firstDivergence, type JudgedStage } from '../../spec-tools/judge/order.ts'

const captured = [
  'embedding',
  'layers.10.attention',
  'layers.10.qkv',
  'layers.2.attention',
  'layers.2.qkv',
  'logits',
]

/** What is said of stages that files hold by name, of which some diverge and some were not judged. */
function found(divergent: readonly string[], unjudged: readonly string[] = []) {
  const stages = placedByName(captured).map(({ stage, after }): JudgedStage => {
    const outcome = divergent.includes(stage) ? 'divergent' : 'match'
    return {
      id: stage,
      after,
      loose: true,
      outcome: unjudged.includes(stage) ? 'unjudged' : outcome,
    }
  })
  return firstDivergence(stages)
}

describe('stages that a file holds by name', () => {
  it('are placed by the numbers of their layers, between embedding and logits', () => {
    expect(placedByName(captured)).toEqual([
      { stage: 'embedding', after: [] },
      { stage: 'layers.2.attention', after: ['embedding'] },
      { stage: 'layers.2.qkv', after: ['embedding'] },
      { stage: 'layers.10.attention', after: ['layers.2.attention', 'layers.2.qkv'] },
      { stage: 'layers.10.qkv', after: ['layers.2.attention', 'layers.2.qkv'] },
      { stage: 'logits', after: ['layers.10.attention', 'layers.10.qkv'] },
    ])
  })

  it.each([
    [['q4k_out', 'q8k_out']],
    [['experts.0.out', 'experts.1.out']],
    [['encoder.layers.1.x', 'decoder.layers.0.x', 'logits']],
    [['attention', 'mlp', 'norm']],
  ])('are in no order where nothing says one: %s', (stages) => {
    expect(placedByName(stages).flatMap(({ after }) => after)).toEqual([])
  })

  it('have no first among those of one layer that diverge', () => {
    const { status, stages, unordered, text } = found(['layers.2.attention', 'layers.2.qkv'])
    expect({ status, stages, unordered }).toEqual({
      status: 'bracket',
      stages: ['layers.2.attention', 'layers.2.qkv'],
      unordered: true,
    })
    expect(text).toMatch(/one of layers\.2\.attention, layers\.2\.qkv\. .* by name/)
  })

  it('have a first where it alone of its layer diverges', () => {
    const { status, stages } = found(['layers.2.qkv', 'layers.10.attention', 'logits'])
    expect({ status, stages }).toEqual({ status: 'one', stages: ['layers.2.qkv'] })
  })

  it('have none where one beside it was not judged', () => {
    expect(found(['layers.2.qkv'], ['layers.2.attention']).stages).toEqual([
      'layers.2.attention',
      'layers.2.qkv',
    ])
  })
})
