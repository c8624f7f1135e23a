/** Clean pairs: two computations of the same, which differ by rounding and order of sums alone. */
import { plain, rounding, type Arithmetic, type Precision } from '../test/faults/arithmetic.ts'
import { forward, type Capture, type Size } from '../test/faults/decoder.ts'
import { sizes } from '../test/faults/sizes.ts'
import { seeded } from '../test/kernels-runner/tensors/data.ts'
import { bytesOf, type Stage } from '../test/kernels-runner/tensors/write.ts'

export interface Side {
  stages: Stage[]
  metadata: Record<string, string>
}

export interface Clean {
  /** Whether pairs of a class differ in the arithmetic of the candidate. */
  arithmetic?: true
  candidate: Side
  reference: Side
}

export interface CleanClass {
  /** How much was captured. */
  group: 'dense' | 'sparse' | 'operations'
  pairs: (seed: number) => Clean[]
}

const arithmetics: readonly Partial<Arithmetic>[] = [
  { precision: 'bf16' },
  { precision: 'f16' },
  { summation: 'backward' },
  { summation: 'pairwise', tile: 16 },
]

const base = sizes['three layers']
if (!base) throw new Error('test/faults/sizes.ts lacks the three layers')
const deep: Size = {
  ...base,
  layers: 16,
  hidden: 48,
  heads: 4,
  kvHeads: 2,
  headDim: 12,
  ffn: 96,
  tokens: 6,
}
const massive: Size = { ...deep, layers: 8, outliers: 300 }

/** Which captures of a decoder are kept. */
const kept: Readonly<Record<string, (name: string) => boolean>> = {
  dense: () => true,
  'layers alone': (name) => /ffn_residual|logits/.test(name),
  'every fourth layer': (name) => /layers\.(?:3|7|11|15)\.ffn_residual|logits/.test(name),
  'logits alone': (name) => name === 'logits',
}

function decoders(size: Size, keep: (name: string) => boolean) {
  return (seed: number): Clean[] => {
    const reference = sideOf(
      forward(size, seed, plain).filter(({ name }) => keep(name)),
      'f32',
    )
    return arithmetics.map((arithmetic) => {
      const used = { ...plain, ...arithmetic }
      const captures = forward(size, seed, used).filter(({ name }) => keep(name))
      return { candidate: sideOf(captures, used.precision), reference, arithmetic: true }
    })
  }
}

function sideOf(captures: readonly Capture[], precision: Precision): Side {
  return {
    stages: captures.map(({ name, shape, values }) => stored(name, shape, values, precision)),
    metadata: { stages: JSON.stringify(captures.map(({ name }) => name)) },
  }
}

function stored(name: string, shape: number[], values: Float64Array, precision: Precision): Stage {
  if (precision === 'f16') {
    return { name, shape, dtype: 'F16', data: bytesOf(Float16Array.from(values)) }
  }
  const singles = Float32Array.from(values)
  if (precision === 'f32') return { name, shape, dtype: 'F32', data: bytesOf(singles) }
  const halves = new Uint16Array(singles.buffer).filter((_, i) => i % 2 === 1)
  return { name, shape, dtype: 'BF16', data: bytesOf(halves) }
}

/** One operation: what goes in and what comes out, computed in f64, and in the precision given. */
type Operation = (random: () => number, precision: Precision, nth: number) => Capture[]

function operations(operation: Operation, precisions: readonly Precision[], only?: RegExp) {
  return (seed: number): Clean[] =>
    precisions.flatMap((precision) =>
      [0, 1, 2, 3].map((nth) => {
        const isExact = ({ name }: Capture) => name.endsWith('*')
        const all = operation(normals(seed * 17 + nth), precision, nth)
        const wanted = all.filter(({ name }) => only?.test(name) ?? true)
        const plainName = (one: Capture) => ({ ...one, name: one.name.replace('*', '') })
        return {
          candidate: sideOf(
            wanted.filter((one) => !isExact(one)),
            precision,
          ),
          reference: sideOf(wanted.filter(isExact).map(plainName), 'f32'),
        }
      }),
    )
}

/** Both sides of a stage: as rounded, and exact (marked `*`). */
function both(
  name: string,
  shape: number[],
  rounded: Float64Array,
  exact: Float64Array,
): Capture[] {
  return [
    { name, shape, values: rounded },
    { name: `${name}*`, shape, values: exact },
  ]
}

/** How much of the terms is left of the products that cancel. */
const left = [0.1, 0.03, 0.01, 0.003]

function product(rows: number, terms: number, columns: number, cancels = false): Operation {
  return (random, precision, nth) => {
    const round = rounding[precision]
    const x = Float64Array.from({ length: rows * terms }, () => Math.fround(random()))
    const w = Float64Array.from({ length: columns * terms }, () =>
      Math.fround(random() / Math.sqrt(terms)),
    )
    if (cancels) {
      // The second half of the terms all but undoes the first.
      const half = terms / 2
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < half; i++) {
          x[r * terms + half + i] = Math.fround(
            -(x[r * terms + i] ?? 0) * (1 + (left[nth] ?? 0) * random()),
          )
        }
      }
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < half; i++) w[c * terms + half + i] = w[c * terms + i] ?? 0
      }
    }
    const xr = x.map(round)
    const wr = w.map(round)
    const exact = new Float64Array(rows * columns)
    const rounded = new Float64Array(rows * columns)
    const termSizes = new Float64Array(rows * columns)
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0
        let single = 0
        let squares = 0
        for (let i = 0; i < terms; i++) {
          const term = (x[r * terms + i] ?? 0) * (w[c * terms + i] ?? 0)
          sum += term
          squares += term ** 2
          single = Math.fround(single + (xr[r * terms + i] ?? 0) * (wr[c * terms + i] ?? 0))
        }
        exact[r * columns + c] = sum
        rounded[r * columns + c] = round(single)
        termSizes[r * columns + c] = Math.sqrt(squares)
      }
    }
    return [
      ...both('x', [rows, terms], xr, x),
      ...both('y', [rows, columns], rounded, exact),
      ...both('y@terms', [rows, columns], termSizes, termSizes),
    ]
  }
}

function elementwise(name: string, f: (x: number, row: readonly number[]) => number): Operation {
  return (random, precision) => {
    const round = rounding[precision]
    const [rows, width] = [8, 512]
    const x = Float64Array.from({ length: rows * width }, () => Math.fround(2 * random()))
    const applied = (values: Float64Array, keep: (x: number) => number) =>
      Float64Array.from({ length: rows * width }, (_, i) => {
        const from = Math.floor(i / width) * width
        return keep(f(values[i] ?? 0, rowOf(values, from, width)))
      })
    const rowCache = new Map<string, readonly number[]>()
    const rowOf = (values: Float64Array, from: number, length: number) => {
      const key = `${values === x ? 'x' : 'r'}${from}`
      const row = rowCache.get(key) ?? [...values.subarray(from, from + length)]
      rowCache.set(key, row)
      return row
    }
    const xr = x.map(round)
    return [
      ...both('x', [rows, width], xr, x),
      ...both(
        name,
        [rows, width],
        applied(xr, round),
        applied(x, (y) => y),
      ),
    ]
  }
}

const sumOf = (row: readonly number[], f: (x: number) => number) =>
  row.reduce((sum, x) => sum + f(x), 0)

const precisions: readonly Precision[] = ['f32', 'bf16', 'f16']
/** Without what lies beside a stage. */
const plainly = /^\w+\*?$/

export const classes: Readonly<Record<string, CleanClass>> = {
  ...Object.fromEntries(
    Object.entries(sizes).flatMap(([name, size]) =>
      Object.entries(kept).map(([what, keep]): [string, CleanClass] => [
        `${name}, ${what}`,
        { group: what === 'dense' ? 'dense' : 'sparse', pairs: decoders(size, keep) },
      ]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries({ '16 layers': deep, 'massive activations': massive }).flatMap(([name, size]) =>
      Object.entries(kept).map(([what, keep]): [string, CleanClass] => [
        `${name}, ${what}`,
        { group: what === 'dense' ? 'dense' : 'sparse', pairs: decoders(size, keep) },
      ]),
    ),
  ),
  'products, inputs captured': {
    group: 'operations',
    pairs: operations(product(4, 1024, 64), precisions, plainly),
  },
  'products, inputs not captured': {
    group: 'operations',
    pairs: (seed) => [
      ...operations(product(1, 8192, 8), precisions, /^y\*?$/)(seed),
      ...operations(product(4, 1024, 64), precisions, /^y\*?$/)(seed),
    ],
  },
  'products that cancel, terms captured': {
    group: 'operations',
    pairs: operations(product(4, 512, 64, true), precisions),
  },
  'products that cancel, terms not captured': {
    group: 'operations',
    pairs: operations(product(4, 512, 64, true), precisions, plainly),
  },
  'RMS norms': {
    group: 'operations',
    pairs: operations(
      elementwise('norm', (x, row) => x / Math.sqrt(sumOf(row, (y) => y * y) / row.length + 1e-6)),
      precisions,
    ),
  },
  SiLU: {
    group: 'operations',
    pairs: operations(
      elementwise('act', (x) => x / (1 + Math.exp(-x))),
      precisions,
    ),
  },
  GELU: {
    group: 'operations',
    pairs: operations(
      elementwise(
        'act',
        (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
      ),
      precisions,
    ),
  },
  softmax: {
    group: 'operations',
    pairs: operations(
      elementwise('probs', (x, row) => Math.exp(x) / sumOf(row, Math.exp)),
      precisions,
    ),
  },
}

function normals(seed: number): () => number {
  const random = seeded(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
