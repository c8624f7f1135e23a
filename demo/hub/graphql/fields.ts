/** What types of a schema are made of. */
import type { Call } from '../call.ts'
import { holds } from '../credentials.ts'

export interface Schema {
  /** Object types and interfaces: their fields. What is not here is a scalar, an enumeration or an input. */
  types: Record<string, Record<string, Field>>
  /** Fields of input types, with their types. */
  inputs: Record<string, Record<string, string>>
}

export interface Field {
  type: string
  args?: Record<string, string>
  // oxlint-disable-next-line no-explicit-any -- each field knows its own source
  resolve(source: any, args: Record<string, any>, on: On): unknown
}

export interface GraphError {
  type?: string
  path?: (string | number)[]
  extensions?: Record<string, string>
  locations?: { line: number; column: number }[]
  message: string
}

/** A field that cannot be had. */
export class FieldFailed extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** For whom a field is read. */
export type On = Pick<Call, 'stage' | 'identity'>

/** A field without arguments. */
export const plain = <S>(
  type: string,
  resolve: (source: S, args: Record<string, never>) => unknown,
) => ({
  type,
  resolve,
})

/** @throws FieldFailed where the token lacks the permission */
export function require({ identity }: On, permission: string): void {
  if (identity.kind === 'user' || holds(identity, [permission])) return
  throw new FieldFailed('FORBIDDEN', 'Resource not accessible by integration')
}

/** A type without what says that it is a list or never null. */
export function baseOf(type: string): string {
  return type.replaceAll(/[[\]!]/g, '')
}
