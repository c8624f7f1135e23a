/** Trials that went wrong once: what a section may not say, and what a ratio is of. */
import { describe, expect, it } from 'vitest'
import { doc } from './amended.ts'
import { draftOf } from './drafted.ts'

const head = ['# Engine', '', '**Version:** 1.4.0', '', '## 1. Scope', '', 'All of it.', '']
const logs = { bench: 'throughput: 38.5 tok/s\n' }
const claim = (more = '') =>
  `title: Goal\nhypotheses: { H1: { confirm: throughput >= 30${more} } }\n`

describe('a section', () => {
  it('has no scoreboard in a spec that has none, or only an audit table far away', () => {
    const audit = ['## Appendix', '', '| Item | Result |', '|---|---|', '| AUD-1 | PARTIAL |']
    for (const text of [doc(...head), doc(...head, ...audit)]) {
      const { section, differences } = draftOf(text, { investigation: claim(), logs })
      expect(section.markdown).not.toContain('Scoreboard')
      expect(differences).toEqual([])
    }
  })

  it('does not say that a row is flipped which the spec does not hold', () => {
    const investigation = claim(', flips: { FALSIFY-SHIP-007: DISCHARGED }')
    const { section } = draftOf(doc(...head), { investigation, logs })
    expect(section.markdown.match(/FALSIFY-SHIP-007[^\n]*/g)).toEqual([
      'FALSIFY-SHIP-007` was not flipped: no row has this id.',
    ])
  })

  it('names no section that the spec does not hold; a warning does', () => {
    const { section, warnings } = draftOf(doc(...head), {
      investigation: claim(', section: C2'),
      logs,
    })
    expect(section.markdown).not.toContain('C2')
    expect(warnings.join()).toContain('§C2, which the spec does not hold')
  })
})

describe('a register', () => {
  const status = (at: number) => (at < 8 ? 'Open' : at < 11 ? '**Monitoring**' : 'Closed')
  const rows = Array.from({ length: 20 }, (_, at) => `| R-0${at + 10} | ${status(at)} |`)
  const register = doc(
    ...head,
    '',
    '| Id | Status |',
    '|---|---|',
    ...rows,
    '',
    '---',
    '',
    '*End.*',
  )
  const flip = (id: string) =>
    draftOf(register, { investigation: claim(`, flips: { ${id}: Closed }`), logs })

  it('counts rows of every status, and takes its percentage of all of them', () => {
    const { section, differences, lines } = flip('R-010')
    expect(lines).toContain('+ | R-010 | Closed |')
    expect(section.markdown).toContain(
      [
        '| Category | Closed | Open | Other | % |',
        '| --- | ---: | ---: | ---: | ---: |',
        '| **Sum** | **10** | **7** | **3** | **50%** |',
      ].join('\n'),
    )
    expect(differences).toEqual([])
  })

  it('keeps the bold of its statuses and its footer', () => {
    const { text, differences } = draftOf(register.replaceAll(' Closed ', ' **Closed** '), {
      investigation: claim(', flips: { R-010: Closed }'),
      logs,
    })
    expect(text).toContain('| R-010 | **Closed** |')
    expect(text.trimEnd().endsWith('*End.*')).toBe(true)
    expect(differences).toEqual([])
  })
})

it('counts that are asserted are replayed', () => {
  const sides = { probe: 'q a: mean=0.10 std=1.00\nq b: mean=0.10 std=3.00\n' }
  const investigation =
    'title: t\nsides: { candidate: a, reference: b }\nstages: [{ id: q, candidate: { assert: { n: 64 } }, reference: { assert: { n: 64 } } }]\n'
  const { differences, section } = draftOf(doc(...head), { investigation, logs: sides })
  expect(differences).toEqual([])
  expect(section.markdown).toContain('Asserted by the investigation, not printed: n of a at `q`')
})

it('means are compared as means, though their standard deviations are equal', () => {
  const sides = {
    cuda: 'wait: mean=0.18 ms std=0.05 ms\n',
    cpu: 'wait: mean=20.1 ms std=0.05 ms\n',
  }
  const investigation = 'title: t\nhypotheses: { H1: wait(cuda) <= 2 % of wait(cpu) }\n'
  const { judgement } = draftOf(doc(...head), { investigation, logs: sides })
  expect(judgement.hypotheses[0]).toMatchObject({ outcome: 'CONFIRMED' })
  expect(judgement.hypotheses[0]?.reason).toContain(
    'wait(cuda) is 0.18 ± 0.05 ms, wait(cpu) is 20.1 ± 0.05 ms',
  )
})
