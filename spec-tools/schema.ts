/**
 * What the schemas of all rooms are made of: zod as functions, and the few types that keep returning.
 *
 * Its other half, where every type has all the methods, takes a program twice as long at every start.
 * No room takes zod from anywhere else, so that there is one of it, and that with its messages.
 */
import * as z from 'zod/mini'

export { z }

// This half comes without any language. A schema takes some function of this file, and so the bundler
// keeps this line, which it would drop from a file that is only passed through.
z.config(z.locales.en())

/** Text of at most so many characters; it may be empty. */
export function text(most: number) {
  return z.string().check(z.maxLength(most))
}

/** Text of 1 to so many characters. */
export function nonEmpty(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most))
}

/** Text of one form, with what is said of any other in place of the expression. */
export function form(expression: RegExp, message?: string) {
  return z.string().check(z.regex(expression, message))
}

/** A whole number, both ends included. */
export function whole(least: number, most?: number) {
  const range = [z.minimum(least), ...(most === undefined ? [] : [z.maximum(most)])]
  return z.int().check(...range)
}

/** A list of at most so many elements, and at least so many. */
export function list<T extends z.core.$ZodType>(element: T, most: number, least = 0) {
  const length = [...(least > 0 ? [z.minLength(least)] : []), z.maxLength(most)]
  return z.array(element).check(...length)
}

/** The same schema, with what the published one and the help beside a problem say about it. */
export function described<T extends z.core.$ZodType>(schema: T, description: string): T {
  const own = z.clone(schema)
  z.globalRegistry.add(own, { description })
  return own
}

/** What a schema of values that people write in several forms is published as. */
const accepted = new WeakMap<z.core.$ZodType, z.core.$ZodType>()

/**
 * A schema that brings what people write into one form before it looks at it.
 *
 * @param forms all that may be written, for the published schema and editors that follow it
 */
export function written<T extends z.core.$ZodType>(
  forms: z.core.$ZodType,
  inOneForm: (value: unknown) => unknown,
  schema: T,
) {
  const any = z.unknown()
  accepted.set(any, forms)
  return z.pipe(z.pipe(any, z.transform(inOneForm)), schema)
}

/** The JSON Schema of what may be written. */
export function publishedSchema(schema: z.core.$ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const forms = accepted.get(zodSchema)
      if (!forms) return
      const { $schema: _, ...published } = publishedSchema(forms)
      Object.assign(jsonSchema, published)
    },
  })
}
