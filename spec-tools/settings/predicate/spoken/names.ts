/**
 * Names with signs in them, as an argument: `time(./engine-v1)`, `time(dequant/q4_k/4096, old)`. What
 * stands without a blank between a bracket or comma and the next is one name; `new/old` in
 * `ratio(tok_s, new/old)` stays two, and arithmetic stands in no call but `abs` and `within`.
 */
import { append } from '../../../many.ts'
import { closing, depthsOf, isSign, token, type Token } from './tokens.ts'
import { relationNames } from './relations.ts'

/** A name that is more than words: it may not be read as a comparison, and not as a number. */
const name =
  /^(?=.*\p{L})(?=.*[./:@+[])[\p{L}\p{N}_./:@+#~%&\-[\]]+(?:\/\p{L}+=[\p{L}\p{N}_./-]+)*$/u

/** What other rules read, such as `q-out`, `fft/1024`, `latency.p99` and `tok/s`. */
const simple =
  /^[\p{L}_][\p{L}\p{N}_]*(?:[.-][\p{L}_][\p{L}\p{N}_]*)*(?:\/(?:\d+|s|sec|second|min|h))?$/u

export function names(tokens: readonly Token[], written: string): Token[] {
  const found: Token[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    found.push(tokens[at]!)
    const called = tokens[at]
    if (called?.kind !== 'word' || !isSign(tokens[at + 1], '(')) continue
    if (called.text === 'abs' || called.text === 'within') continue
    const end = closing(tokens, at + 1)
    if (end === -1) continue
    const inner = tokens.slice(at + 2, end)
    const closed = tokens[end]!.start
    const relation = relationNames.has(called.text)
    const read = argumentsOf(inner, closed).flatMap((argument) =>
      argumentRead(argument, written, relation),
    )
    append(found, [tokens[at + 1]!, ...names(read, written), tokens[end]!])
    at = end
  }
  return found
}

interface Argument {
  tokens: readonly Token[]
  /** Index of the character behind it. */
  end: number
}

/** Each with the comma before it. */
function argumentsOf(inner: readonly Token[], closed: number): Argument[] {
  const depths = depthsOf(inner)
  const commas = inner.flatMap((one, at) => (depths[at] === 0 && isSign(one, ',') ? [at] : []))
  return [-1, ...commas].map((comma, nth) => {
    const next = commas[nth]
    return {
      tokens: inner.slice(Math.max(0, comma), next),
      end: next === undefined ? closed : inner[next]!.start,
    }
  })
}

function argumentRead({ tokens, end }: Argument, written: string, relation: boolean): Token[] {
  const lead = isSign(tokens[0], ',') ? tokens.slice(0, 1) : []
  const own = tokens.slice(lead.length)
  const starts = own.flatMap((one, at) => (at === 0 || one.apart ? [at] : []))
  const runs = starts.map((start, nth) => own.slice(start, starts[nth + 1]))
  const isPlaces = relation && runs.length > 1
  if (runs.length > 1 && !isPlaces) return [...tokens]
  const read = runs.flatMap((run, nth): Token[] => {
    const from = run[0]!
    const text = written.slice(from.start, runs[nth + 1]?.[0]?.start ?? end).trim()
    const isName = run.length > 1 && name.test(text) && !simple.test(text)
    const isTwo = relation && runs.length === 1 && /^[\w-]+\/[\w-]+$/.test(text)
    return isName && !isTwo ? [token('text', JSON.stringify(text), from)] : run
  })
  return [...lead, ...read]
}
