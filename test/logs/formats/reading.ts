/** A log as known formats read it, without the general reader, and its figures in few words. */
import type { Format, FormatBlock, FormatFigure } from '../../../spec-tools/logs/formats/format.ts'

export interface FormatReading extends Omit<FormatBlock, 'end'> {
  /** Lines, from 1, that a format has taken. */
  taken: Set<number>
  /** Names of the formats that have taken lines. */
  by: Set<string>
}

/** Offers each line to the formats in turn; a block that a format takes is not offered again. */
export function readFormats(formats: readonly Format[], log: string): FormatReading {
  const lines = log.split(/\r?\n/)
  const reading: FormatReading = {
    figures: [],
    claims: [],
    unread: [],
    taken: new Set(),
    by: new Set(),
  }
  for (let at = 0; at < lines.length;) {
    const found = formats
      .map((format) => ({ format, block: format.read(lines, at) }))
      .find(({ block }) => block !== null)
    if (found?.block === undefined || found.block === null) {
      at++
      continue
    }
    const { block, format } = found
    if (block.end <= at) throw new Error(`${format.name} took no line at line ${at + 1}`)
    reading.figures.push(...block.figures)
    reading.claims.push(...block.claims)
    reading.unread.push(...block.unread)
    reading.by.add(format.name)
    for (; at < block.end; at++) reading.taken.add(at + 1)
  }
  return reading
}

/** All that was read, a line each: `4: CUDA0 > pp512 | mean 7211.40 t/s n=5`. */
export function inWords({ figures, claims, unread }: FormatReading): string[] {
  return [
    ...figures.map((figure) => ({ line: figure.line, words: words(figure) })),
    ...claims.map(({ line, text }) => ({ line, words: `claims ${text}` })),
    ...unread.map(({ line, reason }) => ({ line, words: `unread: ${reason}` })),
  ]
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, words: told }) => `${line}: ${told}`)
}

function words({ under, name, side, statistic, printed, unit, n }: FormatFigure): string {
  const place = [...under, name].join(' > ')
  return [
    side === null ? place : `${place} [${side}]`,
    '|',
    statistic,
    printed,
    ...(unit === null ? [] : [unit]),
    ...(n === null ? [] : [`n=${n}`]),
  ].join(' ')
}
