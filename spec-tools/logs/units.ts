/** Units that logs print behind a number. */

const simple = new Set(
  (
    'bytes B KB MB GB TB kB KiB MiB GiB TiB bit bits ' +
    's ms us µs μs ns ps sec secs second seconds min mins minutes h hours ' +
    'Hz kHz KHz MHz GHz W mW kW V A C °C K F J kJ Wh ' +
    '% x × dB ppm bps px rad deg ' +
    'FLOP FLOPs FLOPS KFLOPS MFLOPS GFLOPS TFLOPS PFLOPS GFLOP TFLOP GFlops TFlops OPS GOPS TOPS ' +
    'tok toks token tokens elem Kelem Melem Gelem iter iters it ops op samples steps step ' +
    'ULP ulp cycles'
  ).split(' '),
)

/**
 * The unit that a piece of text is, or null.
 *
 * `b` is bytes, as in `Q=7225344b`; `tok/s`, `GB/s` and the like are a unit over a time.
 */
export function unitOf(printed: string): string | null {
  if (printed === 'b' || printed === 'byte') return 'bytes'
  if (printed === '×') return 'x'
  if (printed === 'μs') return 'µs'
  if (simple.has(printed)) return printed
  const [over, under, ...more] = printed.split('/')
  if (over === undefined || under === undefined || more.length > 0) return null
  const rate =
    simple.has(over) && /^(?:s|sec|ms|us|µs|ns|min|h|iter|it|step|token|tok)$/.test(under)
  return rate ? printed : null
}
