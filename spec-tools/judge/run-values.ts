/** What a bundle knows besides figures: rows, exit codes, durations, texts and outputs. */
import { RE2JS } from 're2js'
import { onlyReads } from '../evidence/index.ts'
import { type Expression, type FigureSelector, textOfExpression } from '../settings/index.ts'
import { type Evaluated, type EvaluateContext, single } from './evaluated.ts'
import { exactly } from './quantity.ts'
import { overRuns } from './runs.ts'

export function ofRun(
  what: 'exit_code' | 'seconds' | 'rows' | 'output',
  selector: FigureSelector,
  name: string,
  { evidence, picker, work }: EvaluateContext,
): Evaluated {
  if (what === 'rows') {
    const placed = picker.placed(selector)
    const from = placed.flatMap(({ id, figures }) =>
      Object.keys(figures)
        .slice(0, 1)
        .map((one) => `${id}#${one}`),
    )
    const known =
      selector.parts.length === 0 || picker.placed({ ...selector, where: {} }).length > 0
    if (!known) return single(name, null, 'nothing is measured there')
    const count = picker.rows(selector).length
    const missed = uncounted(selector, count, { evidence, picker, work })
    if (missed !== null) return single(name, null, missed)
    return single(name, exactly(count, from, 'counted'), null)
  }
  if (what === 'output')
    return single(name, null, 'an output is compared with another: `output(a) == output(b)`')
  const ids = [...new Set(evidence.diagnostics.map((one) => one.id))]
  const [id = ids.length === 1 ? ids[0] : undefined, ...others] = selector.parts
  const runs = evidence.diagnostics
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => one.id === id)
  if (id === undefined || others.length > 0 || runs.length === 0) {
    const why = id === undefined ? 'say of which diagnostic' : `no diagnostic is called ${id}`
    return single(name, null, `${why}; there are ${ids.join(', ')}`)
  }
  if (onlyReads(runs.map(({ one }) => one))) {
    const why = what === 'seconds' ? 'how long the program took' : 'how the program ended'
    return single(name, null, `${id} was read from a file, so ${why} is not known`)
  }
  const values = runs.flatMap(({ one, index }) => {
    const at = `evidence.json#/diagnostics/${index}`
    if (what === 'seconds') return exactly(one.seconds, [`${at}/seconds`], 'measured by the runner')
    return one.exit.code === null
      ? []
      : exactly(one.exit.code, [`${at}/exit/code`], 'seen by the runner')
  })
  if (values.length < runs.length) return single(name, null, `${id} ended without an exit code`)
  const found = single(name, overRuns(values), null)
  if (what !== 'seconds') return found
  return { ...found, unit: 's', parts: found.parts.map((part) => ({ ...part, unit: 's' })) }
}

/** Why a count of rows may miss some: a column that no row has, or a text on lines that are no counted rows. */
function uncounted(
  selector: FigureSelector,
  count: number,
  { evidence, picker, work }: Pick<EvaluateContext, 'evidence' | 'picker' | 'work'>,
): string | null {
  const all = picker.placed({ ...selector, parts: [], where: {} })
  const counted = new Set(
    picker.placed(selector).map(({ source }) => `${source.file}:${source.line}`),
  )
  const [id] = selector.parts
  for (const [column, text] of Object.entries(selector.where)) {
    if (!all.some((one) => picker.textOf(one, column) !== null))
      return `no row has a column ${column}`
    const word = new RegExp(`(?<![\\p{L}\\p{N}_])${RegExp.escape(text)}(?![\\p{L}\\p{N}_])`, 'iu')
    for (const { id: own, stdout } of evidence.diagnostics) {
      if (id !== undefined && evidence.diagnostics.some((one) => one.id === id) && own !== id)
        continue
      const at = work
        .linesOf(stdout.file)
        .findIndex(
          (line, index) =>
            !counted.has(`${stdout.file}:${index + 1}`) &&
            word.test(line) &&
            (count === 0 || line.includes('|')),
        )
      if (at !== -1)
        return `line ${at + 1} of ${stdout.file} says ${text} and was not read as a row with a figure`
    }
  }
  return null
}

export function textOf(
  expression: Extract<Expression, { kind: 'text' }>,
  selector: FigureSelector,
  context: EvaluateContext,
): Evaluated {
  const { how, text: wanted } = expression
  const name = textOfExpression(expression)
  const { texts, from } = textsAt(selector, context)
  const [only, ...others] = texts
  if (only === undefined)
    return single(name, null, `no column or key is called ${selector.name} there`)
  if (others.length > 0) return single(name, null, severalTexts(selector, texts))
  const holds =
    how === 'equals' ? only.trim() === wanted.trim() : patternOf(wanted)?.matcher(only).find()
  if (holds === undefined) return single(name, null, `${JSON.stringify(wanted)} is no RE2 pattern`)
  const quantity = {
    ...exactly(holds ? 1 : 0, from.slice(0, 1), 'compared as text'),
    text: JSON.stringify(short(only)),
  }
  return single(name, quantity, null)
}

/** What stands there as text: in a column of its rows, else behind a key on lines of logs. */
function textsAt(
  selector: FigureSelector,
  context: EvaluateContext,
): { texts: string[]; from: string[] } {
  const { picker } = context
  const placed = picker.placed(selector).filter((one) => picker.textOf(one, selector.name) !== null)
  const inRows = [...new Set(placed.map((one) => picker.textOf(one, selector.name)!))]
  if (inRows.length > 0) {
    const from = placed.flatMap(({ id, figures }) =>
      Object.keys(figures)
        .slice(0, 1)
        .map((one) => `${id}#${one}`),
    )
    return { texts: inRows, from }
  }
  const inLines = textsInLogs(selector, context)
  return {
    texts: [...new Set(inLines.map(({ text }) => text))],
    from: inLines.map((one) => one.from),
  }
}

function severalTexts({ name }: FigureSelector, texts: readonly string[]): string {
  const few = texts.slice(0, 4).map((one) => JSON.stringify(short(one)))
  return `${name} is ${few.join(', ')}; say which row is meant`
}

/**
 * Whether two places hold the same text: 0 where they do, as the difference of equal figures, else 1.
 * Null where neither place holds a text.
 */
export function sameTexts(
  expression: Extract<Expression, { left: Expression; equality?: true }>,
  where: Readonly<Record<string, string>>,
  context: EvaluateContext,
): Evaluated | null {
  const sides = [expression.left, expression.right]
  const selectors = sides.flatMap((one) =>
    one.kind === 'figure' && one.statistic === null
      ? { ...one.selector, where: { ...where, ...one.selector.where } }
      : [],
  )
  const found = selectors.map((selector) => textsAt(selector, context))
  if (found.length < 2 || found.every(({ texts }) => texts.length === 0)) return null
  const name = textOfExpression(expression)
  for (const [at, { texts }] of found.entries()) {
    const selector = selectors[at]!
    if (texts.length === 0)
      return single(name, null, `no column or key is called ${textOfExpression(sides[at]!)}`)
    if (texts.length > 1) return single(name, null, severalTexts(selector, texts))
  }
  const [a = '', b = ''] = found.map(({ texts }) => texts[0]?.trim())
  const from = found.flatMap((one) => one.from.slice(0, 1))
  const shown = (a === b ? [a] : [a, b]).map((text) => JSON.stringify(short(text)))
  const quantity = {
    ...exactly(a === b ? 0 : 1, from, 'compared as text'),
    text: shown.join(' and '),
  }
  return single(name, quantity, null)
}

function short(text: string): string {
  const points = Array.from(text)
  return points.length > 72 ? `${points.slice(0, 71).join('')}…` : text
}

/** Texts behind a key on the lines of logs: of one diagnostic, or of all; without other conditions. */
function textsInLogs(
  { name, parts, where }: FigureSelector,
  { evidence, work }: EvaluateContext,
): { text: string; from: string }[] {
  if (parts.length > 1 || Object.keys(where).length > 0) return []
  return evidence.diagnostics.flatMap(({ id, stdout }, index) =>
    parts.length > 0 && parts[0] !== id
      ? []
      : work.stated(name, stdout.file).map((text) => ({
          text,
          from: `evidence.json#/diagnostics/${index}/stdout/sha256`,
        })),
  )
}

function patternOf(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return null
  }
}

export function sameOutput(
  expression: Extract<Expression, { kind: 'same output' }>,
  { evidence, work }: EvaluateContext,
): Evaluated {
  const name = textOfExpression(expression)
  const streams = [expression.left, expression.right].map(({ parts: [id] }) => {
    const index = evidence.diagnostics.findIndex((one) => one.id === id)
    return { id, index, stdout: evidence.diagnostics[index]?.stdout }
  })
  const absent = streams.find(({ stdout }) => stdout === undefined)
  if (absent) return single(name, null, `no diagnostic is called ${absent.id ?? '(no name)'}`)
  const unknown = streams.find(
    ({ stdout }) => stdout?.sha256 === undefined || stdout.kept < stdout.bytes,
  )
  if (unknown) return single(name, null, `not all that ${unknown.id} printed is known`)
  const same = streams[0]?.stdout?.sha256 === streams[1]?.stdout?.sha256
  const from = streams.map(({ index }) => `evidence.json#/diagnostics/${index}/stdout/sha256`)
  return single(
    name,
    {
      ...exactly(same ? 1 : 0, from, 'compared by SHA-256'),
      text: same ? 'the same' : `not the same${firstApart(streams, work)}`,
    },
    null,
  )
}

/** The first line in which two outputs differ, as each has it. */
function firstApart(
  streams: readonly { stdout: { file: string } | undefined }[],
  work: EvaluateContext['work'],
): string {
  const [a = [], b = []] = streams.map(({ stdout }) => work.linesOf(stdout?.file ?? ''))
  const length = Math.max(a.length, b.length)
  const at = Array.from({ length }, (_, line) => line).find((line) => a[line] !== b[line])
  if (at === undefined) return ''
  const [x, y] = [a[at], b[at]].map((text) =>
    text === undefined ? 'no line' : JSON.stringify(short(text)),
  )
  return `; line ${at + 1} is the first that differs: ${x} and ${y}`
}
