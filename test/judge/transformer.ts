/**
 * A small decoder-only transformer, seeded, with every stage captured, in a chosen number format and
 * order of summation, and with faults that can be planted: what the judgement of tensors is held
 * against. Sums are accumulated in f32, as hardware does.
 */
import { unitSums } from '../../kernels-runner/tensors/units.ts'
import type { TensorPair, TensorSide } from '../../spec-tools/judge/index.ts'

export interface Model {
  layers: number
  tokens: number
  width: number
  heads: number
  inner: number
}

export const model: Model = { layers: 4, tokens: 6, width: 32, heads: 4, inner: 64 }

export interface Capture {
  stage: string
  shape: number[]
  data: Float64Array
}

export interface Arithmetic {
  dtype: 'F32' | 'F16' | 'BF16'
  /** Order in which a sum is taken. */
  order: 'forward' | 'backward' | 'pairwise'
}

export const plain: Arithmetic = { dtype: 'F32', order: 'forward' }

export const faults = [
  'no bias',
  'doubled bias',
  'wrong head order',
  'wrong RoPE base',
  'position off by one',
  'eps off',
  'transposed weight',
  'missing mask',
  'one token stale',
  'one NaN',
  'one wrong quantisation block',
  'GELU for SiLU',
  'permuted layout',
  'overflow to infinity',
  'dropped residual',
  'scale without its root',
  'swapped gate and up',
] as const

export type Fault = (typeof faults)[number]

/** Where a fault shows first. */
export const shownAt: Readonly<Record<Fault, string>> = {
  'no bias': 'q',
  'doubled bias': 'k',
  'wrong head order': 'attention',
  'wrong RoPE base': 'q_rope',
  'position off by one': 'q_rope',
  'eps off': 'norm',
  'transposed weight': 'projection',
  'missing mask': 'probabilities',
  'one token stale': 'v',
  'one NaN': 'activation',
  'one wrong quantisation block': 'down',
  'GELU for SiLU': 'activation',
  'permuted layout': 'up',
  'overflow to infinity': 'gate',
  'dropped residual': 'residual',
  'scale without its root': 'scores',
  'swapped gate and up': 'gate',
}

/** All stages of one forward pass; `fault` is planted in layer `at`. */
export function forward(
  seed: number,
  { dtype, order }: Arithmetic,
  planted: { fault: Fault; at: number } | null = null,
): Capture[] {
  const { layers, tokens, width, heads, inner } = model
  const size = width / heads
  const stored = rounding[dtype]
  const sum = summing[order]
  const random = normals(seed)
  const captures: Capture[] = []
  const keep = (stage: string, rows: number[][]): number[][] => {
    const kept = rows.map((row) => row.map(stored))
    captures.push({
      stage,
      shape: [kept.length, kept[0]?.length ?? 0],
      data: Float64Array.from(kept.flat()),
    })
    return kept
  }
  const matrix = (rows: number, columns: number): number[][] =>
    Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => stored(random() / Math.sqrt(columns))),
    )
  const times = (x: number[][], weights: number[][]): number[][] =>
    x.map((row) =>
      weights.map((column) => sum(row.map((value, at) => Math.fround(value * column[at]!)))),
    )
  const norm = (x: number[][], eps: number): number[][] =>
    x.map((row) => {
      const mean = sum(row.map((value) => Math.fround(value * value))) / row.length
      const scale = Math.fround(1 / Math.sqrt(mean + eps))
      return row.map((value) => Math.fround(value * scale))
    })
  const rope = (x: number[][], base: number, offset: number): number[][] =>
    x.map((row, token) =>
      row.map((value, at) => {
        const pair = Math.floor((at % size) / 2)
        const angle = (token + offset) * base ** ((-2 * pair) / size)
        const other = at % 2 === 0 ? -row[at + 1]! : row[at - 1]!
        return Math.fround(value * Math.cos(angle) + other * Math.sin(angle))
      }),
    )

  let x = keep(
    'embedding',
    Array.from({ length: tokens }, () => Array.from({ length: width }, () => 0.3 * random())),
  )
  for (let layer = 0; layer < layers; layer += 1) {
    const has = (fault: Fault) => planted?.fault === fault && planted.at === layer
    const at = (stage: string) => `layers.${layer}.${stage}`
    const [wq, wk, wv, wo] = Array.from({ length: 4 }, () => matrix(width, width)) as number[][][]
    const [wg, wu] = [matrix(inner, width), matrix(inner, width)]
    const wd = matrix(width, inner)
    const [bq, bk] = Array.from({ length: 2 }, () =>
      Array.from({ length: width }, () => stored(0.5 * random())),
    ) as number[][]
    const plus = (rows: number[][], bias: number[], by: number) =>
      rows.map((row) => row.map((value, i) => Math.fround(value + by * bias[i]!)))

    const h = keep(at('norm'), norm(x, has('eps off') ? 1e-4 : 1e-6))
    const q = keep(at('q'), plus(times(h, wq!), bq!, has('no bias') ? 0 : 1))
    const k = keep(at('k'), plus(times(h, wk!), bk!, has('doubled bias') ? 2 : 1))
    const values = times(h, wv!)
    if (has('one token stale')) values[3] = values[2]!
    const v = keep(at('v'), values)
    const base = has('wrong RoPE base') ? 1e6 : 1e4
    const offset = has('position off by one') ? 1 : 0
    const qr = keep(at('q_rope'), rope(q, base, offset))
    const kr = keep(at('k_rope'), rope(k, 1e4, 0))
    const scores = Array.from({ length: heads * tokens }, (_, row) => {
      const [head, i] = [Math.floor(row / tokens), row % tokens]
      return Array.from({ length: tokens }, (__, j) => {
        const products = Array.from({ length: size }, (___, d) =>
          Math.fround(qr[i]![head * size + d]! * kr[j]![head * size + d]!),
        )
        return Math.fround(sum(products) / (has('scale without its root') ? size : Math.sqrt(size)))
      })
    })
    const s = keep(at('scores'), scores)
    const p = keep(
      at('probabilities'),
      s.map((row, index) => {
        const seen = has('missing mask') ? tokens : (index % tokens) + 1
        const most = Math.max(...row.slice(0, seen))
        const parts = row.map((value, j) => (j < seen ? Math.fround(Math.exp(value - most)) : 0))
        const total = sum(parts)
        return parts.map((part) => Math.fround(part / total))
      }),
    )
    const attention = Array.from({ length: tokens }, (_, i) =>
      Array.from({ length: width }, (__, c) => {
        const head = Math.floor(c / size)
        const from = has('wrong head order') ? (head + 1) % heads : head
        return sum(
          Array.from({ length: tokens }, (___, j) =>
            Math.fround(p[from * tokens + i]![j]! * v[j]![c]!),
          ),
        )
      }),
    )
    const a = keep(at('attention'), attention)
    const transposed = wo!.map((row, i) => row.map((__, j) => wo![j]![i]!))
    const o = keep(at('projection'), times(a, has('transposed weight') ? transposed : wo!))
    const dropped = has('dropped residual')
    const r = keep(
      at('residual'),
      x.map((row, i) => row.map((value, c) => Math.fround((dropped ? 0 : value) + o[i]![c]!))),
    )
    const h2 = keep(at('norm2'), norm(r, 1e-6))
    const swapped = has('swapped gate and up')
    const blown = has('overflow to infinity') ? 1e38 : 1
    const gated = times(h2, swapped ? wu : wg).map((row) =>
      row.map((value) => Math.fround(Math.fround(value * blown) * blown)),
    )
    const g = keep(at('gate'), gated)
    const raised = times(h2, swapped ? wg : wu)
    const u = keep(
      at('up'),
      has('permuted layout') ? raised.map((row) => row.toReversed()) : raised,
    )
    const gelu = (value: number) =>
      0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)))
    const silu = (value: number) => value / (1 + Math.exp(-value))
    const activated = g.map((row, i) =>
      row.map((value, c) =>
        Math.fround((has('GELU for SiLU') ? gelu(value) : silu(value)) * u[i]![c]!),
      ),
    )
    if (has('one NaN')) activated[2]![5] = Number.NaN
    const act = keep(at('activation'), activated)
    const block = has('one wrong quantisation block')
    const w = wd.map((row, i) =>
      row.map((value, j) => (block && i === 3 && j < 32 ? 2 * value : value)),
    )
    const d = keep(at('down'), times(act, w))
    x = keep(
      at('residual2'),
      r.map((row, i) => row.map((value, c) => Math.fround(value + d[i]![c]!))),
    )
  }
  const last = keep('final_norm', norm(x, 1e-6))
  keep('logits', times(last, matrix(48, width)))
  return captures
}

/** What a tensor reader would measure of two passes, stage by stage. */
export function measured(
  a: readonly Capture[],
  b: readonly Capture[],
  dtypes: readonly [string, string],
): TensorPair[] {
  return a.map((one, index) => pairOf(one, b[index]!, dtypes))
}

function pairOf(one: Capture, other: Capture, dtypes: readonly [string, string]): TensorPair {
  const n = one.data.length
  const width = one.shape[1]!
  const both = (i: number) => Number.isFinite(one.data[i]!) && Number.isFinite(other.data[i]!)
  const indices = Array.from({ length: n }, (_, i) => i)
  const finite = indices.filter(both)
  const sumOf = (of: (i: number) => number, at = finite) => at.reduce((sum, i) => sum + of(i), 0)
  const [a, b] = [(i: number) => one.data[i]!, (i: number) => other.data[i]!]
  const d = (i: number) => a(i) - b(i)
  const [aa, bb, ab] = [sumOf((i) => a(i) ** 2), sumOf((i) => b(i) ** 2), sumOf((i) => a(i) * b(i))]
  const dd = sumOf((i) => d(i) ** 2)
  const mismatch = indices.filter((i) => classOf(a(i)) !== classOf(b(i)))
  const rows = Array.from({ length: one.shape[0]! }, (_, row) => {
    const inside = finite.filter((i) => Math.floor(i / width) === row)
    const below = sumOf((i) => b(i) ** 2, inside)
    return below > 0 ? Math.sqrt(sumOf((i) => d(i) ** 2, inside) / below) : 0
  })
  const worst = rows.indexOf(Math.max(...rows))
  const unitsOf = (count: number, of: (i: number) => number) => {
    const sums = Array.from({ length: count }, () => [0, 0])
    for (const i of finite) {
      const sum = sums[of(i)]!
      sum[0]! += d(i) ** 2
      sum[1]! += b(i) ** 2
    }
    return unitSums(count, (unit, which) => sums[unit]![which] ?? 0, 1)
  }
  const value = (figure: number) =>
    Number.isFinite(figure) ? { value: figure } : { value: null, why: 'no value' }
  return {
    stage: one.stage,
    a: sideOf(one, dtypes[0]),
    b: sideOf(other, dtypes[1]),
    unpaired: null,
    rowWidth: width,
    units: {
      rows: unitsOf(one.shape[0]!, (i) => Math.floor(i / width)),
      channels: unitsOf(width, (i) => i % width),
    },
    pair: {
      nFinite: finite.length,
      nonFiniteMismatch:
        mismatch.length === 0
          ? null
          : {
              count: mismatch.length,
              index: mismatch[0]!,
              a: classOf(a(mismatch[0]!)),
              b: classOf(b(mismatch[0]!)),
            },
      maxAbsDiff: value(finite.reduce((most, i) => Math.max(most, Math.abs(d(i))), 0)),
      rmsDiff: value(Math.sqrt(dd / finite.length)),
      normA: value(Math.sqrt(aa)),
      normB: value(Math.sqrt(bb)),
      relativeL2: value(bb > 0 ? Math.sqrt(dd / bb) : Number.NaN),
      worstRow: { row: worst, relativeL2: rows[worst]! },
      cosine: value(ab / Math.sqrt(aa * bb)),
    },
  }
}

function sideOf({ shape, data }: Capture, dtype: string): TensorSide {
  const finite = data.filter(Number.isFinite)
  const n = data.length
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
  const variance = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length
  return {
    path: 'memory',
    tensor: { dtype, shape, unreadable: null },
    facts: {},
    stats: {
      n,
      nNan: data.filter(Number.isNaN).length,
      nPosInf: data.filter((value) => value === Infinity).length,
      nNegInf: data.filter((value) => value === -Infinity).length,
      mean: { value: mean },
      std: { value: Math.sqrt(variance) },
      min: { value: Math.min(...finite) },
      max: { value: Math.max(...finite) },
      l2: { value: Math.hypot(...finite) },
    },
  }
}

function classOf(value: number): 'finite' | 'nan' | '+inf' | '-inf' {
  if (Number.isNaN(value)) return 'nan'
  if (Number.isFinite(value)) return 'finite'
  return value > 0 ? '+inf' : '-inf'
}

const rounding: Readonly<Record<Arithmetic['dtype'], (value: number) => number>> = {
  F32: Math.fround,
  F16: (value) => toPrecision(value, 11, 65504),
  BF16: (value) => toPrecision(value, 8, 3.39e38),
}

/** Rounds to a number of significant bits, half to even. */
function toPrecision(value: number, bits: number, most: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits)
  const scaled = value / unit
  const down = Math.floor(scaled)
  const up = scaled - down > 0.5 || (scaled - down === 0.5 && down % 2 !== 0)
  const rounded = (up ? down + 1 : down) * unit
  return Math.abs(rounded) > most ? Math.sign(value) * Infinity : rounded
}

const summing: Readonly<Record<Arithmetic['order'], (terms: number[]) => number>> = {
  forward: (terms) => terms.reduce((sum, term) => Math.fround(sum + term), 0),
  backward: (terms) => terms.reduceRight((sum, term) => Math.fround(sum + term), 0),
  pairwise: function pairwise(terms: number[]): number {
    if (terms.length <= 2) return Math.fround((terms[0] ?? 0) + (terms[1] ?? 0))
    const half = terms.length >> 1
    return Math.fround(pairwise(terms.slice(0, half)) + pairwise(terms.slice(half)))
  },
}

/** Normally distributed numbers from a counter-based generator (splitmix32, Box-Muller). */
function normals(seed: number): () => number {
  let counter = seed * 7919
  const uniform = () => {
    counter = (counter + 0x9e3779b9) | 0
    let z = counter
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
