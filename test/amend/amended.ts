/** Applies an intent and checks what must hold for each of them. */
import { expect } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import {
  applyEdits,
  invertEdits,
  type Overrides,
  type RefusalCode,
} from '../../spec-tools/document/index.ts'

/** Lines of a document that ends with a line ending. */
export function doc(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/**
 * The document after the amendment. On the way: the same with CRLF, nothing left to do the second
 * time, and back again by the inverted edits.
 */
export function amended(before: string, intent: IntentInput, overrides: Overrides = {}): string {
  const { text, edits } = applyIntent(before, intent, overrides)
  expect(applyIntent(withCrlf(before), intent, overrides).text).toBe(withCrlf(text))
  expect(applyIntent(text, intent, overrides).edits).toEqual([])
  expect(applyEdits(text, invertEdits(before, edits))).toBe(before)
  return text
}

/** The lines that the amendment adds and removes, as `+ …` and `- …`. */
export function changed(before: string, intent: IntentInput, overrides: Overrides = {}): string[] {
  const old = before.split('\n')
  const now = amended(before, intent, overrides).split('\n')
  let top = 0
  while (top < old.length && top < now.length && old[top] === now[top]) top += 1
  let bottom = 0
  const room = Math.min(old.length, now.length) - top
  while (bottom < room && old.at(-1 - bottom) === now.at(-1 - bottom)) bottom += 1
  return [
    ...old.slice(top, old.length - bottom).map((line) => `- ${line}`),
    ...now.slice(top, now.length - bottom).map((line) => `+ ${line}`),
  ]
}

/** Expects a refusal and returns its place and text. */
export function refusal(before: string, intent: IntentInput, code: RefusalCode): string {
  try {
    applyIntent(before, intent)
  } catch (error) {
    expect(error).toMatchObject({ name: 'Refusal', code })
    const { line, what, remedy } = error as { line: number; what: string; remedy: string }
    expect(remedy).not.toBe('')
    return `${line}: ${what}`
  }
  throw new Error('It was not refused')
}

function withCrlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}
