/** Tensor files that all diagnostics left: found here; what measures them is loaded if there are any. */
import { join } from 'node:path'
import type { ComparedOutputs, CompareOrder } from './compared.ts'
import type { Diagnosed } from './gather.ts'
import { tensorOutputs } from './outputs.ts'

interface Left extends Omit<CompareOrder, 'comparisons' | 'digests'> {
  /** Each run of a diagnostic, with its private folder, which must still be there. */
  runs: readonly (Diagnosed & { scratch: string })[]
}

export async function compareLeft({ runs, ...order }: Left): Promise<ComparedOutputs> {
  const leavers = runs.map(({ diagnostic: { id, repeat = 0 }, scratch }) => {
    return { id, repeat, folder: join(scratch, 'out') }
  })
  const { comparisons, left } = await tensorOutputs(leavers, order.sides)
  const partial = left.map((text) => order.redaction.text(text))
  if (comparisons.length === 0) return { files: new Map(), measurements: [], partial }
  const { compareOutputs } = await import('./compared.ts')
  const digests = new Map(runs.flatMap((one) => [...one.digests]))
  const compared = await compareOutputs({ ...order, comparisons, digests })
  return { ...compared, partial: [...partial, ...compared.partial] }
}
