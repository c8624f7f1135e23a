/**
 * A small decoder with all that can go wrong in a large one: RMSNorm, projections with bias, RoPE,
 * grouped causal attention, SwiGLU, residuals. Weights are seeded; each stage is captured.
 */
import { createHash } from 'node:crypto'
import { seeded } from '../data.ts'
import { dot, round, type Arithmetic } from './arithmetic.ts'
import { staleToken, type Fault } from './faults.ts'

export const config = {
  layers: 3,
  hidden: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  ffn: 160,
  vocabulary: 96,
  eps: 1e-6,
  ropeBase: 10_000,
}

export const tokens: readonly number[] = [3, 14, 15, 92, 65, 35, 89, 79, 32, 38]

export interface Capture {
  name: string
  shape: number[]
  values: Float64Array
}

export interface Planted {
  fault: Fault
  layer: number
}

type Matrix = Float64Array[]

/** All stages of one forward pass over `tokens`, in their order. */
export function forward(seed: number, arithmetic: Arithmetic, planted?: Planted): Capture[] {
  const weights = makeWeights(seed)
  const captures: Capture[] = []
  const capture = (name: string, rows: Matrix, shape?: number[]): Matrix => {
    const values = Float64Array.from(rows.flatMap((row) => [...row]))
    captures.push({ name, shape: shape ?? [rows.length, rows[0]?.length ?? 0], values })
    return rows
  }
  let x = capture(
    'embed',
    tokens.map((token) => rounded(weights.embed[token] ?? new Float64Array(), arithmetic)),
  )
  for (const [index, layer] of weights.layers.entries()) {
    const fault = planted?.layer === index ? planted.fault : undefined
    const step = new Layer(layer, arithmetic, fault, (name, rows, shape) =>
      capture(`layers.${index}.${name}`, rows, shape),
    )
    x = step.feedForward(step.attention(x))
  }
  const normed = capture(
    'final_norm',
    x.map((row) => rmsNorm(row, weights.norm, 1, arithmetic)),
  )
  capture('logits', project(normed, weights.embed, arithmetic))
  return captures
}

/** SHA-256 over all weights, as a file of them would have. */
export function weightsDigest(seed: number): string {
  const weights = makeWeights(seed)
  const hash = createHash('sha256')
  const add = (values: Float64Array) => hash.update(values)
  weights.embed.forEach(add)
  add(weights.norm)
  for (const layer of weights.layers) {
    for (const part of Object.values(layer)) {
      if (Array.isArray(part)) part.forEach(add)
      else add(part)
    }
  }
  return hash.digest('hex')
}

interface LayerWeights {
  attnNorm: Float64Array
  q: Matrix
  k: Matrix
  v: Matrix
  qBias: Float64Array
  kBias: Float64Array
  vBias: Float64Array
  o: Matrix
  ffnNorm: Float64Array
  gate: Matrix
  up: Matrix
  down: Matrix
}

class Layer {
  readonly #weights: LayerWeights
  readonly #arithmetic: Arithmetic
  readonly #fault: Fault | undefined
  readonly #capture: (name: string, rows: Matrix, shape?: number[]) => Matrix

  constructor(
    weights: LayerWeights,
    arithmetic: Arithmetic,
    fault: Fault | undefined,
    capture: (name: string, rows: Matrix, shape?: number[]) => Matrix,
  ) {
    this.#weights = weights
    this.#arithmetic = arithmetic
    this.#fault = fault
    this.#capture = capture
  }

  attention(x: Matrix): Matrix {
    const { attnNorm, q, k, v, qBias, kBias, vBias, o } = this.#weights
    const epsFactor = this.#fault === 'eps-off' ? 1000 : 1
    const normed = this.#capture(
      'attn_norm',
      x.map((row) => rmsNorm(row, attnNorm, epsFactor, this.#arithmetic)),
    )
    const plainQ = this.#capture('q_proj', this.#project(normed, q))
    const plainK = this.#capture('k_proj', this.#project(normed, k))
    const projectedV = this.#project(normed, v)
    const plainV = this.#capture(
      'v_proj',
      this.#fault === 'permuted-layout' ? transposedLayout(projectedV) : projectedV,
    )
    const times = { 'no-bias': 0, 'doubled-bias': 2 }
    const qs = this.#capture(
      'q_bias',
      this.#addBias(plainQ, qBias, this.#fault === 'no-bias' ? times['no-bias'] : 1),
    )
    const ks = this.#capture(
      'k_bias',
      this.#addBias(plainK, kBias, this.#fault === 'doubled-bias' ? times['doubled-bias'] : 1),
    )
    const vs = this.#capture('v_bias', this.#addBias(plainV, vBias, 1))
    const rotatedQ = this.#capture('q_rope', this.#rope(qs, true))
    const freshK = this.#rope(ks, false)
    const rotatedK = this.#capture(
      'k_rope',
      this.#fault === 'stale-token'
        ? freshK.map((row, t) => (t === staleToken ? (freshK[t - 1] ?? row) : row))
        : freshK,
    )
    const mixed = this.#mix(rotatedQ, rotatedK, vs)
    const weight = this.#fault === 'transposed-weight' ? transposed(o) : o
    const out = this.#capture('o_proj', this.#project(mixed, weight))
    return this.#capture(
      'attn_residual',
      this.#fault === 'dropped-residual' ? out : this.#add(x, out),
    )
  }

  feedForward(x: Matrix): Matrix {
    const { ffnNorm } = this.#weights
    const ones = ffnNorm.map(() => 1)
    const normWeight = this.#fault === 'missing-norm-weight' ? ones : ffnNorm
    const normed = this.#capture(
      'ffn_norm',
      x.map((row) => rmsNorm(row, normWeight, 1, this.#arithmetic)),
    )
    const swapped = this.#fault === 'swapped-gate-and-up'
    const gates = this.#project(normed, swapped ? this.#weights.up : this.#weights.gate)
    if (this.#fault === 'one-nan') setAt(gates, 4, 17, Number.NaN)
    this.#capture('gate', gates)
    const ups = this.#capture(
      'up',
      this.#project(normed, swapped ? this.#weights.gate : this.#weights.up),
    )
    const active = gates.map((row, t) => row.map((g, i) => this.#gated(g, ups[t]?.[i] ?? 0)))
    if (this.#fault === 'overflow-to-infinity') setAt(active, 6, 33, Infinity)
    this.#capture('swiglu', active)
    const down =
      this.#fault === 'wrong-quant-block' ? withWrongBlock(this.#weights.down) : this.#weights.down
    const out = this.#capture('down', this.#project(active, down))
    return this.#capture('ffn_residual', this.#add(x, out))
  }

  /** Scores, probabilities and their mixture of values, head by head. */
  #mix(q: Matrix, k: Matrix, v: Matrix): Matrix {
    const { heads, kvHeads, headDim } = config
    const length = q.length
    const scale = this.#fault === 'unscaled-scores' ? 1 : 1 / Math.sqrt(headDim)
    const kvOf = (head: number) =>
      this.#fault === 'shared-kv-head' ? 0 : Math.floor((head * kvHeads) / heads)
    const slice = (row: Float64Array | undefined, head: number) =>
      (row ?? new Float64Array()).subarray(head * headDim, (head + 1) * headDim)
    const scores: Matrix = []
    for (let head = 0; head < heads; head++) {
      for (let t = 0; t < length; t++) {
        const row = k.map((key) => this.#dot(slice(q[t], head), slice(key, kvOf(head))) * scale)
        scores.push(rounded(row, this.#arithmetic))
      }
    }
    this.#capture('scores', scores, [heads, length, length])
    const probs = scores.map((row, i) => {
      const last = this.#fault === 'missing-mask' ? length - 1 : i % length
      return this.#softmax(row, last)
    })
    this.#capture('probs', probs, [heads, length, length])
    const mixed = q.map((_, t) => {
      const parts = Array.from({ length: heads }, (_head, head) => {
        const weights = probs[head * length + t] ?? new Float64Array()
        return Array.from({ length: headDim }, (_dim, i) =>
          this.#dot(
            weights,
            Float64Array.from(v, (row) => slice(row, kvOf(head))[i] ?? 0),
          ),
        )
      })
      return Float64Array.from(
        (this.#fault === 'wrong-head-order' ? parts.toReversed() : parts).flat(),
      )
    })
    return this.#capture('attn_out', mixed)
  }

  #softmax(row: Float64Array, last: number): Float64Array {
    const visible = row.subarray(0, last + 1)
    const highest = Math.max(...visible)
    const powers = row.map((x, i) => (i <= last ? Math.exp(x - highest) : 0))
    const total = this.#dot(
      powers,
      powers.map(() => 1),
    )
    return rounded(
      powers.map((x) => x / total),
      this.#arithmetic,
    )
  }

  #gated(gate: number, up: number): number {
    const active =
      this.#fault === 'gelu-for-silu'
        ? 0.5 * gate * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (gate + 0.044715 * gate ** 3)))
        : gate / (1 + Math.exp(-gate))
    return round(round(active, this.#arithmetic.precision) * up, this.#arithmetic.precision)
  }

  #rope(rows: Matrix, query: boolean): Matrix {
    const base = this.#fault === 'wrong-rope-base' ? config.ropeBase * 100 : config.ropeBase
    const shift = query && this.#fault === 'position-off-by-one' ? 1 : 0
    const half = config.headDim / 2
    return rows.map((row, t) =>
      rounded(
        row.map((x, i) => {
          const within = i % config.headDim
          const angle = (t + shift) * base ** (-(within % half) / half)
          const other = within < half ? -(row[i + half] ?? 0) : (row[i - half] ?? 0)
          return x * Math.cos(angle) + other * Math.sin(angle)
        }),
        this.#arithmetic,
      ),
    )
  }

  #addBias(rows: Matrix, bias: Float64Array, times: number): Matrix {
    return rows.map((row) =>
      rounded(
        row.map((x, i) => x + times * (bias[i] ?? 0)),
        this.#arithmetic,
      ),
    )
  }

  #add(x: Matrix, y: Matrix): Matrix {
    return x.map((row, t) =>
      rounded(
        row.map((a, i) => a + (y[t]?.[i] ?? 0)),
        this.#arithmetic,
      ),
    )
  }

  #project(rows: Matrix, weight: Matrix): Matrix {
    return project(rows, weight, this.#arithmetic)
  }

  #dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
    return dot(x, y, this.#arithmetic)
  }
}

/** One output per row of the weight. */
function project(rows: Matrix, weight: Matrix, arithmetic: Arithmetic): Matrix {
  const stored = weight.map((row) => rounded(row, arithmetic))
  return rows.map((row) => Float64Array.from(stored, (w) => dot(row, w, arithmetic)))
}

function rmsNorm(
  row: Float64Array,
  weight: Float64Array,
  epsFactor: number,
  arithmetic: Arithmetic,
): Float64Array {
  const square = dot(row, row, { ...arithmetic, precision: 'f32' }) / row.length
  const inverse = 1 / Math.sqrt(square + config.eps * epsFactor)
  return rounded(
    row.map((x, i) => x * inverse * (weight[i] ?? 0)),
    arithmetic,
  )
}

function rounded(row: ArrayLike<number>, { precision }: Arithmetic): Float64Array {
  return Float64Array.from(row, (x) => round(x, precision))
}

function makeWeights(seed: number) {
  const random = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const vector = (length: number, scale: number, mean = 0) =>
    Float64Array.from({ length }, () => Math.fround(mean + scale * normal()))
  const matrix = (rows: number, columns: number, scale = 1 / Math.sqrt(columns)): Matrix =>
    Array.from({ length: rows }, () => vector(columns, scale))
  const { hidden, heads, kvHeads, headDim, ffn } = config
  return {
    embed: matrix(config.vocabulary, hidden, 0.3),
    norm: vector(hidden, 0.1, 1),
    layers: Array.from({ length: config.layers }, () => ({
      attnNorm: vector(hidden, 0.1, 1),
      q: matrix(heads * headDim, hidden),
      k: matrix(kvHeads * headDim, hidden),
      v: matrix(kvHeads * headDim, hidden),
      qBias: vector(heads * headDim, 0.3),
      kBias: vector(kvHeads * headDim, 0.3),
      vBias: vector(kvHeads * headDim, 0.1),
      o: matrix(hidden, heads * headDim),
      ffnNorm: vector(hidden, 0.1, 1),
      gate: matrix(ffn, hidden),
      up: matrix(ffn, hidden),
      down: matrix(hidden, ffn),
    })),
  }
}

function transposed(matrix: Matrix): Matrix {
  return matrix.map((row, i) => row.map((_, j) => matrix[j]?.[i] ?? 0))
}

/** The same values, read in the other memory order: every statistic of the whole stays as it is. */
function transposedLayout(rows: Matrix): Matrix {
  const width = rows[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, j) => rows.map((row) => row[j] ?? 0)).flat()
  return rows.map((_, t) => Float64Array.from(columns.slice(t * width, (t + 1) * width)))
}

/** One block of 32 weights with the scale of another: a quarter larger. */
function withWrongBlock(matrix: Matrix): Matrix {
  return matrix.map((row, i) =>
    i === 20 ? row.map((w, j) => (j >= 64 && j < 96 ? 1.25 * w : w)) : row,
  )
}

function setAt(rows: Matrix, row: number, column: number, value: number): void {
  const target = rows[row]
  if (target !== undefined) target[column] = value
}
