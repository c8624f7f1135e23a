/** The reading of logs: text or bytes, at once or in pieces -> what is measured in them. */
import { encode } from './bytes.ts'
import { LineReader } from './line-reader.ts'
import { Lines } from './lines.ts'
import { logLimits, type LogReader, type LogReading, type LogSource } from './reading.ts'

/** Characters of a string that are encoded at a time. */
const stride = 1 << 18

/** Reads a whole log; see `createLogReader` for one that arrives in pieces. */
export function readLog(
  log: string | Uint8Array | Iterable<string | Uint8Array>,
  source: LogSource,
): LogReading {
  const reader = createLogReader(source)
  if (typeof log === 'string' || log instanceof Uint8Array) reader.push(log)
  else for (const chunk of log) reader.push(chunk)
  return reader.end()
}

/** A reader that takes a log of any size in pieces, in bounded memory. */
export function createLogReader(source: LogSource): LogReader {
  const limits = { ...logLimits, ...source.limits }
  const reader = new LineReader(source, limits)
  const lines = new Lines(limits.line, reader)
  let bytes = 0
  let start = true
  /** The first half of a surrogate pair that a piece of text was cut in. */
  let half = ''

  function push(chunk: Uint8Array): void {
    bytes += chunk.length
    const marked = start && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
    if (chunk.length > 0) start = false
    lines.push(marked ? chunk.subarray(3) : chunk)
  }

  function pushText(chunk: string): void {
    const whole = half + chunk
    half = /[\uD800-\uDBFF]$/.test(whole) ? whole.slice(-1) : ''
    const end = whole.length - half.length
    for (let from = 0; from < end;) {
      let to = Math.min(end, from + stride)
      if (to < end && /[\uD800-\uDBFF]/.test(whole[to - 1]!)) to--
      push(encode(whole.slice(from, to)))
      from = to
    }
  }

  return {
    push: (chunk) => (typeof chunk === 'string' ? pushText(chunk) : push(chunk)),
    end() {
      if (half !== '') push(encode(half))
      lines.end()
      return reader.end(bytes)
    },
  }
}
