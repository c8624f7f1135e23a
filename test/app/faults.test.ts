/**
 * Some of the points at which a call of the loop may fail, drawn by CODICIL_FAULT_SEED. All of them,
 * and those at which the app is killed or stands still as a process: bench/app/faults.ts
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkContract } from '../contract/check.ts'
import { Faulty } from './faulty.ts'
import { Random } from './random.ts'

const seed = Number(process.env['CODICIL_FAULT_SEED'] ?? '1')

let faulty: Faulty
beforeAll(async () => {
  faulty = await Faulty.start()
})
afterAll(() => faulty.stop())

/** Says how many there are, and draws some. */
function drawn<Point>(where: string, points: readonly Point[], count: number): Point[] {
  process.stdout.write(`${points.length} points ${where}, ${count} of them tried\n`)
  return new Random(seed).shuffled(points).slice(0, count)
}

describe('the loop', () => {
  it('ends the same whichever call to GitHub fails, and however', async () => {
    const points = drawn("at GitHub's API", await faulty.callPoints(), 6)
    const ends = await Promise.all(
      points.map(async (point) => ({ point, ...(await faulty.atCall(point)) })),
    )
    expect(ends).toEqual(points.map((point) => ({ point, happened: true, wrong: null })))
  }, 600_000)

  it('ends the same whichever statement fails, before or after it took effect', async () => {
    for (const point of drawn('at the database', await faulty.statementPoints(), 3)) {
      const end = { point, ...(await faulty.atStatement(point)) }
      expect(end).toEqual({ point, happened: true, wrong: null })
    }
  }, 600_000)

  it("keeps to GitHub's own description in every request", () => {
    const { violations, inspected } = checkContract(faulty.loop.hub.requests)
    expect(violations).toEqual([])
    expect(inspected.operations.length).toBeGreaterThan(20)
  })
})
