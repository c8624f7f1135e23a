/** What goes wrong in inference engines: the stage of a layer, and what it computes instead. */
import { add, dot, map, rounded, rounding, type Matrix } from './arithmetic.ts'
import {
  bias,
  gated,
  gelu,
  headOf,
  kvHeadOf,
  mix,
  norm,
  project,
  rope,
  scores,
  silu,
  softmax,
  stagesOf,
  type Compute,
  type State,
} from './decoder.ts'

export interface Fault {
  stage: string
  compute: Compute
  /** Where there is such a stage; both styles unless said. */
  style?: 'llama' | 'gpt'
}

const rowOf = (s: State) => Math.min(5, s.size.tokens - 2)

export const faults: Readonly<Record<string, Fault>> = {
  'no bias': { stage: 'q_bias', compute: (s) => s.at('q_proj') },
  'doubled bias': {
    stage: 'k_bias',
    compute: (s) => bias(s, s.at('k_proj'), s.weights.kBias, 2),
  },
  'bias of the next layer': {
    stage: 'v_bias',
    compute: (s) => bias(s, s.at('v_proj'), s.otherWeights.vBias),
  },
  'wrong head order': { stage: 'attn_out', compute: reversedHeads },
  'zeroed head': {
    stage: 'attn_out',
    compute: (s) =>
      map(mix(s), (x, _, i) => (Math.floor(i / s.size.headDim) === 1 ? 0 : x), s.arithmetic),
  },
  'heads and tokens not transposed': {
    stage: 'attn_out',
    compute: (s) => reshaped(mix(s), s.size.headDim),
  },
  'wrong RoPE base': {
    stage: 'q_rope',
    style: 'llama',
    compute: (s) => rope(s, s.at('q_bias'), { base: 500_000 }),
  },
  'position off by one': {
    stage: 'k_rope',
    style: 'llama',
    compute: (s) => rope(s, s.at('k_bias'), { shift: 1 }),
  },
  'RoPE over neighbours for halves': {
    stage: 'k_rope',
    style: 'llama',
    compute: (s) => rope(s, s.at('k_bias'), { interleaved: true }),
  },
  'eps off': {
    stage: 'attn_norm',
    compute: (s) => norm(s, s.input, s.weights.attnNorm, { epsilon: 1e-4 }),
  },
  'RMSNorm for LayerNorm, or the other way': {
    stage: 'ffn_norm',
    compute: (s) =>
      norm(s, s.at('attn_residual'), s.weights.ffnNorm, { centred: s.size.style === 'llama' }),
  },
  'norm weight of the next layer': {
    stage: 'ffn_norm',
    compute: (s) => norm(s, s.at('attn_residual'), s.otherWeights.ffnNorm),
  },
  'norm before the residual': {
    stage: 'ffn_norm',
    compute: (s) => norm(s, s.at('o_proj'), s.weights.ffnNorm),
  },
  'transposed weight': {
    stage: 'o_proj',
    compute: (s) => project(s, s.at('attn_out'), otherOrder(s.weights.o)),
  },
  'projection of the next layer': {
    stage: 'q_proj',
    compute: (s) => project(s, s.at('attn_norm'), s.otherWeights.q),
  },
  'sign flipped in one row of a weight': {
    stage: 'up',
    compute: (s) =>
      project(
        s,
        s.at('ffn_norm'),
        changedRow(s.weights.up, 9, (w) => -w),
      ),
  },
  'one wrong quantisation block': {
    stage: 'down',
    compute: (s) =>
      project(
        s,
        s.at('active'),
        changedRow(s.weights.down, 20, (w, i) => (i < 32 ? 1.25 * w : w)),
      ),
  },
  'one column of zeros': {
    stage: 'down',
    compute: (s) => map(honest(s, 'down'), (x, _, i) => (i === 3 ? 0 : x), s.arithmetic),
  },
  'sums in f16': {
    stage: 'o_proj',
    compute: (s) =>
      s
        .at('attn_out')
        .map((row) =>
          Float64Array.from(s.weights.o, (w) => dot(row, w, s.arithmetic, Math.f16round)),
        ),
  },
  'keys kept in eight bits': {
    stage: 'k_proj',
    compute: (s) => eightBits(honest(s, 'k_proj'), s),
  },
  'missing scale of scores': { stage: 'scores', compute: (s) => scores(s, { scale: 1 }) },
  'wrong key head': {
    stage: 'scores',
    compute: (s) => scores(s, { kvOf: (head) => (kvHeadOf(s.size, head) + 1) % s.size.kvHeads }),
  },
  'missing mask': { stage: 'probs', compute: (s) => softmax(s, () => true) },
  'mask off by one': {
    stage: 'probs',
    compute: (s) => softmax(s, (t, key) => key < Math.max(1, t)),
  },
  'window of three tokens': {
    stage: 'probs',
    compute: (s) => softmax(s, (t, key) => key <= t && key > t - 3),
  },
  'softmax over the wrong axis': { stage: 'probs', compute: wrongAxis },
  'softmax that overflows': {
    stage: 'probs',
    compute: (s) => softmax(s, undefined, () => -120),
  },
  'one token stale': {
    stage: 'v_bias',
    compute: (s) =>
      honest(s, 'v_bias').map((row, t, all) => (t === rowOf(s) ? (all[t - 1] ?? row) : row)),
  },
  'stale keys': {
    stage: 'k_bias',
    compute: (s) => honest(s, 'k_bias').map((row, t, all) => (t < 2 ? row : (all[1] ?? row))),
  },
  'last token only': {
    stage: 'o_proj',
    compute: (s) =>
      map(honest(s, 'o_proj'), (x, t) => (t === s.size.tokens - 1 ? 1.05 * x : x), s.arithmetic),
  },
  'one NaN': { stage: 'up', compute: (s) => withElement(honest(s, 'up'), Number.NaN) },
  'overflow to infinity': {
    stage: 'active',
    compute: (s) => withElement(honest(s, 'active'), Infinity),
  },
  'one element': {
    stage: 'attn_residual',
    compute: (s) => withElement(honest(s, 'attn_residual'), 2),
  },
  'GELU for SiLU': { stage: 'active', style: 'llama', compute: (s) => gated(s, gelu) },
  'SiLU for GELU': {
    stage: 'active',
    style: 'gpt',
    compute: (s) => map(s.at('up'), silu, s.arithmetic),
  },
  'swapped gate and up': {
    stage: 'gate',
    style: 'llama',
    compute: (s) => project(s, s.at('ffn_norm'), s.weights.up),
  },
  'clamped activation': {
    stage: 'active',
    compute: (s) => map(honest(s, 'active'), (x) => Math.min(x, 1), s.arithmetic),
  },
  'permuted layout': { stage: 'v_proj', compute: (s) => otherOrder(honest(s, 'v_proj')) },
  'dropped residual': { stage: 'attn_residual', compute: (s) => s.at('o_proj') },
  'doubled residual': {
    stage: 'ffn_residual',
    compute: (s) => add(honest(s, 'ffn_residual'), s.at('attn_residual'), s.arithmetic),
  },
}

function honest(s: State, stage: string): Matrix {
  return stagesOf(s.size).find(([name]) => name === stage)?.[1](s) ?? []
}

function reversedHeads(s: State): Matrix {
  const heads = Array.from({ length: s.size.heads }, (_, head) => s.size.heads - 1 - head)
  return mix(s).map((row) => Float64Array.from(heads.flatMap((h) => [...headOf(s.size, row, h)])))
}

/** [heads, tokens, head] read as [tokens, heads, head]: all values are there, elsewhere. */
function reshaped(rows: Matrix, headDim: number): Matrix {
  const width = rows[0]?.length ?? 0
  const heads = Array.from({ length: width / headDim }, (_, head) => head * headDim)
  const flat = heads.flatMap((from) =>
    rows.flatMap((row) => [...row.subarray(from, from + headDim)]),
  )
  return rows.map((_, t) => Float64Array.from(flat.slice(t * width, (t + 1) * width)))
}

/** The same values, read in the other memory order: every statistic of the whole stays as it is. */
function otherOrder(rows: Matrix): Matrix {
  const width = rows[0]?.length ?? 0
  const columns = transposed(rows).flatMap((column) => [...column])
  return rows.map((_, t) => Float64Array.from(columns.slice(t * width, (t + 1) * width)))
}

/** Normalised over the queries in place of the keys. */
function wrongAxis(s: State): Matrix {
  const { tokens } = s.size
  const rows = s.at('scores')
  return rows.map((row, index) => {
    const first = index - (index % tokens)
    const powers = row.map((x, key) => (key <= index % tokens ? Math.exp(x) : 0))
    return rounded(
      powers.map((power, key) => {
        const column = rows.slice(first, first + tokens)
        const seen = column.map((other, t) => (key <= t ? Math.exp(other[key] ?? 0) : 0))
        return power / seen.reduce((sum, x) => sum + x, 0)
      }),
      s.arithmetic,
    )
  })
}

function eightBits(rows: Matrix, s: State): Matrix {
  const largest = Math.max(...rows.flatMap((row) => [...row].map(Math.abs)))
  const step = largest / 127
  return map(rows, (x) => rounding.f32(Math.round(x / step) * step), s.arithmetic)
}

function changedRow(weight: Matrix, row: number, change: (w: number, i: number) => number): Matrix {
  return weight.map((values, at) => (at === row ? values.map(change) : values))
}

function withElement(rows: Matrix, value: number): Matrix {
  return rows.map((row, t) => (t === 3 ? row.with(17, value) : row))
}

function transposed(rows: Matrix): Matrix {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, i) =>
    Float64Array.from(rows, (row) => row[i] ?? 0),
  )
}
