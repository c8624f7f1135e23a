/** Models of several sizes and both styles; none is the one that the floor was calibrated on. */
import type { Size } from './decoder.ts'

const llama: Size = {
  style: 'llama',
  layers: 3,
  hidden: 96,
  heads: 6,
  kvHeads: 3,
  headDim: 16,
  ffn: 224,
  vocabulary: 120,
  tokens: 9,
  outliers: 1,
}

export const sizes: Readonly<Record<string, Size>> = {
  'three layers': llama,
  'eight layers with outlying channels': {
    ...llama,
    layers: 8,
    hidden: 64,
    ffn: 160,
    outliers: 25,
  },
  'wide, with large heads': {
    ...llama,
    layers: 2,
    hidden: 256,
    heads: 8,
    kvHeads: 2,
    headDim: 32,
    ffn: 352,
    tokens: 7,
  },
  'GPT style': {
    ...llama,
    style: 'gpt',
    layers: 4,
    hidden: 80,
    heads: 5,
    kvHeads: 5,
    ffn: 320,
    tokens: 14,
  },
}
