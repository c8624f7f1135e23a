import { describe, expect, it } from 'vitest'
import { judge, proposeAmendment, replay } from '../../spec-tools/index.ts'
import { draftOf } from './drafted.ts'
import { plainSpec } from './input.ts'
import { readFixture, runLoop, sha256 } from './loop.ts'

const spec = readFixture('specs', 'ship-two.md').trimEnd()

describe('a draft behind which the document goes on', () => {
  it.each([
    ['nothing', `${spec}\n`],
    ['an end marker', `${spec}\n\n---\n\n*End of Specification*\n`],
    ['a footnote', `${spec}\n\n[^1]: Note.\n`],
    ['a link definition', `${spec}\n\n[a]: https://x.example\n`],
    ['CRLF', `${spec}\n`.replaceAll('\n', '\r\n')],
  ])('is replayed with %s', (_, text) => {
    const bundle = runLoop('ship-two')
    const { files, text: current } = proposeAmendment({
      bundle,
      judgement: judge(bundle),
      text,
      origin: {
        pullRequest: 1,
        requestedBy: 'ada',
        base: { ref: 'main', commit: 'f'.repeat(40) },
        verification: null,
      },
    })
    const [, ...evidence] = files
    const record = evidence.find(({ path }) => path.endsWith('/amendment.json'))?.path ?? ''
    const folder = record.slice(0, -'amendment.json'.length)
    const committed = new Map(
      evidence.map(({ path, content }) => [
        path.slice(folder.length),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    )
    expect(replay({ files: committed, base: text, current, sha256 }).differences).toEqual([])
  })
})

describe('a stage that was not measured', () => {
  it.each(['s0', 'layer 0 qkv', 'blk.3.out', '12'])('is replayed by its name %s', (stage) => {
    for (const logs of [
      { probe: 'q: mean 1.5\n' },
      { probe: `APR ${stage}: mean=0.25, std=1.5\n` },
    ]) {
      const { differences, section } = draftOf(plainSpec, {
        settings:
          'specs: [{ id: engine, path: docs/engine.md }]\ndiagnostics: { probe: { run: ./probe } }\n',
        investigation: `title: Worst\nsides: { candidate: APR, reference: GGUF }\nstages: [${JSON.stringify(stage)}]\n`,
        logs,
      })
      expect(section.markdown).toContain(stage)
      expect(differences).toEqual([])
    }
  })
})
