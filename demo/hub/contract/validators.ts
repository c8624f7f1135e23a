import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import type { Description, JsonSchema, Operation } from './description.ts'

/** One way in which a value is not what GitHub describes. */
export interface Mismatch {
  /** JSON pointer into the value. */
  at: string
  message: string
}

/**
 * Compiles the description's schemas with ajv, each when it is first needed.
 *
 * @param options.closed refuse properties that the description does not name, at any depth; GitHub
 *   ignores them, so the stand-in accepts what the contract check refuses
 */
export function createValidators(description: Description, { closed }: { closed: boolean }) {
  const build = (extra: object) => {
    const ajv = new Ajv2019({
      strict: false,
      allErrors: true,
      logger: false,
      inlineRefs: false,
      ...extra,
    })
    ;(addFormats as unknown as (target: unknown) => void)(ajv)
    const schemas = closed ? closeAll(description) : { schemas: description.schemas }
    ajv.addSchema({ $id: 'github', ...schemas })
    return ajv
  }
  const ajv = build({})
  const coercing = build({ coerceTypes: true })
  const compiled = new Map<string, ValidateFunction>()

  function validate(
    key: string,
    value: unknown,
    schema: () => JsonSchema,
    engine = ajv,
  ): Mismatch[] {
    let check = compiled.get(key)
    if (!check) {
      check = engine.compile(schema())
      compiled.set(key, check)
    }
    if (check(value)) return []
    return (check.errors ?? [])
      .filter(({ keyword }) => keyword !== 'anyOf')
      .map(({ instancePath, message, params }) => ({
        at: instancePath,
        message: `${message ?? 'is wrong'}${named(params)}`,
      }))
  }

  const bodySchema = (schema: JsonSchema) => rebase(closed ? close(schema) : schema)
  return {
    request({ id, request }: Operation, body: unknown): Mismatch[] {
      return request ? validate(`${id} request`, body, () => bodySchema(request)) : []
    },
    response({ id, responses }: Operation, status: number, body: unknown): Mismatch[] {
      const schema = responses[status]
      return schema ? validate(`${id} ${status}`, body, () => bodySchema(schema)) : []
    },
    schema(name: string, body: unknown): Mismatch[] {
      return validate(name, body, () => ({ $ref: `github#/schemas/${name}` }))
    },
    /** Text values of path or query parameters, read as the types that they must have. */
    parameters(operation: Operation, place: 'path' | 'query', values: Record<string, string>) {
      const schema = () => parametersSchema(operation, place)
      return validate(`${operation.id} ${place}`, { ...values }, schema, coercing)
    },
  }
}

function parametersSchema({ parameters }: Operation, place: 'path' | 'query'): JsonSchema {
  const placed = parameters.filter((parameter) => parameter.in === place)
  return {
    type: 'object',
    properties: Object.fromEntries(placed.map(({ name, schema }) => [name, rebase(schema)])),
    required: placed.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  }
}

/**
 * Every schema twice: closed, and open for those that `allOf` completes elsewhere.
 */
function closeAll({ schemas }: Description): Record<string, JsonSchema> {
  const each = (change: (schema: JsonSchema) => JsonSchema) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]))
  return { schemas: each(close), open: each(closeInside) }
}

/** Refuses properties that the schema does not name, at any depth. */
function close(schema: JsonSchema): JsonSchema {
  const inside = closeInside(schema)
  const open = 'additionalProperties' in schema
  return !open && describesObject(schema) ? { ...inside, unevaluatedProperties: false } : inside
}

/** Closes what lies within a schema, not the schema's own object. */
function closeInside(schema: JsonSchema): JsonSchema {
  const completed = 'properties' in schema || 'allOf' in schema
  const result: JsonSchema = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') {
      const properties = Object.entries(value as Record<string, JsonSchema>)
      result[keyword] = Object.fromEntries(properties.map(([name, each]) => [name, close(each)]))
    } else if (keyword === 'items' || keyword === 'additionalProperties') {
      result[keyword] = typeof value === 'object' ? close(value as JsonSchema) : value
    } else if (keyword === 'allOf' || keyword === 'anyOf' || keyword === 'oneOf') {
      // The description's alternatives overlap (a symlink is a file to it): one is enough.
      const branch = completed ? (each: JsonSchema) => openReference(closeInside(each)) : close
      result[keyword === 'allOf' ? 'allOf' : 'anyOf'] = (value as JsonSchema[]).map(branch)
    } else {
      result[keyword] = value
    }
  }
  return result
}

function describesObject(schema: JsonSchema): boolean {
  return 'properties' in schema || 'allOf' in schema
}

function openReference(schema: JsonSchema): JsonSchema {
  const { $ref } = schema
  return typeof $ref === 'string' ? { $ref: $ref.replace('#/schemas/', '#/open/') } : schema
}

/** References of a schema that stands alone, into the document that holds all schemas. */
function rebase(schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"github#/'),
  ) as JsonSchema
}

function named(params: Record<string, unknown>): string {
  const name = params.unevaluatedProperty ?? params.additionalProperty
  if (name !== undefined) return ` '${String(name)}'`
  return Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : ''
}
