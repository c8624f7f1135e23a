import { CodicilError } from '../error.ts'

export interface Place {
  line: number
  column: number
}

export type Path = readonly (string | number)[]

/** One thing that is wrong with a configuration file; lines and columns count from 1. */
export interface Problem extends Place {
  /** Where in the document's structure, such as `stages[2].after`; empty for the document. */
  path: string
  /** What is wrong. */
  what: string
  /** What was received, shortened; null where the remark is about something absent. */
  received: string | null
  /** What to do about it. */
  remedy: string
}

/** Notes a problem at the place of a value, or of one character of it if it is text. */
export type Note = (
  path: Path,
  problem: Pick<Problem, 'what' | 'received' | 'remedy'>,
  index?: number,
) => void

/** Every problem of one configuration file together, in the order of the file. */
export class SettingsError extends CodicilError<'invalid-settings'> {
  override readonly name = 'SettingsError'
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
    const count = sorted.length === 1 ? 'a problem' : `${sorted.length} problems`
    const lines = sorted.map((problem) => `  ${describe(file, problem)}`)
    const what = [`${file} has ${count}:`, ...lines].join('\n')
    super({ code: 'invalid-settings', what })
    this.file = file
    this.problems = sorted
  }
}

function describe(file: string, problem: Problem): string {
  return `${file}:${problem.line}:${problem.column}: ${withoutPlace(problem)}`
}

/** A problem in words, for where file, line and column are said by others. */
export function withoutPlace({ path, what, received, remedy }: Problem): string {
  const where = path === '' ? '' : `${path}: `
  const got = received === null ? '' : `, received ${received}`
  return `${where}${what}${got}. ${remedy}`
}

/** `stages[2].after` for `['stages', 2, 'after']`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

/** A value as it is shown in a message: one line, at most 80 characters. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  const points = Array.from(line.slice(0, 400))
  return JSON.stringify(points.length > 80 ? `${points.slice(0, 79).join('')}…` : points.join(''))
}
