/** The command line as a process of its own, on real files. */
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

const main = join(import.meta.dirname, '../../bin/main.ts')
/** Most of the time of a small command is spent on compiling it; once is enough for all tests. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'codicil-compile-cache') }

export function codicil(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1
        resolve({ code, stdout, stderr })
      },
    )
  })
}

/** What `compare --json` prints, as far as the tests look. */
export interface Comparison {
  rows: {
    stage: string
    verdict: string
    cell: string
    ratio?: number | null
    relative_l2: number | null
    rows_apart: number[] | null
    candidate: { n: number; dtype: string; mean: number | null } | null
    reference: { n: number; dtype: string; mean: number | null } | null
    [metric: string]: unknown
  }[]
  first: string[]
  next: { kind: string; stages: string[] }[]
  warnings: string[]
}

export async function compared(...args: string[]): Promise<Ran & { json: Comparison }> {
  const ran = await codicil('compare', ...args, '--json')
  return { ...ran, json: JSON.parse(ran.stdout) as Comparison }
}
