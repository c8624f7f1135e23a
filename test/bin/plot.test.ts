import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { codicil } from './codicil.ts'

const recorded = join(import.meta.dirname, '../../examples/h200-q4k/bundle')

it('draws what a bundle shows, and says what a picture would need that is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-plot-'))
  const { code, stdout } = await codicil('plot', recorded, '--out', folder)
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: [
      'divergence.svg',
      'limits.svg',
      'layers.svg: not drawn, it needs stages of several layers, such as `layers.3.mlp`',
      'spread.svg',
      'telemetry.svg',
      '',
    ].join('\n'),
  })
  expect((await readdir(folder)).toSorted()).toEqual([
    'divergence.svg',
    'limits.svg',
    'spread.svg',
    'telemetry.svg',
  ])
  const [here, there] = await Promise.all(
    [folder, recorded].map((path) => readFile(join(path, 'divergence.svg'), 'utf8')),
  )
  expect(here).toBe(there)
  await rm(folder, { recursive: true })
})
