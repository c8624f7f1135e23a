/** A few seeds; a thousand: bench/app/shuffled.ts */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stage } from './shuffled.ts'

const seed = Number(process.env['CODICIL_SHUFFLED_SEED'] ?? '4')

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

describe('deliveries that are shuffled, doubled, delayed and dropped', () => {
  it('end the same as those that arrive, also where the database is deleted meanwhile', async () => {
    const ran = await stage.run([seed, seed + 1, seed + 2], { loseBefore: 2 })
    expect(ran.flatMap(({ wrong, ...where }) => (wrong ? [{ where, ...wrong }] : []))).toEqual([])
    const { refused, lost, late, doubled } = stage.mail.counts
    expect(refused + lost + late + doubled).toBeGreaterThan(5)
  }, 240_000)
})
