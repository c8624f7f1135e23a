/**
 * At what work a figure was measured: model, batch, sizes, phase, as its row, its headings or its log
 * say. What nobody said is not known, and is never taken for the same.
 */
import type { FactName, Measurement } from '../evidence/index.ts'
import { linesOf } from '../logs/index.ts'
import { words } from './label.ts'
import { ownName } from './row.ts'

/** Key, such as `batch` or `model`, -> text. */
export type WorkFacts = ReadonlyMap<string, string>

const facts: readonly FactName[] = [
  'phase',
  'kv',
  'selection',
  'layer',
  'weights',
  'prompt',
  'template',
  'mask',
  'batch',
  'tensorParallel',
  'dtype',
]

/** Columns and keys that say what work was done. */
const ofRow =
  /^(?:model|model_\w+|size|params|n_(?!iters?$|iterations?$|runs?$|repeats?$|warmups?$|gpus?$)\w+|batch\w*|ubatch\w*|micro_batch\w*|bs|m|n|k|seq\w*|context\w*|ctx\w*|prompt\w*|input_\w+|output_(?:len\w*|tokens?|size|shape)|requests?|num_(?!iters?$|iterations?$|runs?$|repeats?$|warmups?$|gpus?$)\w+|(?:max\w*_)?(?:request_)?concurrency|request_rate|dtype|precision|quant\w*|phase|test|workload|dataset\w*|operation|op|shape|type|ngl|threads|steps?|elements?|total_input_tokens|resolution|image_size)$/

/** What stands on a line of its own, or beside the figures, and holds for what follows. */
const onLine =
  /(?<![\p{L}\p{N}_])(model(?:[ _-]?(?:name|id|path))?|dtype|precision|quant(?:i[sz]ation)?|dataset(?:[ _-]?name)?|phase|(?:micro[ _-]?)?batch(?:[ _-]?size)?|bs|seq(?:uence)?[ _-]?len(?:gth)?|context(?:[ _-]?(?:len(?:gth)?|size))?|(?:prompt|input|output|generation)[ _-]?len(?:gth)?|num[ _-]?prompts|(?:max(?:imum)?[ _-]?)?(?:request[ _-]?)?concurrency|total[ _-]?input[ _-]?tokens|resolution|image[ _-]?size)["']?\s*[:=]\s*["']?([^\s,;|"'(){}[\]][^,;|"'(){}[\]]{0,79}?)(?=\s*(?:[,;|"'(){}[\]]|$)|\s{2,}|\s+[\w-]+\s*[:=]|\s+(?:in|loaded|took|from|with|on)\s)/giu

/** Options of a command line that a log repeats. */
const option =
  /(?<!\S)--(model|dtype|quantization|dataset(?:-name)?|batch(?:-size)?|(?:input|output|prompt)-len|num-prompts|(?:max-)?concurrency|request-rate)(?:\s+|=)(?!--)([^\s"',;]+)/giu

/** `over 655 chunks, n_ctx=512` of llama-perplexity. */
function chunksOn(text: string): string[][] {
  const [, chunks, context] = /\bover (\d+) chunks(?:,| for) n_ctx=(\d+)/.exec(text) ?? []
  return chunks === undefined
    ? []
    : [
        ['', 'chunks', chunks],
        ['', 'n_ctx', context!],
      ]
}

/** The same in a heading or a name, where no sign stands between. */
const inName =
  /(?<![\p{L}\p{N}_])(batch(?:[ _-]?size)?|bs|seq(?:uence)?(?:[ _-]?len(?:gth)?)?|context|concurrency)[ _=:-]*(\d+)(?![\p{L}\p{N}.])/giu

/** How the work was spread over the machine: by these it may be that one side alone states them. */
const ofMachine = new Set(['ngl', 'threads'])

export function isOfMachine(key: string): boolean {
  return ofMachine.has(key)
}

/** Longer lines hold more than a fact. */
const longest = 2000

/** Where a text behind a key ends: at the next key, or with the line. A comma alone is part of it. */
const nextKey = String.raw`[,;|]\s*["']?[\p{L}_][\p{L}\p{N}_.\- ]{0,40}["']?\s*[:=]`
const behindPlain = String.raw`(?=\s*(?:${nextKey}|[,;]?\s*$))`
const behindText = String.raw`(?=\s*(?:[)}\]]*\s*${nextKey}|[)}\]]*[,;]?\s*$))`

/** Without brackets that were opened before the text. */
function closed(text: string): string {
  const bare = text.replace(/[)}\]]$/, '')
  const opened = { ')': '(', '}': '{', ']': '[' }[text.at(-1) ?? '']
  if (opened === undefined) return text
  const opens = text.split(opened).length
  return opens < text.split(text.at(-1)!).length ? closed(bare) : text
}

interface Surroundings {
  /** The figures of the same row, and of the objects around it. */
  around(measurement: Measurement): readonly Measurement[]
}

export class Work {
  readonly #place: Surroundings
  readonly #files: ReadonlyMap<string, Uint8Array>
  readonly #lines = new Map<
    string,
    ReadonlyMap<string, readonly { line: number; text: string }[]>
  >()
  readonly #known = new Map<Measurement, WorkFacts>()

  /** @param files the logs, by the path that measurements name as their source */
  constructor(place: Surroundings, files: ReadonlyMap<string, Uint8Array>) {
    this.#place = place
    this.#files = files
  }

  of(measurement: Measurement): WorkFacts {
    const known = this.#known.get(measurement)
    if (known) return known
    const found = new Map<string, string>()
    const note = (name: string, text: string) => {
      const key = keyOf(name)
      if (text.trim() !== '' && !found.has(key)) found.set(key, text.trim())
    }
    for (const [name, text] of Object.entries(measurement.labels ?? {})) {
      if (ofRow.test(keyOf(name))) note(name, text)
    }
    for (const fact of facts) {
      const value = measurement.facts[fact]
      if (value !== undefined) note(fact, Array.isArray(value) ? value.join(' ') : String(value))
    }
    for (const [name, text] of this.#beside(measurement)) note(name, text)
    for (const text of [measurement.stage, ...measurement.under.toReversed()]) {
      for (const [, name = '', value = ''] of text.matchAll(onLine)) note(name, value)
      for (const [, name = '', value = ''] of text.matchAll(inName)) note(name, value)
    }
    for (const [name, stated] of this.#stated(measurement.source.file)) {
      const above = stated.findLast(({ line }) => line <= measurement.source.line)
      const isOne = new Set(stated.map(({ text }) => text)).size === 1
      const one = above ?? (isOne ? stated[0] : undefined)
      if (one) note(name, one.text)
    }
    this.#known.set(measurement, found)
    return found
  }

  /** The lines of a log; none of a log that is not at hand. */
  linesOf(file: string): string[] {
    const bytes = this.#files.get(file)
    return bytes === undefined ? [] : linesOf(bytes).map(({ text }) => text)
  }

  /** Whether any log says something behind a key. */
  isStated(key: string): boolean {
    const logs = [...this.#files.keys()].filter((file) => file.startsWith('logs/'))
    return logs.some((file) => this.stated(key, file).length > 0)
  }

  /** What the lines of a log say behind a key: `backend: cuda`, `"version": "2.4.1"`; each text once. */
  stated(key: string, file: string): string[] {
    const bytes = this.#files.get(file)
    const name = words(key).join('[\\s_-]*')
    if (bytes === undefined || name === '') return []
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_])${name}["']?\\s*[:=]\\s*(?:(?:"([^"]*)"|'([^']*)')${behindText}|([^\\s{[(].*?)${behindPlain})`,
      'giu',
    )
    const found = linesOf(bytes).flatMap(({ text }) =>
      text.length > longest
        ? []
        : [...text.matchAll(pattern)].map(
            ([, a, b, plain]) => a ?? b ?? closed(plain ?? '').trim(),
          ),
    )
    return [...new Set(found)]
  }

  /** Plain numbers of its row, and of the objects around it. */
  *#beside(measurement: Measurement): Iterable<[name: string, text: string]> {
    for (const one of this.#place.around(measurement)) {
      const printed = one.figures['value']?.printed
      if (one === measurement || printed === undefined || one.facts.unit !== undefined) continue
      const texts = new Set(Object.values(one.labels ?? {}).flatMap(words))
      const name = keyOf(ownName(one.stage))
      const bare = name.split('_').filter((word) => !texts.has(word))
      if (ofRow.test(bare.join('_'))) yield [bare.join('_'), printed]
    }
  }

  /** What the lines of a log state, by key. */
  #stated(file: string) {
    const known = this.#lines.get(file)
    if (known) return known
    const bytes = this.#files.get(file)
    const found = (bytes === undefined ? [] : linesOf(bytes)).flatMap(({ text }, index) => {
      if (text.length > longest) return []
      const all = [...text.matchAll(onLine), ...text.matchAll(option), ...chunksOn(text)]
      const stated = all.map(([, name = '', value = '']) => ({
        key: keyOf(name),
        line: index + 1,
        text: value,
      }))
      // Of two texts on one line nothing says which holds.
      return [...Map.groupBy(stated, ({ key }) => key).values()].flatMap((same) =>
        new Set(same.map(({ text: value }) => value)).size === 1 ? same.slice(0, 1) : [],
      )
    })
    const counted = found.filter(({ key, text }) => !isCount(key) || /^\d[\d,_]*$/.test(text))
    const byKey = Map.groupBy(counted, ({ key }) => key)
    this.#lines.set(file, byKey)
    return byKey
  }
}

/** Names of number types as programs and people write them. */
const types: readonly (readonly string[])[] = [
  ['bf16', 'bfloat16'],
  ['fp16', 'f16', 'float16', 'half'],
  ['fp32', 'f32', 'float32', 'float'],
  ['fp8', 'f8', 'float8'],
  ['int8', 'i8'],
  ['int4', 'i4'],
]

/** A text without signs, by its usual spelling: `q4_k_m` is `q4km`, `torch.bfloat16` is `bf16`. */
export function plainFact(text: string): string {
  const plain = squashed(text.replace(/^torch\./i, ''))
  return types.find((one) => one.includes(plain))?.[0] ?? plain
}

/** Letters and digits alone. */
export function squashed(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

/** Whether a name is that of a type, but for what follows: `fp8` of `float8_e4m3fn`, `q4km` of `Q4_K - Medium`. */
export function isTypeOf(name: string, type: string): boolean {
  const [short, long] = [squashed(name), squashed(type.replace(/^torch\./i, ''))]
  const spellings = types.find((one) => one.includes(short)) ?? [short]
  return short.length > 1 && spellings.some((one) => long.startsWith(one))
}

/** Whether two texts of a fact say the same, but for spelling. */
export function sameFact(a: string, b: string): boolean {
  const [plain, other] = [plainFact(a), plainFact(b)]
  if (plain === '' || other === '') return a.trim() === b.trim()
  const [left, right] = [a, b].map((text) => Number(text.replaceAll(/[,_]/g, '')))
  return plain === other || left === right
}

/** Of these a text that is no number says something else: `batch: 3/100` is how far it came. */
function isCount(key: string): boolean {
  return /^(?:batch|micro_batch|seq|context|concurrency)|len|tokens$|prompts$/.test(key)
}

const others = new Map([
  ['batch_size', 'batch'],
  ['bs', 'batch'],
  ['model_name', 'model'],
  ['model_id', 'model'],
  ['dataset_name', 'dataset'],
  ['sequence_length', 'seq_len'],
  ['seq_length', 'seq_len'],
  ['sequence_len', 'seq_len'],
  ['sequence', 'seq'],
  ['max_concurrency', 'concurrency'],
  ['max_request_concurrency', 'concurrency'],
  ['maximum_request_concurrency', 'concurrency'],
])

/** One spelling of a key: `Batch size`, `batch_size` and `bs` are `batch`. */
export function keyOf(name: string): string {
  const key = words(name).join('_')
  return others.get(key) ?? key
}
