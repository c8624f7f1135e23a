/**
 * Carries an operation out.
 * A field that fails is null with an error beside it; what was asked besides is answered all the same.
 */
import { baseOf, FieldFailed, type GraphError, type On, type Schema } from './fields.ts'
import type { FieldSelection, Operation, Selection, Value } from './parse.ts'

export async function execute(
  { types }: Schema,
  { kind, selections }: Operation,
  values: Record<string, unknown>,
  on: On,
): Promise<{ data: unknown; errors: GraphError[] }> {
  const errors: GraphError[] = []

  function valueOf(value: Value): unknown {
    if (typeof value !== 'object' || value === null) return value
    if ('variable' in value) return values[value.variable]
    if ('name' in value) return value.name
    if ('list' in value) return value.list.map(valueOf)
    return Object.fromEntries(Object.entries(value.fields).map(([key, of]) => [key, valueOf(of)]))
  }

  async function object(
    type: string,
    source: unknown,
    chosen: readonly Selection[],
    path: (string | number)[],
  ): Promise<Record<string, unknown>> {
    const concrete = (source as { __typename?: string } | null)?.__typename ?? type
    const result: Record<string, unknown> = {}
    for (const selection of chosen) {
      if ('on' in selection) {
        if (selection.on !== concrete) continue
        Object.assign(result, await object(concrete, source, selection.selections, path))
      } else if (selection.name === '__typename') {
        result[selection.alias] = concrete
      } else {
        result[selection.alias] = await field(concrete, source, selection, path)
      }
    }
    return result
  }

  async function field(
    type: string,
    source: unknown,
    { name, alias, args, selections: inner, location }: FieldSelection,
    above: (string | number)[],
  ): Promise<unknown> {
    const path = [...above, alias]
    const of = types[type]?.[name]
    if (!of) throw new Error(`The stand-in has no field ${name} on ${type}.`)
    try {
      const given = Object.entries(args).map(([key, value]) => [key, valueOf(value)])
      const value: unknown = await of.resolve(source, Object.fromEntries(given), on)
      return await complete(of.type, value, inner, path)
    } catch (error) {
      if (!(error instanceof FieldFailed)) throw error
      errors.push({ type: error.type, path, locations: [location], message: error.message })
      return null
    }
  }

  async function complete(
    type: string,
    value: unknown,
    inner: readonly Selection[],
    path: (string | number)[],
  ): Promise<unknown> {
    if (value == null) return null
    const base = baseOf(type)
    if (!types[base]) return value
    if (!Array.isArray(value)) return object(base, value, inner, path)
    const all = []
    for (const [index, each] of value.entries())
      all.push(await object(base, each, inner, [...path, index]))
    return all
  }

  const data = await object(kind === 'query' ? 'Query' : 'Mutation', null, selections, [])
  return { data, errors }
}
