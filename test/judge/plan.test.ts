import { describe, expect, it } from 'vitest'
import { judge, plannedInvestigation } from '../../spec-tools/judge/index.ts'
import { parseInvestigation, parseSettings } from '../../spec-tools/settings/index.ts'
import { evidenceOf, investigationOf, judged, type Line, noFiles } from './bundle.ts'

const sides = { candidate: 'apr', reference: 'gguf' }
const floor = { relative_l2: 0.01 }

/** Stages in a chain: M matches, D diverges, ? was not captured, u lacks its counts. */
function chain(outcomes: string): { lines: Line[]; declared: object } {
  const stages = [...outcomes].map((_, index) => `s-${index}`)
  const lines = [...outcomes].flatMap((outcome, index): Line[] => {
    const stage = `s-${index}`
    if (outcome === '?') return []
    const facts = outcome === 'u' ? {} : { n: 16 }
    const summary = { facts, mean: '1.0000', std: '1.0000' }
    const rms = outcome === 'D' ? '0.5000' : '0.0010'
    return [
      { stage: `${stage} apr`, ...summary },
      { stage: `${stage} gguf`, ...summary },
      { stage, side: 'apr', against: 'gguf', rms_diff: rms },
    ]
  })
  return { lines, declared: { sides, stages, floor } }
}

function planned(outcomes: string, captures = 1) {
  const { lines, declared } = chain(outcomes)
  return judge(
    { evidence: evidenceOf(lines), investigation: investigationOf(declared), ...noFiles },
    { captures },
  ).next
}

describe('the next step', () => {
  it('is nothing where everything matches', () => {
    expect(planned('MMM')).toEqual([])
  })

  it('replays the one stage that diverges, and controls the capture', () => {
    const steps = planned('MMD')
    expect(steps.map(({ kind, stages }) => [kind, stages])).toEqual([
      ['replay', ['s-2']],
      ['control', ['s-2']],
    ])
  })

  it('repairs the stages of the bracket first, those that lack the same together', () => {
    const [repair] = planned('M???D')
    expect(repair).toMatchObject({
      kind: 'repair',
      stages: ['s-1', 's-2', 's-3'],
      sides: ['candidate', 'reference'],
    })
  })

  it('halves the bracket, and says what each outcome leaves', () => {
    const bisect = planned('M?????D').find(({ kind }) => kind === 'bisect')
    expect(bisect!.stages).toEqual(['s-3'])
    expect(bisect!.outcomes.map(({ outcome, then }) => [outcome, then])).toEqual([
      ['s-3 matches', 'the first is one of s-4, s-5, s-6'],
      ['s-3 diverges', 'the first is one of s-1, s-2, s-3'],
    ])
  })

  it('places several captures at equal distances', () => {
    const bisect = planned('M????????D', 2).find(({ kind }) => kind === 'bisect')
    expect(bisect!.stages).toEqual(['s-3', 's-6'])
  })

  it('leaves what lies after the divergence alone', () => {
    expect(planned('MD?u').map(({ kind }) => kind)).toEqual(['replay', 'control'])
  })

  it('asks for what can decide: the difference, with the counts that are missing', () => {
    const lines: Line[] = [
      { stage: 'APR layer 0 qkv', mean: '0.2559', std: '10.3291' },
      { stage: 'GGUF layer 0 qkv', mean: '-0.0163', std: '1.1402' },
    ]
    const { next } = judged(lines, { sides, stages: ['layer-0 qkv'] })
    expect(next).toMatchObject([
      {
        kind: 'repair',
        stages: ['layer-0 qkv'],
        sides: ['candidate', 'reference'],
        predicate: 'relative L2 ≤ floor',
      },
    ])
    expect(next[0]!.text).toBe(
      'Print the relative L2 of layer-0 qkv between apr and gguf, stating the element count n and the token selection, and declare a noise floor.',
    )
  })

  it('asks for a difference where summaries could never show agreement', () => {
    const lines: Line[] = [
      { stage: 'APR out', mean: '0.2559', std: '10.3291' },
      { stage: 'GGUF out', mean: '-0.0163', std: '1.1402' },
    ]
    const [repair] = judged(lines, { sides, stages: ['out'], floor }).next
    expect(repair!.outcomes).toMatchObject([
      { outcome: 'it is at most the floor', first: [] },
      { outcome: 'it is above', first: ['out'] },
    ])
    expect(repair!.text).not.toContain('declare')
  })

  it('promises a match where the difference was printed, and says that a floor is needed', () => {
    const lines: Line[] = [{ stage: 'out', side: 'apr', against: 'gguf', rms_diff: '0.1' }]
    const outcomes = (declared: object) =>
      judged(lines, { sides, stages: ['out'], ...declared }).next[0]!.outcomes
    expect(outcomes({ floor })[0]!.outcome).toBe('both state the same, and the figures match')
    expect(outcomes({})[0]!.outcome).toMatch(/match under a floor that is yet to be declared$/)
  })

  it('asks for captures of the same elements where they were not', () => {
    const lines: Line[] = [
      { stage: 'APR out', facts: { n: 8, selection: 'all' }, std: '1.0' },
      { stage: 'GGUF out', facts: { n: 4, selection: 'last' }, std: '1.0' },
    ]
    expect(judged(lines, { sides, stages: ['out'] }).next[0]!.capture).toBe(
      'capture both sides with the same element count n and token selection, and print it',
    )
  })

  it('holds a falsifiable outcome for each thing it asks for', () => {
    const all = ['M?D', 'M??D', 'uD', 'MD', 'u'].flatMap((outcomes) => planned(outcomes))
    expect(all.length).toBeGreaterThan(8)
    for (const { outcomes, text } of all) {
      expect(outcomes.length).toBeGreaterThan(0)
      expect(text).toMatch(/^[A-Z].*\.$/)
      expect(text).not.toMatch(/\{(?:stages|sides)\}/)
    }
  })
})

describe('a replay', () => {
  const { lines, declared } = chain('MD')
  const replayed = (injected: string, propagated: string) =>
    lines.map((line) => (line.stage === 's-1 apr' ? { ...line, injected, propagated } : line))

  it('blames the stage whose own error is above the floor', () => {
    const { first } = judged(replayed('0.500', '0.001'), declared)
    expect(first.replays).toMatchObject([{ stage: 's-1', side: 'candidate', atFault: 'yes' }])
    expect(first.text).toContain('it injects 0.500, and 0.001 came in with its inputs')
  })

  it('does not blame a stage for what came into it', () => {
    const { first } = judged(replayed('0.001', '0.500'), declared)
    expect(first.replays).toMatchObject([{ atFault: 'no' }])
  })
})

describe('a planned investigation', () => {
  const settings = parseSettings(
    'specs: [{ id: ship, path: a.md }]\ndiagnostics: { probe: { run: x } }\n',
  )
  const parsed = (outcomes: string, declared: object = {}) => {
    const given = chain(outcomes)
    const asked = investigationOf({ ...given.declared, ...declared })
    const { next } = judge({
      evidence: evidenceOf(given.lines),
      investigation: asked,
      ...noFiles,
    })
    return next.map((step) => ({
      step,
      text: plannedInvestigation(step, asked),
      investigation: parseInvestigation(plannedInvestigation(step, asked), {
        slug: 'next',
        file: 'next.yml',
        settings,
      }),
    }))
  }

  it('can be run: it passes all checks and keeps the stages in their order', () => {
    const all = parsed('M??D', { diagnostics: ['probe'], refutes: [28] })
    expect(all.length).toBeGreaterThan(1)
    for (const { investigation } of all) {
      expect(investigation.stages.map(({ id }) => id)).toEqual(['s-0', 's-1', 's-2', 's-3'])
      expect(investigation).toMatchObject({ refutes: ['28'], diagnostics: ['probe'] })
    }
  })

  it('holds a hypothesis for each stage of the step, with an outcome on either side', () => {
    const [repair] = parsed('M??D')
    expect(repair!.investigation.hypotheses).toMatchObject([
      { claim: 's-1 diverges', confirm: 'apart_1 > 0.01', refute: 'apart_1 <= 0.01' },
      { claim: 's-2 diverges', confirm: 'apart_2 > 0.01', refute: 'apart_2 <= 0.01' },
    ])
  })

  it('asks declared hypotheses about its stages again that are still open, and no others', () => {
    const about = (stage: string) => ({ stage, side: 'pair', metric: 'rms_diff' })
    const hypothesis = (id: string, name: string) => {
      return { id, claim: id, confirm: `${name} > 1`, refute: `${name} < 0.1` }
    }
    const [repair] = parsed('M?D', {
      measurements: { open: about('s-1'), apart_1: about('s-1'), elsewhere: about('s-2') },
      hypotheses: [
        hypothesis('H1', 'open'),
        hypothesis('H2', 'elsewhere'),
        hypothesis('repair-2', 'apart_1'),
      ],
    })
    expect(repair!.step.decides).toEqual(['H1', 'repair-2'])
    const { hypotheses, measurements } = repair!.investigation
    // Generated names give way to declared ones.
    expect(hypotheses.map(({ id }) => id)).toEqual(['repair-3', 'H1', 'repair-2'])
    expect(Object.keys(measurements)).toEqual(['apart_3', 'open', 'apart_1'])
  })

  it('asks a hypothesis again only where the step measures all that it waits for', () => {
    const about = (stage: string) => ({ stage, side: 'pair', metric: 'rms_diff' })
    const all = parsed('M??D', {
      measurements: { one: about('s-1'), two: about('s-2'), end: about('s-3') },
      hypotheses: [
        { id: 'H1', claim: 'one', confirm: 'one > 1', refute: 'one < 0.1' },
        { id: 'H2', claim: 'both', confirm: 'one > 1 && two > 1', refute: 'one < 0.1' },
        { id: 'H3', claim: 'end', confirm: 'end > 1', refute: 'end < 0.1' },
      ],
    })
    const decides = all.map(({ step }) => [step.kind, step.stages, step.decides ?? []])
    expect(decides).toEqual([
      ['repair', ['s-1', 's-2'], ['H1', 'H2']],
      ['bisect', ['s-2'], []],
      ['control', ['s-3'], []],
    ])
  })

  it('can be planned again from its own bundle without asking twice', () => {
    const [first] = parsed('M?D')
    const [second] = parsed('M?D', {
      hypotheses: first!.investigation.hypotheses,
      measurements: first!.investigation.measurements,
    })
    expect(second!.investigation.hypotheses.map(({ claim }) => claim)).toEqual(['s-1 diverges'])
  })

  it('leaves out what is the default', () => {
    expect(parsed('M?D')[0]!.text).toContain('stages:\n  - s-0\n  - s-1\n')
  })

  it('asks without hypotheses where no floor is known', () => {
    const [repair] = parsed('M?D', { floor: undefined })
    expect(repair!.investigation.hypotheses).toEqual([])
    expect(repair!.investigation.open.length).toBeGreaterThan(0)
  })
})
