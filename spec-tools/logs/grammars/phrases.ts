/**
 * Words and numbers without any mark between them:
 *
 *     ffn_up: mean 0.01, std 1.25, n 3584            torch.Size([7, 3584]) torch.bfloat16 mean 0.0013
 *     bandwidth 1,234.56 GB/s (peak 3,350 GB/s)      step 3/3 loss 2.00
 *
 * A number counts where the words before it are a statistic or a name that only measures are called
 * by, or where a unit stands at it and the words are few and no sentence.
 */
import type { Facts } from '../../evidence/facts.ts'
import type { Figure } from '../../evidence/schema.ts'
import { figure } from '../collector.ts'
import { sideAbove } from '../figures.ts'
import type { Grammar, ReadingState } from '../grammar.ts'
import { cut, labelOf, stateFact } from '../label.ts'
import type { Line } from '../line.ts'
import { Kind } from '../outline.ts'
import { quantityAt, type Quantity } from '../quantity.ts'
import { countOf } from '../remarks.ts'
import { statisticName } from '../statistics.ts'

interface Phrase {
  words: string
  quantity: Quantity
  /** Whether a statistic or the name of a measure says what the number is. */
  certain: boolean
}

export const phrases: Grammar = {
  name: 'words and numbers',
  take(line, state) {
    const { text, first } = line
    if (state.collector.claimed || /[.!?]\s*$/.test(text) || text[first] === '|') return null
    const lead = leadOf(text, first)
    const { found, whole } = phrasesOf(text, lead.end)
    const taken = whole ? found : found.filter(({ certain }) => certain)
    if (taken.length === 0) return null
    add(line, state, lead, taken)
    return 'figures'
  },
}

/** What measures are called that are no statistics: with a number behind, they are measured. */
const measures =
  /(?:^|[\s_-])(?:loss|accuracy|acc|ppl|perplexity|latency|throughput|bandwidth|speedup|error|err|diff|mse|mae|psnr|snr|ssim|kl|kld|nmse|f1|bleu|score|grad_norm|similarity)$/i

/** A word that makes a phrase a piece of a sentence. */
const prose =
  /(?:^|\s)(?:a|an|and|the|of|for|after|before|in|at|to|from|with|within|than|about|every|each|until|while|by|on|or|over|under|above|below|this|that|it|all|up|using|expected|required|timeout|waiting|sleeping|slept|retry|retrying|loading|loaded|line|step|page|chapter|section|version|port|pid|attempt|if|when|as|so|not|no|only|least|most|max_seq_len|seed|limit|threshold|tolerance|atol|rtol)(?=\s|$)/i

const verbs = /(?:^|\s+)(?:took|takes|is|was|=|at|got|reached)$/i

/** A name in a column of its own: `layer 01  max_abs_diff 0.0156`. */
const column = /((?:[^\s:=|,()]+ )*[^\s:=|,()]+)\s{2,}(?=\p{L})/uy

interface Lead {
  label: string
  /** How far a run has come. */
  progress: string[]
  facts: Facts
  end: number
}

/** What stands before the phrases: a label with a colon, how far a run has come, shape and type. */
function leadOf(text: string, first: number): Lead {
  const facts: Facts = {}
  let end = first
  let label = ''
  const progress: string[] = []
  const parts: [RegExp, (found: RegExpExecArray) => void][] = [
    [
      /(?:[-*•+] )?((?:[^:=|,()]|\([^()]*\)){1,96}):\s+/y,
      ([, printed = '']) => (label ||= printed),
    ],
    [/\[[^\]]*\d\/\d[^\]]*\]\s*/y, ([printed]) => progress.push(printed.trim())],
    [/(\[[^\]:=|,()\d][^\]:=|,()]*\])\s+(?=\p{L})/uy, ([, printed = '']) => (label ||= printed)],
    [column, ([, printed = '']) => (label ||= printed)],
    [
      /((?:step|epoch|iter(?:ation)?|batch)\s+\d+(?:\s*\/\s*\d+)?)(?:[\s,:]+(?=\S))/iy,
      ([, printed = '']) => progress.push(printed),
    ],
    [/torch\.Size\((\[[\d, ]*\])\)\s*/y, ([, shape = '']) => void stateFact('shape', shape, facts)],
    [/torch\.((?:b?float|u?int)\d+|bool)\s+/y, ([, dtype = '']) => (facts.dtype = dtype)],
  ]
  for (const [form, take] of parts) {
    // A colon ends the label: what follows it in a column of its own is a figure.
    if (form === column && label !== '') continue
    form.lastIndex = end
    const found = form.exec(text)
    if (found === null) continue
    take(found)
    end += found[0].length
  }
  return { label, progress, facts, end }
}

/** The phrases from here on, and whether they are all there is. */
function phrasesOf(text: string, from: number): { found: Phrase[]; whole: boolean } {
  const found: Phrase[] = []
  let whole = true
  let at = from
  const words =
    /\s*((?:\|\w+\||[\p{L}_%μσ][\p{L}\p{N}_%./μσ-]*)(?:[ ](?!(?:nan|inf)\b)(?:\|\w+\||[\p{L}_(][\p{L}\p{N}_%./()-]*)){0,4})\s{1,4}(?=[-+]?(?:\.?\d|nan|inf))/iuy
  // Behind a first phrase one may have a mark: `mean 0.01 n=4096`.
  const marked = /\s*([\p{L}_]\w*)\s?=\s?(?=[-+]?\.?\d)/uy
  const gap = /\s*(?:[,;|]\s*|\([^()]*\)\s*)*/y
  while (at < text.length) {
    words.lastIndex = marked.lastIndex = at
    const before = words.exec(text) ?? (found.length > 0 ? marked.exec(text) : null)
    const quantity = before === null ? null : quantityAt(text, at + before[0].length)
    const next = quantity?.end ?? at
    const ends =
      quantity !== null && /^(?:\s*$|\s*[,;|]|\s+\(|\s+[\p{L}_])/u.test(text.slice(next, next + 40))
    if (before !== null && quantity !== null && ends) {
      const printed = before[1]!.replace(verbs, '')
      const certain = statisticName(printed).known || measures.test(printed)
      const named = quantity.unit !== null && !/^(?:x|steps?|tokens?|it|op)$/.test(quantity.unit)
      const few = printed.split(' ').length <= 3
      if (printed !== '' && !prose.test(printed) && (certain || (named && few))) {
        found.push({ words: printed, quantity, certain })
      } else whole = false
      at = next
    } else {
      const comma = text.slice(at).search(/[,;|]/)
      whole = false
      if (comma < 0) break
      at += comma
    }
    gap.lastIndex = at
    const between = gap.exec(text)?.[0] ?? ''
    if (between === '' && at < text.length) {
      whole = false
      break
    }
    at += between.length
  }
  return { found, whole }
}

function add(
  { text, first, indent }: Line,
  { collector, outline, tables }: ReadingState,
  { label: printed, progress, facts: led, end }: Lead,
  taken: readonly Phrase[],
): void {
  outline.enter(indent, Kind.figure)
  const label = labelOf(printed)
  const above = outline.pair()
  const n = countOf(text) ?? null
  const groups = new Map<
    string,
    { stage: string; unit: string | null; figures: Record<string, Figure> }
  >()
  const joined = taken.map(({ words }) => words).join(', ')
  // `reference mean 0.0012 std 0.9980`: both are of the reference.
  const [lead] = taken
  const named = lead && statisticName(lead.words)
  const common = named?.known && label.stage === '' ? named.base : ''
  for (const { words, quantity } of taken) {
    const { statistic, base, known, unit: atEnd } = statisticName(words)
    const own = known ? base || common : words
    const stage = [label.stage, own].filter((part) => part !== '').join(' ')
    const { from, to, value } = quantity
    const unit = quantity.unit ?? atEnd
    const key = JSON.stringify([stage, unit])
    const group = groups.get(key) ?? { stage, unit, figures: {} }
    const name = known ? statistic : 'value'
    if (Object.hasOwn(group.figures, name)) continue
    group.figures[name] = figure(value, text.slice(from, to), collector.number)
    groups.set(key, group)
    collector.account(from, to)
  }
  collector.account(first, end)
  const stated = n === null ? null : /\b(?:n|numel|count)\s*[=:]\s*[\d_,]+/i.exec(text)
  if (stated !== null) collector.account(stated.index, stated.index + stated[0].length)
  outline.use()
  const counts = [...groups.values()].flatMap(({ figures }) => figures['n']?.value ?? [])
  for (const { stage, unit, figures } of groups.values()) {
    const facts: Facts = { ...outline.facts(), ...label.facts, ...led }
    if (unit !== null) facts.unit = unit
    const count = counts[0] ?? n
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) facts.n = count
    const ofSide = label.pair === null ? sideAbove(above, stage) : null
    collector.add({
      side: ofSide?.side ?? label.pair?.side ?? null,
      against: label.pair?.against ?? null,
      stage: ofSide?.stage ?? cut(stage === '' ? outline.stage() || joined : stage),
      under: [...outline.under(), ...progress].slice(-16),
      facts,
      figures,
      line: collector.number,
    })
  }
  tables.close()
}
