/** A short sample of what `node test/fuzz/run.ts` does for as long as one likes. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute, fuzz } from './engine.ts'
import { targets } from './targets.ts'

/** Executions of targets that take long. */
const few: Readonly<Record<string, number>> = {
  spec: 5,
  lint: 20,
  log: 40,
  investigation: 100,
  settings: 100,
}
const usual = 300

const shown = ({ kind, input, what }: { kind: string; input: Uint8Array; what: string }) =>
  `${kind}: ${what}\n${Buffer.from(input).toString('base64').slice(0, 2000)}`

describe.each(Object.entries(targets))('the reader of %s', (name, target) => {
  it('reads or refuses what was found to be hard before', async () => {
    const folder = join(import.meta.dirname, 'corpus', name)
    const names = existsSync(folder) ? await readdir(folder) : []
    for (const file of names) {
      const [finding] = await execute(target, await readFile(join(folder, file)))
      expect(finding && `${file}: ${shown(finding)}`).toBeNull()
    }
  })

  it('reads or refuses mutated input, and throws nothing of another kind', async () => {
    const most = few[name] ?? usual
    const { executions, findings } = await fuzz(target, 20_260_301, (done) => done >= most)
    expect(findings.filter(({ kind }) => kind === 'crash').map(shown)).toEqual([])
    expect(executions).toBe(most)
  })
})
