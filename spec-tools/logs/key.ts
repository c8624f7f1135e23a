/** What stands before `=` or `:` and names a figure. */
import { labelOf, type Label } from './label.ts'
import { remembered } from './remembered.ts'
import { withoutUnit } from './units.ts'
import { snakeCase, statisticName, type StatisticName } from './statistics.ts'

export interface Key {
  printed: string
  /** The key read as a label: stage, sides and facts that it states itself. */
  label: Label
  /** The statistic of its stage: `Embedding Mean` is the mean of `Embedding`. */
  name: StatisticName
  /** The whole key as a statistic, for figures whose stage stands elsewhere. */
  statistic: string
  /** What a list behind it is. */
  list: 'range' | 'tokens' | null
  /** Whether it states a fact about the figures beside it rather than being one of them. */
  fact: boolean
  /** Whether what stands behind it is no measurement though it may look like a number. */
  identity: boolean
  /** The unit that it states in brackets or at its end: `Mean TTFT (ms)`, `mean_ms`. */
  unit: string | null
}

const ranges = /^(?:.*_)?(?:range|bounds|min_max|minmax|extent)$/
const facts = /^(?:layer|layer_idx|ddof|shape|dtype|phase|selection)$/
const tokens = /^(?:prompt_|input_)?(?:token_ids|tokens|ids)$/
const identities =
  /(?:^|_)(?:version|driver|commit|sha|sha\d+|hash|digest|uuid|guid|pid|ppid|port|date|timestamp|serial|revision|rev|compute_cap|capability|arch|address|addr|bus_id)$/

/** `engine.py:88` is a place in a file. */
const files = /\.(?:py|cc|cpp|cu|cuh|c|h|hpp|rs|go|js|ts|java|rb|cs|sh)$/i

/** `cuda:0` is a device, whatever stands before it. */
const devices = /(?:^|_)(?:cuda|hip|xpu|npu|mps|xla|rocm|musa|hpu|localhost)$/

export const keyOf = remembered((printed: string): Key => {
  const label = labelOf(printed)
  const normal = snakeCase(printed)
  const { name: plain, unit } = withoutUnit(label.stage === '' ? label.text : label.stage)
  const name = statisticName(plain)
  return {
    printed,
    label,
    name,
    statistic: name.known && name.base === '' ? name.statistic : normal,
    list: ranges.test(normal) ? 'range' : tokens.test(normal) ? 'tokens' : null,
    fact: facts.test(normal),
    identity: identities.test(normal) || devices.test(normal) || files.test(printed),
    unit: unit ?? name.unit,
  }
})

/** Whether a word can begin a name of several words, as `max |diff|` and `rel l2` do. */
export function beginsName(word: string): boolean {
  return /^(?:max|min|mean|avg|rms|rel|relative|cos|cosine|l2|std|standard|abs|absolute|\|\S+\||num)$/i.test(
    word,
  )
}
