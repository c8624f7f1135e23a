/** Pairs of the shared corpus that were judged wrong once, with what they must be. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compared } from './codicil.ts'

const folder = join(import.meta.dirname, '../../../shared/data/tensors')
const here = existsSync(folder)
if (!here) console.log('skipped: the shared pairs of tensors are not here')

const file = (name: string, ending = 'safetensors') => join(folder, `${name}.${ending}`)
const pair = (name: string) => compared(file(`${name}-a`), file(`${name}-b`))

it.skipIf(!here)('a channel of 1e4 does not hide the others', async () => {
  const { json } = await pair('w1')
  expect(json.rows[0]?.cell).toMatch(/^DIVERGENT\(channel \d relL2 1>/)
})

it.skipIf(!here)('an error that triples at each stage does not carry its floor along', async () => {
  const { json } = await pair('w2')
  expect(json.rows.slice(2).map(({ verdict }) => verdict)).toEqual(Array(3).fill('DIVERGENT'))
})

it.skipIf(!here)('a wrong scale is no rounding to blocks', async () => {
  const { json } = await compared(file('w3-a', 'gguf'), file('w3-b'))
  expect(json.rows[0]?.verdict).toBe('DIVERGENT')
})

it.skipIf(!here)(
  'the logits of a deep model may differ by the rounding of its layers',
  async () => {
    const { json } = await pair('w4')
    expect(json.rows[0]?.verdict).toBe('MATCH')
  },
)

it.skipIf(!here)('sums whose terms were not captured may be long', async () => {
  const { json } = await pair('w5')
  expect(json.rows[0]?.verdict).toBe('MATCH')
})

it.skipIf(!here)('a difference of stages that match is left open, and says why', async () => {
  const { json } = await pair('w6')
  expect(json.rows.map(({ cell }) => cell.split(',')[0])).toEqual([
    expect.stringMatching('MATCH'),
    expect.stringMatching('MATCH'),
    'UNPROVEN(cancels?',
  ])
})
