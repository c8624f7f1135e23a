/** How much of a header is believed. A file beyond a limit is refused, and the refusal names it. */
export const limits = {
  /** Bytes of a safetensors header; the format's own limit. */
  headerBytes: 100_000_000,
  /** Bytes of the Python literal before the elements of a .npy file. */
  npyHeaderBytes: 65_536,
  /** Nesting of a JSON header; a valid one has three levels. */
  jsonDepth: 16,
  tensors: 200_000,
  /** Entries of GGUF metadata, and of an .npz archive. */
  entries: 200_000,
  /** Elements of one GGUF metadata array (a vocabulary has some 10^5). */
  arrayLength: 16_000_000,
  nameBytes: 4_096,
  /** Axes of a shape. */
  rank: 16,
  /** Characters of a metadata value that are kept. */
  metadataChars: 4_096,
  /** Token ids that are kept as a fact. */
  tokens: 65_536,
  /** Bytes that one compressed .npz entry may inflate to, and how often its own size that may be. */
  inflatedBytes: 64 * 2 ** 30,
  inflationRatio: 1_100,
  /** Elements of one index of the first axis that a column-major array is gathered by. */
  columnMajorRow: 2 ** 22,
} as const
