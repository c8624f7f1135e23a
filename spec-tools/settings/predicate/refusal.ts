/** Why a predicate cannot be used. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { CodicilError } from '../../error.ts'

/** A predicate that cannot be used, with the index of the character where the trouble starts. */
export class PredicateError extends CodicilError<'invalid-predicate'> {
  override readonly name = 'PredicateError'
  readonly index: number
  declare readonly received: string
  declare readonly remedy: string

  constructor(details: { what: string; index: number; received: string; remedy: string }) {
    super({ code: 'invalid-predicate', ...details }, details.what)
    this.index = details.index
  }
}

export function refusal(node: ASTNode, what: string, remedy: string): PredicateError {
  return new PredicateError({ what, index: node.range.start, received: textOf(node), remedy })
}

export function textOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end)
}
