/**
 * The two sides that a text names as what is compared:
 *
 *     F32 vs Q4K      triton kernel vs. torch      eager against sdpa      between apr and gguf
 *     |apr - gguf|    ours - theirs                diff(triton, torch)
 */
import { isQualifying } from './statistics.ts'

export interface Sides {
  side: string
  against: string
  /** Where they stand in the text, with the words that relate them. */
  from: number
  to: number
}

const name = String.raw`([\p{L}_][\w.+-]{0,63}|\d{1,4}[\p{L}_][\w.+-]{0,62})`
/** What may stand behind the name of a side and adds nothing to it. */
const noun = String.raw`(?: (?:kernels?|impl(?:ementation)?|outputs?|results?|reference|version|path|side))?`
const relating = String.raw`(?:vs\.?|versus|against|compared (?:to|with))`
const end = String.raw`(?=$|[\s)\],:;|])`
const forms = [
  String.raw`(?:^|[\s([])(?:comparing |compare )?${name}${noun} ${relating} (?:the )?${name}${noun}${end}`,
  String.raw`(?:^|[\s([])between (?:the )?${name}${noun} and (?:the )?${name}${noun}${end}`,
  String.raw`^(?:comparing|compare) (?:the )?${name}${noun} (?:with|and|to) (?:the )?${name}${noun}${end}`,
  String.raw`\|${name} ?[-−] ?${name}\|`,
  String.raw`^${name} [-−] ${name}$`,
  String.raw`(?:^|\s)(?:diff|delta|Δ|err|error)\(${name}, ?${name}\)`,
].map((form) => new RegExp(form, 'iu'))

export function sidesIn(text: string): Sides | null {
  for (const form of forms) {
    const found = form.exec(text)
    const [all, side = '', against = ''] = found ?? []
    if (found === null || all === undefined || !isSide(side) || !isSide(against)) continue
    const from = found.index + (/^[\s([]/.test(all) ? 1 : 0)
    return { side, against, from, to: found.index + all.length }
  }
  return null
}

/** Words that stand where a side could, and say what was done. */
const doing =
  /^(?:compar(?:ed|ing|ison)|check(?:ed|ing)?|test(?:ed|ing)|verif(?:y|ied|ying)|measured|validat(?:ed|ing|ion)|run|as|is|was|the|an|it|this|that)$/i

/** What is measured of two sides: `speedup vs torch` names one. */
const measured =
  /^(?:speed-?ups?|slow-?down|ratio|gain|improvement|latency|time|runtime|throughput|perf(?:ormance)?|loss|accuracy|acc|match(?:es)?|mismatch(?:es)?|cos(?:ine)?|similarity|overhead|regression|change|memory|cost)$/i

function isSide(word: string): boolean {
  return /\p{L}/u.test(word) && !isQualifying(word) && !doing.test(word) && !measured.test(word)
}
