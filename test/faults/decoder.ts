/**
 * A small decoder, seeded, in any size and two styles (RMSNorm, RoPE and SwiGLU; LayerNorm, learned
 * positions and GELU), whose stages are a table. A fault replaces the computation of one stage by
 * another, so the stage at which it shows first is known by construction.
 */
import { seeded } from '../kernels-runner/tensors/data.ts'
import { add, dot, map, rounded, type Arithmetic, type Matrix } from './arithmetic.ts'

export interface Size {
  style: 'llama' | 'gpt'
  layers: number
  hidden: number
  heads: number
  kvHeads: number
  headDim: number
  ffn: number
  vocabulary: number
  tokens: number
  /** A few channels of the residual stream are this much larger, as in trained models. */
  outliers: number
}

export interface LayerWeights {
  attnNorm: Float64Array
  ffnNorm: Float64Array
  q: Matrix
  k: Matrix
  v: Matrix
  o: Matrix
  qBias: Float64Array
  kBias: Float64Array
  vBias: Float64Array
  gate: Matrix
  up: Matrix
  down: Matrix
}

/** What a stage may be computed from. */
export interface State {
  size: Size
  arithmetic: Arithmetic
  weights: LayerWeights
  /** Weights of the layer after this one (after the last: of the first). */
  otherWeights: LayerWeights
  /** Output of the layer before. */
  input: Matrix
  /** A stage of this layer that was computed before. */
  at(stage: string): Matrix
}

export type Compute = (state: State) => Matrix

export interface Capture {
  name: string
  shape: number[]
  values: Float64Array
}

export interface Plant {
  layer: number
  stage: string
  compute: Compute
}

export const eps = 1e-6

/** The stages of a layer in their order. */
export function stagesOf({ style }: Pick<Size, 'style'>): [stage: string, compute: Compute][] {
  const attention: [string, Compute][] = [
    ['attn_norm', (s) => norm(s, s.input, s.weights.attnNorm)],
    ['q_proj', (s) => project(s, s.at('attn_norm'), s.weights.q)],
    ['k_proj', (s) => project(s, s.at('attn_norm'), s.weights.k)],
    ['v_proj', (s) => project(s, s.at('attn_norm'), s.weights.v)],
    ['q_bias', (s) => bias(s, s.at('q_proj'), s.weights.qBias)],
    ['k_bias', (s) => bias(s, s.at('k_proj'), s.weights.kBias)],
    ['v_bias', (s) => bias(s, s.at('v_proj'), s.weights.vBias)],
    ...(style === 'llama'
      ? ([
          ['q_rope', (s) => rope(s, s.at('q_bias'))],
          ['k_rope', (s) => rope(s, s.at('k_bias'))],
        ] satisfies [string, Compute][])
      : []),
    ['scores', (s) => scores(s)],
    ['probs', (s) => softmax(s)],
    ['attn_out', (s) => mix(s)],
    ['o_proj', (s) => project(s, s.at('attn_out'), s.weights.o)],
    ['attn_residual', (s) => add(s.input, s.at('o_proj'), s.arithmetic)],
    ['ffn_norm', (s) => norm(s, s.at('attn_residual'), s.weights.ffnNorm)],
  ]
  const feedForward: [string, Compute][] =
    style === 'llama'
      ? [
          ['gate', (s) => project(s, s.at('ffn_norm'), s.weights.gate)],
          ['up', (s) => project(s, s.at('ffn_norm'), s.weights.up)],
          ['active', (s) => gated(s, silu)],
        ]
      : [
          ['up', (s) => project(s, s.at('ffn_norm'), s.weights.up)],
          ['active', (s) => map(s.at('up'), gelu, s.arithmetic)],
        ]
  return [
    ...attention,
    ...feedForward,
    ['down', (s) => project(s, s.at('active'), s.weights.down)],
    ['ffn_residual', (s) => add(s.at('attn_residual'), s.at('down'), s.arithmetic)],
  ]
}

/** All stages of one forward pass, in their order. */
export function forward(
  size: Size,
  seed: number,
  arithmetic: Arithmetic,
  plant?: Plant,
): Capture[] {
  const { embed, positions, layers, finalNorm } = makeWeights(size, seed)
  const random = seeded(seed + 1)
  const ids = Array.from({ length: size.tokens }, () => Math.floor(random() * size.vocabulary))
  const captures: Capture[] = []
  const capture = (name: string, rows: Matrix): Matrix => {
    // Scores and probabilities have one row a head and token.
    const shape = [rows.length / size.tokens, size.tokens, rows[0]?.length ?? 0].slice(
      rows.length === size.tokens ? 1 : 0,
    )
    captures.push({ name, shape, values: Float64Array.from(rows.flatMap((row) => [...row])) })
    return rows
  }
  const embedded = ids.map((id) => embed[id] ?? new Float64Array())
  let x = capture(
    'embed',
    size.style === 'gpt'
      ? add(embedded, positions, arithmetic)
      : embedded.map((row) => rounded(row, arithmetic)),
  )
  for (const [index, weights] of layers.entries()) {
    const done = new Map<string, Matrix>()
    const state: State = {
      size,
      arithmetic,
      weights,
      otherWeights: layers[(index + 1) % layers.length] ?? weights,
      input: x,
      at: (stage) => done.get(stage) ?? [],
    }
    for (const [stage, compute] of stagesOf(size)) {
      const planted = plant?.layer === index && plant.stage === stage
      done.set(
        stage,
        capture(`layers.${index}.${stage}`, (planted ? plant.compute : compute)(state)),
      )
    }
    x = state.at('ffn_residual')
  }
  const last = { size, arithmetic }
  const normed = capture('final_norm', norm(last, x, finalNorm))
  capture('logits', project(last, normed, embed))
  return captures
}

type Setting = Pick<State, 'size' | 'arithmetic'>

/** One output per row of the weight. */
export function project({ arithmetic }: Setting, rows: Matrix, weight: Matrix): Matrix {
  const stored = weight.map((row) => rounded(row, arithmetic))
  return rows.map((row) => Float64Array.from(stored, (w) => dot(row, w, arithmetic)))
}

export function bias({ arithmetic }: Setting, rows: Matrix, by: Float64Array, times = 1): Matrix {
  return map(rows, (x, _, i) => x + times * (by[i] ?? 0), arithmetic)
}

export function norm(
  { size, arithmetic }: Setting,
  rows: Matrix,
  weight: Float64Array,
  { centred = size.style === 'gpt', epsilon = eps } = {},
): Matrix {
  return rows.map((row) => {
    const total = row.reduce((sum, x) => sum + x, 0)
    const mean = centred ? total / row.length : 0
    const shifted = row.map((x) => x - mean)
    const square = dot(shifted, shifted, { ...arithmetic, precision: 'f32' }) / row.length
    const inverse = 1 / Math.sqrt(square + epsilon)
    return rounded(
      shifted.map((x, i) => x * inverse * (weight[i] ?? 0)),
      arithmetic,
    )
  })
}

export function rope(
  { size, arithmetic }: Setting,
  rows: Matrix,
  { base = 10_000, shift = 0, interleaved = false } = {},
): Matrix {
  const half = size.headDim / 2
  return map(
    rows,
    (x, t, i, row) => {
      const within = i % size.headDim
      const low = interleaved ? within % 2 === 0 : within < half
      const step = interleaved ? 1 : half
      const frequency = interleaved ? within >> 1 : within % half
      const angle = (t + shift) * base ** (-frequency / half)
      const other = low ? -(row[i + step] ?? 0) : (row[i - step] ?? 0)
      return x * Math.cos(angle) + other * Math.sin(angle)
    },
    arithmetic,
  )
}

/** The head's part of a row. */
export function headOf({ headDim }: Size, row: Float64Array | undefined, head: number) {
  return (row ?? new Float64Array()).subarray(head * headDim, (head + 1) * headDim)
}

export function kvHeadOf({ heads, kvHeads }: Size, head: number): number {
  return Math.floor((head * kvHeads) / heads)
}

export function scores(
  s: State,
  { scale = 1 / Math.sqrt(s.size.headDim), kvOf = (head: number) => kvHeadOf(s.size, head) } = {},
): Matrix {
  const { size, arithmetic } = s
  const rotated = size.style === 'llama'
  const [q, k] = [s.at(rotated ? 'q_rope' : 'q_bias'), s.at(rotated ? 'k_rope' : 'k_bias')]
  return Array.from({ length: size.heads * size.tokens }, (_, row) => {
    const [head, t] = [Math.floor(row / size.tokens), row % size.tokens]
    return rounded(
      k.map(
        (key) => scale * dot(headOf(size, q[t], head), headOf(size, key, kvOf(head)), arithmetic),
      ),
      arithmetic,
    )
  })
}

export function softmax(
  s: State,
  sees: (t: number, key: number) => boolean = (t, key) => key <= t,
  highestOf: (row: Float64Array) => number = (row) => Math.max(...row),
): Matrix {
  const { size, arithmetic } = s
  return s.at('scores').map((row, index) => {
    const visible = row.map((x, key) => (sees(index % size.tokens, key) ? x : -Infinity))
    const highest = highestOf(visible)
    const powers = visible.map((x) => Math.fround(Math.exp(x - highest)))
    const total = powers.reduce((sum, x) => sum + x, 0)
    return rounded(
      powers.map((x) => x / total),
      arithmetic,
    )
  })
}

export function mix(s: State): Matrix {
  const { size, arithmetic } = s
  const [probs, values] = [s.at('probs'), s.at('v_bias')]
  const columns = Array.from({ length: size.kvHeads * size.headDim }, (_, i) =>
    Float64Array.from(values, (row) => row[i] ?? 0),
  )
  return Array.from({ length: size.tokens }, (_, t) =>
    Float64Array.from({ length: size.heads * size.headDim }, (_value, i) => {
      const head = Math.floor(i / size.headDim)
      const column = columns[kvHeadOf(size, head) * size.headDim + (i % size.headDim)]
      return dot(probs[head * size.tokens + t] ?? [], column ?? [], arithmetic)
    }),
  )
}

export function gated(s: State, activation: (x: number) => number): Matrix {
  const active = map(s.at('gate'), activation, s.arithmetic)
  const up = s.at('up')
  return map(active, (x, t, i) => x * (up[t]?.[i] ?? 0), s.arithmetic)
}

export function silu(x: number): number {
  return x / (1 + Math.exp(-x))
}

export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
}

function makeWeights(size: Size, seed: number) {
  const random = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const vector = (length: number, scale: number, mean = 0) =>
    Float64Array.from({ length }, () => Math.fround(mean + scale * normal()))
  const matrix = (rows: number, columns: number, scale = 1 / Math.sqrt(columns)): Matrix =>
    Array.from({ length: rows }, () => vector(columns, scale))
  const { hidden, heads, kvHeads, headDim, ffn, outliers } = size
  const embed = matrix(size.vocabulary, hidden, 0.5).map((row) =>
    row.map((x, i) => (i % 61 === 7 ? x * outliers : x)),
  )
  return {
    embed,
    positions: matrix(size.tokens, hidden, 0.1),
    finalNorm: vector(hidden, 0.2, 1),
    layers: Array.from({ length: size.layers }, (): LayerWeights => ({
      attnNorm: vector(hidden, 0.2, 1),
      ffnNorm: vector(hidden, 0.2, 1),
      q: matrix(heads * headDim, hidden),
      k: matrix(kvHeads * headDim, hidden),
      v: matrix(kvHeads * headDim, hidden),
      o: matrix(hidden, heads * headDim),
      qBias: vector(heads * headDim, 0.4),
      kBias: vector(kvHeads * headDim, 0.4),
      vBias: vector(kvHeads * headDim, 0.2),
      gate: matrix(ffn, hidden),
      up: matrix(ffn, hidden),
      down: matrix(hidden, ffn),
    })),
  }
}
