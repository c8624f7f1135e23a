import { afterAll, beforeAll, expect, it } from 'vitest'
import { sha256 } from '../../app/core/sha256.ts'
import { label, Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const investigation = `title: Speed
measurements: { hello: { stage: hello, metric: value } }
hypotheses:
  - { id: H1, confirm: hello < 20, refute: hello > 20 }
`

it.each(['before', 'after'] as const)(
  'verdicts are noted once on the check, also where the answer to them fails %s it took effect',
  async (when) => {
    const story = await loop.repository()
    const files = { '.codicil/investigations/speed.yml': investigation }
    const pull = await story.pullRequest('topic', files)
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const [run] = story.runs()
    if (!run) throw new Error(`No run: ${story.comments(pull.number).join()}`)
    loop.hub.faults.add({ match: { operation: 'graphql/Show' }, when, status: 502 })
    const bytes = Buffer.from(investigation)
    await story.end(run, {
      claims: {
        more: { 'investigation.yml': bytes },
        forge(evidence) {
          const file = 'investigation.yml'
          evidence.investigation = { slug: 'speed', file, sha256: sha256(bytes) }
        },
      },
    })
    await loop.idle()
    expect(story.checks(pull.head.sha)).toMatchObject([
      {
        status: 'completed',
        annotations: [{ path: '.codicil/investigations/speed.yml', start_line: 4 }],
      },
    ])
    expect(loop.hub.faults.fired.length).toBeGreaterThan(0)
  },
)
