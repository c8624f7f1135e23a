import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop, settingsText, specPath } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const complaint = 'Building …\nthread main panicked: no kernel image @team </details>\n'

describe('a run of which nothing was measured', () => {
  it('is told with its last lines, in which nothing acts, and amends nothing', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { claims: { complaint } })
    await loop.idle()

    expect(story.amendments()).toEqual([])
    const [comment = ''] = story.comments(pull.number)
    expect(comment).toContain('**Nothing was measured')
    expect(comment).toContain('no amendment was drafted and no version was raised')
    expect(comment).toContain('hello ended with exit code 127')
    expect(comment).toContain(
      '```text\nBuilding …\nthread main panicked: no kernel image @team </details>\n```',
    )
    expect(story.checks(pull.head.sha)).toMatchObject([
      { conclusion: 'failure', output: { title: 'Nothing was measured' } },
    ])
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'unmeasured' })
  })

  it('is amended where the settings say always, with the last lines in the section', async () => {
    const settings = `${settingsText}amend: always\n`
    const story = await loop.repository({ '.github/codicil.yml': settings })
    const { run } = await story.dispatched()
    await story.end(run, { claims: { complaint, settings } })
    await loop.idle()
    const [amendment] = story.amendments()
    const spec = String(await story.repository.file(specPath, amendment?.head.sha))
    expect(spec).toContain('thread main panicked: no kernel image')
  })
})
