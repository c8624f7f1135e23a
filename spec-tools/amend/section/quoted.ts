/** Figures in a person's prose: found in the evidence, or marked as quoted from elsewhere. */
import type { Evidence } from '../../evidence/index.ts'
import type { Inline } from '../../render/markdown/index.ts'
import type { Subject } from './subject.ts'

/** Numbers that say something measured: with a decimal point, a power of ten, or four digits. */
const measuredNumber =
  /(?<![\w.§/-])[-+−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+|\d{4,})(?![\w.]*[-/]\d|\.\d|\w)/gi

/** A remark that names the numbers which the evidence does not hold; nothing where it holds all. */
export function quotedFigures(text: string, { bundle, figures }: Subject): Inline[] {
  const numbers = [...new Set(text.match(measuredNumber) ?? [])]
  const missing = numbers.filter((number) => {
    const from = foundIn(bundle.evidence, number)
    if (from.length > 0) figures.value(number, from, 'written before the run, found')
    return from.length === 0
  })
  if (missing.length === 0) return []
  return [` (quoted, not in this evidence: ${missing.join(', ')})`]
}

/** Figures that are the number, as far as its digits go; a share may be written in per cent. */
function foundIn({ measurements }: Evidence, number: string): string[] {
  const plain = number.replaceAll(',', '').replace('−', '-')
  const value = Number(plain)
  const half = halfUnit(plain)
  return measurements
    .flatMap(({ id, figures }) =>
      Object.entries(figures).map(([name, figure]) => ({ from: `${id}#${name}`, figure })),
    )
    .filter(({ figure }) => Math.abs(Number(figure.value) - value) <= half)
    .map(({ from }) => from)
    .slice(0, 4)
}

/** Half a unit of the last digit that is written, and a little for how numbers are stored. */
function halfUnit(number: string): number {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  return 0.5 * 10 ** (Number(exponent) - decimals) * (1 + 1e-9)
}
