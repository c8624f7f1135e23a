/** Faults that can be planted in the model, and the stage that each changes first. */
export const faults = {
  'no-bias': 'q_bias',
  'doubled-bias': 'k_bias',
  'wrong-head-order': 'attn_out',
  'wrong-rope-base': 'q_rope',
  'position-off-by-one': 'q_rope',
  'eps-off': 'attn_norm',
  'transposed-weight': 'o_proj',
  'missing-mask': 'probs',
  'stale-token': 'k_rope',
  'one-nan': 'gate',
  'wrong-quant-block': 'down',
  'gelu-for-silu': 'swiglu',
  'permuted-layout': 'v_proj',
  'overflow-to-infinity': 'swiglu',
  'unscaled-scores': 'scores',
  'dropped-residual': 'attn_residual',
  'swapped-gate-and-up': 'gate',
  'missing-norm-weight': 'ffn_norm',
  'shared-kv-head': 'scores',
} as const

export type Fault = keyof typeof faults

export const faultNames = Object.keys(faults) as readonly Fault[]

/** The token that `stale-token` is about. */
export const staleToken = 5

/** The stage that a fault in a layer changes first. */
export function firstStageOf(fault: Fault, layer: number): string {
  return `layers.${layer}.${faults[fault]}`
}
