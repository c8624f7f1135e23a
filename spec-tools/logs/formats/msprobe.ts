/** The tables of Huawei's msprobe, that `compare` writes: a tensor a row, NPU and bench. */
import type { Facts } from '../../evidence/facts.ts'
import { Block, type Details } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { quantityOf } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const msprobe: Format = {
  name: 'msprobe',
  source:
    'MindStudio-Probe msprobe/core/common/const.py (CompareConst) and its guide to accuracy comparison, ptdbg_ascend 5 to msprobe 26',
  read(lines, at) {
    if (!lines[at]!.includes('NPU Name')) return null
    const header = csvCells(lines[at]!)
    if (header === null || !header.includes('NPU Name') || !header.includes('Bench Name'))
      return null
    const block = new Block()
    let end = at + 1
    for (; end < lines.length && lines[end]!.includes(','); end++) {
      const cells = csvRow(lines[end]!, header)
      if (cells === null) block.unread(end, 'not as many cells as columns')
      else takeRow(block, end, new Map(header.map((name, index) => [name, cells[index]!])))
    }
    return block.empty ? null : block.to(end)
  },
}

/** Columns that compare the elements of both tensors. */
const pairs = dictionary<string>({
  Cosine: 'cosine',
  EucDist: 'l2_diff',
  MaxAbsErr: 'max_abs_diff',
  MaxAbsError: 'max_abs_diff',
  MaxRelativeErr: 'max_rel_diff',
  'One Thousandth Err Ratio': 'value',
  'Five Thousandth Err Ratio': 'value',
  'Five Thousandths Err Ratio': 'value',
})
/** Columns of a comparison by summaries: how far apart a statistic of both is, not the elements. */
const summaries = dictionary<string>({
  'Max diff': 'diff_of_max',
  'Min diff': 'diff_of_min',
  'Mean diff': 'diff_of_mean',
  'L2norm diff': 'diff_of_l2',
  MaxRelativeErr: 'rel_diff_of_max',
  MinRelativeErr: 'rel_diff_of_min',
  MeanRelativeErr: 'rel_diff_of_mean',
  NormRelativeErr: 'rel_diff_of_l2',
})
const ofSide = /^(NPU|Bench) (max|min|mean|l2norm)$/
/** Columns that describe a row; what any other holds is read by the name of its column. */
const describing =
  /Name$|Dtype$|Shape$|Requires_grad|MD5$|_Stack_Info$|^Data_name$|^Err_message$|^Dirty Valid Len$/
const verdicts = /^(?:Accuracy Reached or Not|Result)$/
const absent = /^(?:|N\/A|None|null|unsupported|-|\/)$/i

function takeRow(block: Block, at: number, row: ReadonlyMap<string, string>): void {
  const name = row.get('NPU Name')!
  if (name === '') return block.unread(at, 'the row names no tensor')
  const compared = meaningsOf(row)
  const labels = Object.fromEntries(
    [...row].filter(([key, cell]) => describing.test(key) && cell !== ''),
  )
  const [npu, bench] = [factsOf(row, 'NPU'), factsOf(row, 'Bench')]
  const same = npu.n === bench.n ? npu : { n: null }
  for (const [key, cell] of row) {
    const [, side, printed] = ofSide.exec(key) ?? []
    const statistic =
      printed === undefined ? (compared[key] ?? 'value') : printed.replace('l2norm', 'l2')
    if (verdicts.test(key) && cell !== '') block.claim(at, `${name}: ${key}: ${cell}`)
    if (describing.test(key) || verdicts.test(key) || absent.test(cell)) continue
    const quantity = quantityOf(cell)
    if (quantity === null || (quantity.unit !== null && quantity.unit !== '%')) {
      if (/\d/.test(cell)) block.unread(at, `the column ${key} holds no number`)
      continue
    }
    const of: Details = side === undefined ? same : { ...(side === 'NPU' ? npu : bench), side }
    const full = statistic === 'value' ? `${name} ${key}` : name
    block.figure(at, quantity.printed, full, statistic, { ...of, unit: quantity.unit, labels })
  }
}

/**
 * What the columns mean that compare both tensors. `MaxRelativeErr` is of the elements or of the two
 * maxima; the columns beside it say which, and where they do not, it is only a value.
 */
function meaningsOf(row: ReadonlyMap<string, string>): Record<string, string> {
  const has = (meanings: Record<string, string>) =>
    Object.keys(meanings).some((key) => key !== 'MaxRelativeErr' && row.has(key))
  if (has(pairs) !== has(summaries)) return has(pairs) ? pairs : summaries
  const { MaxRelativeErr: _, ...sure } = { ...pairs, ...summaries }
  return sure
}

/** The type and the shape that the row states of a side; a shape says how many elements there are. */
function factsOf(
  row: ReadonlyMap<string, string>,
  side: string,
): { n: number | null; facts: Facts } {
  const printed = row.get(`${side} Tensor Shape`) ?? ''
  const dtype = (row.get(`${side} Dtype`) ?? '').replace('torch.', '')
  const facts: Facts = dtype === '' ? {} : { dtype: dtype.slice(0, 32) }
  if (!/^[[(][\d, ]+[\])]$/.test(printed)) return { n: null, facts }
  const shape = (printed.match(/\d+/g) ?? []).map(Number)
  return { n: shape.reduce((product, extent) => product * extent, 1), facts: { ...facts, shape } }
}
