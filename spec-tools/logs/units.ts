/** Units that logs print at a number, in brackets behind a name, or as the head of a column. */

const simple = new Set(
  (
    'bytes KB MB GB TB kB KiB MiB GiB TiB bit bits Kbit Mbit Gbit ' +
    's ms us µs μs ns ps sec secs second seconds min mins minutes h hours ' +
    'Hz kHz KHz MHz GHz W mW kW V mV A C °C °F F J mJ kJ Wh ' +
    '% x × dB ppm bps px rad deg ' +
    'FLOP FLOPs FLOPS KFLOPS MFLOPS GFLOPS TFLOPS PFLOPS GFLOP TFLOP GFlops TFlops GFLOP/s TFLOP/s ' +
    'OPS GOPS TOPS tok toks token tokens elem Kelem Melem Gelem iter iters it ops op samples steps ' +
    'step req reqs request requests img images frames fps queries qps ULP ulp ULPs ulps cycles'
  ).split(' '),
)

const over = /^(?:s|sec|second|ms|us|µs|ns|min|h|iter|it|step|token|tok|op|request|req|W|J)$/

/**
 * The unit that a piece of text is, or null. `B` is none: `7B` is a model with as many parameters.
 *
 * `b` is bytes, as in `Q=7225344b`; `tok/s`, `GB/s` and the like are a unit over another.
 */
export function unitOf(printed: string): string | null {
  if (printed === 'b' || printed === 'byte') return 'bytes'
  if (printed === '×') return 'x'
  if (printed === 'μs') return 'µs'
  if (simple.has(printed)) return printed
  const [what, per, ...more] = printed.split('/')
  if (what === undefined || per === undefined || more.length > 0) return null
  return simple.has(what) && over.test(per) ? printed : null
}

/** Units that end names: `mean_ms`, `used_gpu_memory_mib`. Seconds only behind what is timed. */
const atEnds = new Map(
  Object.entries({
    ns: 'ns',
    us: 'us',
    ms: 'ms',
    sec: 's',
    secs: 's',
    seconds: 's',
    kb: 'KB',
    mb: 'MB',
    gb: 'GB',
    kib: 'KiB',
    mib: 'MiB',
    gib: 'GiB',
    mhz: 'MHz',
    ghz: 'GHz',
    pct: '%',
    percent: '%',
  }),
)
const inSeconds =
  /(?:^|_)(?:time|latency|duration|elapsed|runtime|wall|mean|avg|std|stddev|min|max|median|p\d{1,2})_s$/i

/** The unit that a name ends with, and the name before it; null if there is none. */
export function unitInName(name: string): { name: string; unit: string } | null {
  const at = name.lastIndexOf('_')
  if (at <= 0 || /(?:^|_)per_/i.test(name)) return null
  const unit = inSeconds.test(name) ? 's' : atEnds.get(name.slice(at + 1).toLowerCase())
  return unit === undefined ? null : { name: name.slice(0, at), unit }
}

/** `sum(x)` is the sum of x, and no sum in multiples. */
const applied =
  /(?:^|[\s_])(?:sum|mean|avg|max|min|norm|abs|std|var|rms|log|exp|sqrt|softmax|f|g|p)\(\w\)$/i

/** `used_gpu_memory [MiB]` and `latency (ms)` as a name and its unit. */
export function withoutUnit(printed: string): { name: string; unit: string | null } {
  if (applied.test(printed)) return { name: printed, unit: null }
  const marked = /^(.+?)\s*(?:\(([^()]{1,16})\)|\[([^\][]{1,16})\])$/.exec(printed)
  const unit = marked === null ? null : unitOf((marked[2] ?? marked[3] ?? '').trim())
  return unit === null ? { name: printed, unit: null } : { name: marked![1]!, unit }
}
