/** Numbers, shares and texts in a predicate. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { refusal } from './refusal.ts'

export function isText(node: ASTNode): boolean {
  return node.op === 'value' && typeof node.args === 'string'
}

export function hasUnit(node: ASTNode): boolean {
  return node.op === 'value' && numberWithUnit.test(String(node.args))
}

export function textLiteral(node: ASTNode): string {
  if (node.op === 'value' && typeof node.args === 'string') return node.args
  throw refusal(node, 'a text is compared with a text', 'Write it in quotes: "PASS"')
}

export function literalValue(node: ASTNode): number {
  if (node.op === '-_') return -literalValue(node.args)
  const value = node.op === 'value' ? node.args : undefined
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isFinite(number)) return number
  }
  throw refusal(
    node,
    'a measurement can only be compared with a number',
    'Write a decimal number such as 10, 0.5 or 1e-3, or one with its unit such as "30 tok/s"',
  )
}

const numberWithUnit = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*?)\s*$/

export function quantityOf(node: ASTNode): { value: number; unit: string } {
  const [, digits = '', unit = ''] = numberWithUnit.exec(textLiteral(node)) ?? []
  if (unit === '') {
    throw refusal(node, 'this text holds no number with a unit', 'Write such as "30 tok/s"')
  }
  return { value: Number(digits), unit }
}
