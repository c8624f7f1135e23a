/** Holds an operation against a schema before it is carried out, with GitHub's words for what is wrong. */
import { baseOf, type Field, type GraphError, type Schema } from './fields.ts'
import type { FieldSelection, Operation, Selection, Value } from './parse.ts'

/** What is wrong with an operation before it is carried out. */
export function problemsOf(
  { types, inputs }: Schema,
  { kind, name, variables, selections }: Operation,
  values: Record<string, unknown>,
): GraphError[] {
  const problems: GraphError[] = []
  const used = new Set<string>()
  const tell = (message: string, path: string[], at: FieldSelection | null, code: string) =>
    problems.push({
      path: [kind, ...path],
      extensions: { code },
      ...(at && { locations: [at.location] }),
      message,
    })

  function checkValue(value: Value, type: string, path: string[], at: FieldSelection): void {
    const base = baseOf(type)
    if (typeof value !== 'object' || value === null) return
    if ('variable' in value) {
      used.add(value.variable)
      const declared = variables.get(value.variable)
      if (declared !== type && declared !== `${type}!`) {
        const mismatch = `(${declared ?? 'undeclared'} / ${type})`
        tell(
          `Type mismatch on variable $${value.variable} ${mismatch}`,
          path,
          at,
          'variableMismatch',
        )
      }
    } else if ('list' in value) {
      for (const each of value.list) checkValue(each, type.replace(/^\[(.*)\]!?$/, '$1'), path, at)
    } else if ('fields' in value) {
      checkInput(base, value.fields, path, at, (each, of) => checkValue(each, of, path, at))
    }
  }

  function checkInput<T>(
    base: string,
    given: Record<string, T>,
    path: string[],
    at: FieldSelection | null,
    go: (value: T, type: string) => void,
  ): void {
    const known = inputs[base] ?? {}
    for (const [key, value] of Object.entries(given)) {
      const type = known[key]
      if (type === undefined) {
        tell(
          `InputObject '${base}' doesn't accept argument '${key}'`,
          path,
          at,
          'argumentNotAccepted',
        )
      } else go(value, type)
    }
    for (const [key, type] of Object.entries(known)) {
      if (type.endsWith('!') && given[key] === undefined) {
        tell(`Argument '${key}' on InputObject '${base}' is required.`, path, at, 'missingRequired')
      }
    }
  }

  /** What the variables hold. */
  function checkGiven(value: unknown, type: string): void {
    if (value == null && type.endsWith('!')) {
      tell(`Variable of type ${type} was provided invalid value`, [], null, 'invalidVariable')
    } else if (Array.isArray(value)) {
      for (const each of value) checkGiven(each, type.replace(/^\[(.*)\]!?$/, '$1'))
    } else if (value && typeof value === 'object') {
      checkInput(baseOf(type), value as Record<string, unknown>, [], null, checkGiven)
    }
  }

  function check(type: string, chosen: readonly Selection[], path: string[]): void {
    for (const selection of chosen) {
      if ('on' in selection) {
        if (!types[selection.on]) {
          tell(
            `No such type ${selection.on}, so it can't be a fragment condition`,
            path,
            null,
            'undefinedType',
          )
        } else check(selection.on, selection.selections, path)
        continue
      }
      const here = [...path, selection.alias]
      if (selection.name === '__typename') continue
      const field = types[type]?.[selection.name]
      if (!field) {
        tell(
          `Field '${selection.name}' doesn't exist on type '${type}'`,
          here,
          selection,
          'undefinedField',
        )
        continue
      }
      checkArguments(field, selection, here)
      const inner = baseOf(field.type)
      if (types[inner] && selection.selections.length === 0) {
        tell(
          `Field must have selections (field '${selection.name}' returns ${inner})`,
          here,
          selection,
          'selectionMismatch',
        )
      }
      check(inner, selection.selections, here)
    }
  }

  function checkArguments(field: Field, at: FieldSelection, path: string[]): void {
    const { args = {} } = field
    for (const [key, value] of Object.entries(at.args)) {
      const wanted = args[key]
      if (wanted === undefined) {
        tell(`Field '${at.name}' doesn't accept argument '${key}'`, path, at, 'argumentNotAccepted')
      } else checkValue(value, wanted, path, at)
    }
    for (const [key, wanted] of Object.entries(args)) {
      if (wanted.endsWith('!') && at.args[key] === undefined) {
        tell(
          `Field '${at.name}' is missing required arguments: ${key}`,
          path,
          at,
          'missingRequired',
        )
      }
    }
    if (!('first' in args)) return
    const { first, last } = at.args
    const bound = first ?? last
    if (bound === undefined) {
      const how = `You must provide a \`first\` or \`last\` value to properly paginate the \`${at.name}\` connection.`
      problems.push({ type: 'MISSING_PAGINATION_BOUNDARIES', path: [kind, ...path], message: how })
    } else if (typeof bound === 'number' && (bound < 1 || bound > 100)) {
      const how = `Requesting ${bound} records on the \`${at.name}\` connection exceeds the \`first\` limit of 100 records.`
      problems.push({ type: 'EXCESSIVE_PAGINATION', path: [kind, ...path], message: how })
    }
  }

  check(kind === 'query' ? 'Query' : 'Mutation', selections, [])
  for (const [variable, type] of variables) {
    checkGiven(values[variable], type)
    if (!used.has(variable)) {
      tell(`Variable $${variable} is declared by ${name} but not used`, [], null, 'variableNotUsed')
    }
  }
  return problems
}
