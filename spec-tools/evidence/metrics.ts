/**
 * Figures of two sides together. Whoever reads, judges, draws or documents such a figure asks this
 * table; how each follows from what was printed stands in `judge/metrics.ts`.
 *
 * a is the candidate, b the reference, d = a - b.
 */
export interface PairMetric {
  /** As bundles and investigations write it. */
  name: string
  /** Head of its column in a page, and in a terminal. */
  title: string
  brief: string
  /** As a part of a sentence. */
  words: string
  needs: string
  formula: string
  /** Where the definition comes from. */
  source: string
  /** What is better, where the sides should agree. */
  direction: 'smaller' | 'larger' | 'nearer to 1'
  /** `of the values`: that of the elements; null: a plain number. */
  unit: 'of the values' | null
  /** Significant digits where it is not shown as it was printed. */
  digits: number
  /** Between what it lies, where that is less than everything. */
  range?: { lo?: number; hi?: number }
  /** Whether a log prints it of both sides together, so that it says by itself what it is about. */
  printed: boolean
  /** Whether it is another figure once the sides change places. */
  ordered: boolean
}

export const pairMetrics = {
  ratio: {
    name: 'std_ratio',
    title: 'std ratio',
    brief: 'std ratio',
    words: 'ratio of the standard deviations',
    needs: 'the standard deviation of both sides',
    formula: 'std(a) / std(b)',
    source: 'definition',
    direction: 'nearer to 1',
    unit: null,
    range: { lo: 0 },
    digits: 5,
    printed: false,
    ordered: true,
  },
  maxAbsDiff: {
    name: 'max_abs_diff',
    title: 'max |diff|',
    brief: 'max|diff|',
    words: 'largest difference of an element',
    needs: 'both tensors in one process',
    formula: 'max |d|',
    source: 'torch.testing.assert_close',
    direction: 'smaller',
    unit: 'of the values',
    range: { lo: 0 },
    digits: 5,
    printed: true,
    ordered: false,
  },
  rmsDiff: {
    name: 'rms_diff',
    title: 'RMS diff',
    brief: 'RMS',
    words: 'root mean square of the difference',
    needs: 'both tensors in one process',
    formula: 'sqrt(sum d^2 / n)',
    source: 'definition',
    direction: 'smaller',
    unit: 'of the values',
    range: { lo: 0 },
    digits: 5,
    printed: true,
    ordered: false,
  },
  relativeL2: {
    name: 'relative_l2',
    title: 'relative L2',
    brief: 'rel L2',
    words: 'relative L2 of the difference',
    needs: 'both tensors in one process, or the RMS difference with mean and std of the reference',
    formula: 'norm(d) / norm(b)',
    source: 'torch.ao.ns.fx.utils.compute_normalized_l2_error',
    direction: 'smaller',
    unit: null,
    range: { lo: 0 },
    digits: 5,
    printed: true,
    ordered: true,
  },
  cosine: {
    name: 'cosine',
    title: 'cosine',
    brief: 'cosine',
    words: 'cosine of the sides',
    needs: 'both tensors in one process, or the RMS difference with mean and std of both sides',
    formula: '<a, b> / (norm(a) norm(b))',
    source: 'torch.ao.ns.fx.utils.compute_cosine_similarity',
    direction: 'larger',
    unit: null,
    range: { lo: -1, hi: 1 },
    digits: 5,
    printed: true,
    ordered: false,
  },
} as const satisfies Record<string, PairMetric>

/** The field of a judged stage that holds the figure. */
export type PairMetricKey = keyof typeof pairMetrics

/** In the order of the columns. */
export const pairMetricKeys = Object.keys(pairMetrics) as readonly PairMetricKey[]

/**
 * By the name that investigations use. `ratio` is what the ratio of standard deviations was called
 * before there were others; of a pair it is still read as that.
 */
export const pairMetricNamed: ReadonlyMap<string, PairMetricKey> = new Map(
  pairMetricKeys.map((key) => [pairMetrics[key].name, key]),
)
