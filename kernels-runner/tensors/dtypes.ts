/** Element types: how many elements share how many bytes, and the kernel's number where it decodes. */
export interface DType {
  /** Elements and bytes of the smallest piece; 1 element unless quantised in blocks. */
  block: number
  bytes: number
  /** Number by which the kernel knows it (`wasm/assembly/decode.ts`); null if it cannot decode it. */
  kernel: number | null
  /** Fraction bits of a float whose distances in units in the last place can be taken. */
  fraction?: number
}

const plain = (kernel: number | null, bytes: number, fraction?: number): DType => ({
  block: 1,
  bytes,
  kernel,
  ...(fraction === undefined ? {} : { fraction }),
})
const blocks = (kernel: number | null, block: number, bytes: number): DType => ({
  block,
  bytes,
  kernel,
})

export const dtypes: ReadonlyMap<string, DType> = new Map([
  ['F32', plain(0, 4, 23)],
  ['F64', plain(1, 8, 52)],
  ['F16', plain(2, 2, 10)],
  ['BF16', plain(3, 2, 7)],
  ['I8', plain(4, 1)],
  ['U8', plain(5, 1)],
  ['BOOL', plain(5, 1)],
  ['I16', plain(6, 2)],
  ['U16', plain(7, 2)],
  ['I32', plain(8, 4)],
  ['U32', plain(9, 4)],
  ['I64', plain(10, 8)],
  ['U64', plain(11, 8)],
  ['F8_E4M3', plain(12, 1)],
  ['F8_E5M2', plain(13, 1)],
  ['F8_E8M0', plain(null, 1)],
  ['C64', plain(null, 8)],
  ['C128', plain(null, 16)],
  ['F4', blocks(null, 2, 1)],
  ['F6_E2M3', blocks(null, 4, 3)],
  ['F6_E3M2', blocks(null, 4, 3)],
  ['Q4_0', blocks(16, 32, 18)],
  ['Q4_1', blocks(17, 32, 20)],
  ['Q5_0', blocks(18, 32, 22)],
  ['Q5_1', blocks(19, 32, 24)],
  ['Q8_0', blocks(20, 32, 34)],
  ['Q8_1', blocks(null, 32, 36)],
  ['Q2_K', blocks(24, 256, 84)],
  ['Q3_K', blocks(25, 256, 110)],
  ['Q4_K', blocks(21, 256, 144)],
  ['Q5_K', blocks(22, 256, 176)],
  ['Q6_K', blocks(23, 256, 210)],
  ['Q8_K', blocks(null, 256, 292)],
  ['IQ2_XXS', blocks(null, 256, 66)],
  ['IQ2_XS', blocks(null, 256, 74)],
  ['IQ3_XXS', blocks(null, 256, 98)],
  ['IQ1_S', blocks(null, 256, 50)],
  ['IQ4_NL', blocks(26, 32, 18)],
  ['IQ3_S', blocks(null, 256, 110)],
  ['IQ2_S', blocks(null, 256, 82)],
  ['IQ4_XS', blocks(27, 256, 136)],
  ['IQ1_M', blocks(null, 256, 56)],
  ['TQ1_0', blocks(29, 256, 54)],
  ['TQ2_0', blocks(30, 256, 66)],
  ['MXFP4', blocks(28, 32, 17)],
  ['NVFP4', blocks(null, 64, 36)],
])

/** GGUF's numbers of types. */
export const ggmlTypes: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [9, 'Q8_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [20, 'IQ4_NL'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [23, 'IQ4_XS'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [30, 'BF16'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [39, 'MXFP4'],
  [40, 'NVFP4'],
])

/** Why elements of a type cannot be decoded, or null if they can. */
export function whyUnreadable(dtype: string): string | null {
  const known = dtypes.get(dtype)
  if (known === undefined) return `element type ${dtype} is not known`
  return known.kernel === null ? `element type ${dtype} cannot be decoded` : null
}
