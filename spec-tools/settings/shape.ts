/** What a schema says against a value, with places in the file and what could be done. */
import { publishedSchema, type z } from '../schema.ts'
import { excerpt, type Path, pathText, type Problem } from './problem.ts'
import { type Yaml } from './yaml.ts'

export function shapeProblems(
  error: z.core.$ZodError,
  schema: z.ZodMiniType,
  yaml: Yaml,
): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, [], schema, yaml))
}

type Issue = z.core.$ZodIssue

function problemsOf(issue: Issue, above: Path, schema: z.ZodMiniType, yaml: Yaml): Problem[] {
  const path = [...above, ...(issue.path as Path)]
  if (issue.code === 'unrecognized_keys') {
    const allowed = published(schema, path).keys
    return issue.keys.map((key) => ({
      ...yaml.placeOfKey(path, key),
      path: pathText(path),
      what: 'this key is not known here',
      received: excerpt(key),
      // What follows a comma within braces is a key of its own.
      remedy: /[()<>=/*]|\s/.test(key)
        ? 'If it belongs to the value before it, put that in quotes: within { } a comma ends a value'
        : allowed.length === 0
          ? 'Remove it, or correct its name'
          : `Remove it, or use one of: ${allowed.join(', ')}`,
    }))
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1))
    return [
      {
        ...yaml.placeOfKey(path.slice(0, -1), name),
        path: pathText(path.slice(0, -1)),
        what: `this name cannot be used: ${issue.issues[0]?.message ?? issue.message}`,
        received: excerpt(name),
        remedy: 'Rename it',
      },
    ]
  }
  const absent = valueAt(yaml.value, path) === undefined
  const name = String(path.at(-1))
  const help = published(schema, path).help
  return [
    {
      ...yaml.placeOf(path),
      path: pathText(path),
      what: absent ? `\`${name}\` is missing` : sentence(issue),
      received: absent ? null : excerpt(valueAt(yaml.value, path)),
      remedy: `${absent ? `Add \`${name}\`` : 'Correct the value'}${help === null ? '' : `: ${help}`}`,
    },
  ]
}

function sentence(issue: Issue): string {
  const message =
    issue.code === 'invalid_union'
      ? issue.errors.map(([first]) => first?.message ?? '').join(', or ')
      : issue.message
  return message.replace(/, received .*$/, '').replace(/^Invalid input: /, '') || 'it does not fit'
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string | number, unknown>)[step]
        : undefined,
    value,
  )
}

interface JsonSchema {
  description?: string
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  anyOf?: JsonSchema[]
}

/** What the published schema says about the value at a path: its keys and its meaning. */
function published(schema: z.ZodMiniType, path: Path): { keys: string[]; help: string | null } {
  let at: JsonSchema | undefined = publishedSchema(schema) as JsonSchema
  for (const step of path) {
    at = formsOf(at)
      .map(({ properties, additionalProperties, items }) =>
        typeof step === 'number'
          ? items
          : (properties?.[step] ??
            (typeof additionalProperties === 'object' ? additionalProperties : undefined)),
      )
      .find((next) => next !== undefined)
  }
  const keys = formsOf(at).flatMap(({ properties = {} }) => Object.keys(properties))
  return { keys: [...new Set(keys)], help: at?.description ?? null }
}

/** A value that may be written in several forms, form by form. */
function formsOf(schema: JsonSchema | undefined): JsonSchema[] {
  if (schema === undefined) return []
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(formsOf)
}
