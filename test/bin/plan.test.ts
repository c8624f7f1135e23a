import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseInvestigation, parseSettings } from '../../spec-tools/index.ts'
import { writeCaptures } from '../kernels-runner/tensors/model/captures.ts'
import { Folder, f32, safetensors } from '../kernels-runner/tensors/write.ts'
import { codicil } from './codicil.ts'

const settings = parseSettings('specs: [{ id: ship, path: a.md }]\n')

function parsed(text: string) {
  return parseInvestigation(text, { slug: 'next', file: 'next.yml', settings })
}

function faulty(folder: Folder): [string, string] {
  const [a, b] = [join(folder.path, 'a.safetensors'), join(folder.path, 'b.safetensors')]
  writeCaptures(a, { fault: 'doubled-bias', keep: (stage) => !stage.startsWith('layers.1.k_') })
  writeCaptures(b)
  return [a, b]
}

it('two tensor files give an investigation of their next step that can be run', async () => {
  using folder = new Folder()
  const { code, stdout, stderr } = await codicil('plan', ...faulty(folder))
  expect(code).toBe(0)
  const investigation = parsed(stdout)
  expect(investigation.sides).toEqual({ candidate: 'a.safetensors', reference: 'b.safetensors' })
  // What comes after the bracket decides nothing.
  expect(investigation.stages.at(-1)?.id).toBe('layers.1.scores')
  expect(investigation.title).toContain('layers.1.k_rope')
  expect(stderr).toContain('Capture layers.1.k_rope')
})

it('another of the next steps can be chosen', async () => {
  using folder = new Folder()
  const files = faulty(folder)
  const titles = await Promise.all(
    ['1', '2'].map(async (step) =>
      parsed((await codicil('plan', ...files, '--step', step)).stdout),
    ),
  )
  expect(new Set(titles.map(({ title }) => title)).size).toBe(2)
  expect((await codicil('plan', ...files, '--step', '99')).code).toBe(2)
})

it('the file is written where asked, and never over another', async () => {
  using folder = new Folder()
  const files = faulty(folder)
  const path = join(folder.path, 'investigations/next.yml')
  expect((await codicil('plan', ...files, '--write', path)).code).toBe(0)
  const text = readFileSync(path, 'utf8')
  expect(parsed(text).hypotheses.length).toBeGreaterThan(0)
  const again = await codicil('plan', ...files, '--write', path)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already exists') })
  expect(readFileSync(path, 'utf8')).toBe(text)
})

it('there is nothing to plan where everything matches', async () => {
  using folder = new Folder()
  const file = folder.file('a.safetensors', safetensors([f32('x', [1, 2, 3])]))
  expect(await codicil('plan', file, file)).toEqual({
    code: 0,
    stdout: '',
    stderr: 'All of 1 stage match. There is nothing to measure next.\n',
  })
})
