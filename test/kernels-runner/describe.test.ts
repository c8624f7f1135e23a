import { expect, it } from 'vitest'
import { describeFor } from '../../kernels-runner/bundle/describe.ts'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { judge, serialiseEvidence } from '../../spec-tools/index.ts'
import { noFiles } from '../judge/bundle.ts'
import { evidence, measurement } from '../render/markdown/judgements.ts'

function describing(bytes: string) {
  let said = ''
  const describe = describeFor(plainLog((text) => (said += text)))
  const { judgement, pages } = describe(new TextEncoder().encode(bytes), null, new Map())
  return { judgement, pages: [...pages.keys()], said }
}

it('draws the pages of a bundle from the bytes of its evidence', () => {
  expect(describing(serialiseEvidence(evidence()))).toEqual({
    judgement: judge({ evidence: evidence(), investigation: null, ...noFiles }),
    pages: ['findings.md'],
    said: '',
  })
})

it('leaves out the pages, and not the evidence, where they cannot be drawn', () => {
  const { judgement, pages, said } = describing('{')
  expect({ judgement, pages }).toEqual({ judgement: null, pages: [] })
  expect(said).toContain('warning: The bundle has no page of findings')
})

it('leaves them out where judging all stages would take long', () => {
  const measurements = Array.from({ length: 2001 }, (_, index) =>
    measurement({ id: `m${index}`, stage: `stage ${index}` }),
  )
  const { pages, said } = describing(serialiseEvidence(evidence({ measurements })))
  expect({ pages, said }).toEqual({
    pages: [],
    said: expect.stringContaining('2001 stages are named') as string,
  })
})
