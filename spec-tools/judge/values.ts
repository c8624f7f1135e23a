/** The values that predicates use: named measurements and inline figures, each found once. */
import { type Evidence, hasFailed } from '../evidence/index.ts'
import { type Expression, type FigureSelector, type Named } from '../settings/index.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluated, EvaluateContext } from './evaluated.ts'
import { isSideOfStage, namedValue, type NamedValue, ofStage } from './named.ts'
import { sameWords, words } from './label.ts'
import { Picker } from './pick.ts'
import { MeasurementIndex } from './measurement-index.ts'
import type { DivergenceRow, Environment } from './types.ts'

export type Conditions = Readonly<Record<string, string>>

export interface ValuesInput {
  evidence: Evidence
  environment: Environment
  sides: readonly string[]
  rows: readonly DivergenceRow[]
  named: Readonly<Record<string, Named>>
  /** Files of the bundle: the logs say at what work was measured. */
  files: ReadonlyMap<string, Uint8Array>
}

export class Values {
  readonly picker: Picker
  readonly named: ReadonlyMap<string, NamedValue>
  /** Ids of the measurements that inline figures were looked for in. */
  readonly used = new Set<string>()
  /** Diagnostics that failed, and what the logs say beside figures. */
  readonly failed: readonly string[]
  readonly claimed: readonly string[]
  readonly #context: EvaluateContext

  constructor({ evidence, environment, sides, rows, named, files }: ValuesInput) {
    const { measurements, machine } = evidence
    this.failed = [...new Set(evidence.diagnostics.filter(hasFailed).map(({ id }) => id))]
    this.claimed = evidence.claims.map(({ text }) => text)
    this.picker = new Picker(measurements, files)
    const indexed = new MeasurementIndex(measurements)
    this.#context = {
      evidence,
      environment,
      picker: this.picker,
      named: (name) =>
        this.named.get(name) ?? { name, quantity: null, missing: 'no such name', used: [] },
      ofStage: (stage, metric) => {
        const id = rows.find((row) => sameWords(words(row.stage), words(stage)))?.stage ?? stage
        return ofStage(`${metric} of ${id}`, { stage: id, metric, side: 'pair' }, rows)
      },
      work: this.picker.work,
      assert: {},
      withSpread: false,
    }
    const context = { machine, environment, sides }
    this.named = new Map(
      Object.entries(named).map(([name, definition]) => [
        name,
        isPlain(definition)
          ? namedValue(name, definition, rows, indexed, context)
          : this.#ofDefinition(name, definition),
      ]),
    )
  }

  /** @param assert facts of the work that the logs do not state */
  of(expression: Expression, where: Conditions = {}, assert: Conditions = {}): Evaluated {
    const found = evaluate(expression, where, { ...this.#context, assert })
    for (const { used } of found.parts) for (const id of used) this.used.add(id)
    return found
  }

  #ofDefinition(name: string, definition: Named): NamedValue {
    const { quantity, missing, parts } = this.of(expressionOf(definition), definition.where)
    return { name, quantity, missing, used: parts.flatMap(({ used }) => used) }
  }
}

/** Whether a definition says no more than the older form could. */
function isPlain({ where, gain, side, over }: Named): boolean {
  if (where !== undefined || gain !== undefined) return false
  return (side === undefined || isSideOfStage(side)) && (over === undefined || over === 'median')
}

/** A definition as an expression; its `where` is given apart. */
export function expressionOf({ stage, metric, gain, over, unit, ...places }: Named): Expression {
  const { diagnostic, side, under, layer, labels } = places
  const parts = [diagnostic, side, under].filter((part) => part !== undefined)
  const where = { ...labels, ...(layer !== undefined && { layer: String(layer) }) }
  const selector: FigureSelector = { name: stage, parts, where }
  const inUnit = (of: Expression): Expression =>
    unit === undefined ? of : { kind: 'in', unit, of }
  if (gain === undefined) {
    return inUnit(
      over === undefined
        ? { kind: 'figure', selector, statistic: metric }
        : { kind: 'series', how: over, selector },
    )
  }
  const [left, right] = gain.between.map((part): Expression => ({
    kind: 'figure',
    selector: { name: gain.of, parts: [...parts, part], where },
    statistic: null,
  })) as [Expression, Expression]
  if (gain.as === 'difference') return inUnit({ kind: 'difference', left, right })
  const ratio: Expression = { kind: 'quotient', left, right }
  return gain.as === 'ratio'
    ? ratio
    : { kind: 'difference', left: ratio, right: { kind: 'number', value: 1 } }
}
