/** A product whose terms cancel, with what says how large they are, and without. */
import { describe, expect, it } from 'vitest'
import { recordOf } from '../../kernels-runner/bundle/records.ts'
import { judgeFiles } from '../../kernels-runner/tensors/index.ts'
import { tensorLine } from '../../spec-tools/evidence/tensors.ts'
import { seeded } from '../kernels-runner/tensors/data.ts'
import { f32, Folder, safetensors, type Stage } from '../kernels-runner/tensors/write.ts'
import { codicil } from './codicil.ts'

const [rows, terms, columns] = [4, 256, 16]

/** x, y = x w with sums taken forward or backward, of which a thousandth of the terms is left. */
function product({ backward = false, fault = 0 } = {}): { stages: Stage[]; size: Stage } {
  const random = seeded(3)
  const uniform = () => 2 * random() - 1
  const half = terms / 2
  const x = Array.from({ length: rows }, () => {
    const first = Array.from({ length: half }, uniform)
    return [...first, ...first.map((value) => -value * (1 + 0.001 * uniform()))].map(Math.fround)
  })
  const w = Array.from({ length: columns }, () => {
    const first = Array.from({ length: half }, () => Math.fround(uniform()))
    return [...first, ...first]
  })
  const order = [...x[0]!.keys()]
  if (backward) order.reverse()
  const summed = x.flatMap((row) =>
    w.map((column) => {
      const sum = order.reduce((all, i) => Math.fround(all + row[i]! * column[i]!), 0)
      return sum * (1 + fault)
    }),
  )
  const sizes = x.flatMap((row) =>
    w.map((column) => Math.hypot(...row.map((value, i) => value * column[i]!))),
  )
  return {
    stages: [f32('x', x.flat(), [rows, terms]), f32('y', summed, [rows, columns])],
    size: f32('y@terms', sizes, [rows, columns]),
  }
}

const metadata = { stages: '["x","y"]' }
const reference = product()

async function compared(candidate: Stage[], against: Stage[], ...options: string[]) {
  using folder = new Folder()
  const a = folder.file('a.safetensors', safetensors(candidate, metadata))
  const b = folder.file('b.safetensors', safetensors(against, metadata))
  const { stdout } = await codicil('compare', a, b, '--all', ...options)
  return stdout
}

describe('a product whose terms cancel', () => {
  const withSize = [...reference.stages, reference.size]

  it('is left open without its terms, and the next step asks for them', async () => {
    const shown = await compared(product({ backward: true }).stages, reference.stages)
    expect(shown).toContain('UNPROVEN(cancels?')
    expect(shown).toContain('@terms')
  })

  it('is decided by them, and they are no stage', async () => {
    const shown = await compared(product({ backward: true }).stages, withSize)
    expect(shown).toMatch(/y .*MATCH\(relL2/)
    expect(shown).not.toContain('y@terms')
    const faulty = await compared(product({ backward: true, fault: 0.05 }).stages, withSize)
    expect(faulty).toMatch(/y .*DIVERGENT\(relL2/)
  })

  it('goes into the record of a bundle with them', async () => {
    using folder = new Folder()
    const [a, b] = ['a.safetensors', 'b.safetensors'].map((name) =>
      folder.file(name, safetensors(withSize, metadata)),
    ) as [string, string]
    const none = { candidate: [], reference: [] }
    const order = { candidate: a, reference: b, repeats: none, told: {}, stages: null }
    const { pairs } = await judgeFiles({ ...order, floor: undefined }, { threads: 1 })
    const line = { stage: recordOf(pairs[1]!, 'y', { a: 1, b: 2 }) }
    const parsed = tensorLine.parse(JSON.parse(JSON.stringify(line)))
    expect(parsed).toEqual(line)
    expect(line.stage.terms!.rms).toBeGreaterThan(100 * pairs[1]!.pair!.rmsDiff.value!)
  })
})
