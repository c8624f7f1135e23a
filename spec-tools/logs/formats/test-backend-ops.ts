/** test-backend-ops of llama.cpp: what its modes test, grad, perf and support print to a console. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const testBackendOps: Format = {
  name: 'test-backend-ops',
  source:
    'llama.cpp tests/test-backend-ops.cpp (console_printer, test_case::eval, eval_perf, eval_grad): printf of 2024, commit 0054f92 (2026)',
  read(lines, at) {
    if (!begins(lines[at]!)) return null
    const block = new Block()
    let backend = backendAbove(lines, at)
    let end = at
    for (let next = at; next < lines.length; next++) {
      const line = lines[next]!
      const named = backendLine.exec(line)
      if (named !== null) backend = named[1] ?? named[2]!
      const taken = named !== null || takeLine(block, line, next, backend)
      if (!taken && line.trim() !== '') break
      if (taken) end = next + 1
    }
    return block.empty && !/^(?:Testing|Backend) /.test(lines[at]!) ? null : block.to(end)
  },
}

/** `Backend 1/2: CUDA0`, and `Backend 1/2 (CPU)` of 2024. */
const backendLine = /^Backend \d+\/\d+(?:: (\S.*?)| \((\S.*)\))\s*$/
/** `  MUL_MAT(type_a=q4_K,m=16): …`, with what failed before it, or behind it in 2024. */
const testLine = /^(.*?)(?:^|\s)  ?([A-Z][A-Z0-9_]*)\((\w+=.*)\): ?(.*)$/
const status = /(?:^|\s)(OK|FAIL|SUPPORTED|NOT SUPPORTED)\s*$/
const perf = new RegExp(
  `^\\s*(\\d+) runs - \\s*(${numeral}) us/run - \\s*(${numeral}) ([kMGT]?(?:B|FLOP))/run - \\s*(${numeral}) ([kMGT]?(?:B/s|FLOPS))\\s*$`,
)
const silent =
  /^\s*(?:not supported(?: \[[^\]]*\])?|skipping large tensors for speed)\s*$|failed to allocate tensors/

function begins(line: string): boolean {
  if (/^Testing \d+ (?:devices|backends)\s*$/.test(line) || backendLine.test(line)) return true
  const test = testOf(line)
  if (test === null || !/^(?:\s*|\[.*)$/.test(test[1]!)) return false
  const rest = test[4]!
  return status.test(rest) || perf.test(rest) || silent.test(rest)
}

function testOf(line: string): RegExpExecArray | null {
  return line.length < longestLine && line.includes('): ') ? testLine.exec(line) : null
}

/** Most lines above that are searched for the backend of a block that others cut in two. */
const above = 5000

function backendAbove(lines: readonly string[], at: number): string | null {
  for (let nth = at - 1; nth >= Math.max(0, at - above); nth--) {
    if (!lines[nth]!.startsWith('Backend ')) continue
    const named = backendLine.exec(lines[nth]!)
    if (named !== null) return named[1] ?? named[2]!
  }
  return null
}

/** Reads a line of the block; false for one that test-backend-ops does not print. */
function takeLine(block: Block, line: string, at: number, backend: string | null): boolean {
  const test = testOf(line)
  if (test !== null) {
    takeTest(block, at, test, line, backend)
    return true
  }
  const under = backend === null ? [] : [backend]
  const passed = /^\s*(\d+)\/(\d+) (tests|backends) passed\s*$/.exec(line)
  if (passed !== null) {
    const of = passed[3] === 'tests' ? { under } : {}
    block.figure(at, passed[1]!, `${passed[3]!} passed`, 'value', of)
    block.figure(at, passed[2]!, passed[3]!, 'value', of)
    return true
  }
  const memory = /^ {2}Device memory: (\d+) MB \((\d+) MB free\)\s*$/.exec(line)
  if (memory !== null) {
    block.figure(at, memory[1]!, 'Device memory', 'value', { under, unit: 'MB' })
    block.figure(at, memory[2]!, 'Device memory free', 'value', { under, unit: 'MB' })
    return true
  }
  if (/^ {2}Backend \S.*: (?:OK|FAIL)\s*$/.test(line) || /^(?:OK|FAIL)\s*$/.test(line)) {
    block.claim(at, line)
    return true
  }
  return (
    /^(?:Testing \d+ (?:devices|backends)|Failing tests:)\s*$/.test(line) ||
    /^ {2}(?:Device description: |Backend name: |Skipping )/.test(line) ||
    /^ {2}[A-Z][A-Z0-9_]*\(\w+=.*\)\s*$/.test(line)
  )
}

function takeTest(
  block: Block,
  at: number,
  [, before, op, params, after]: RegExpExecArray,
  line: string,
  backend: string | null,
): void {
  const under = backend === null ? [] : [backend]
  const name = `${op!}(${params!})`
  const labels = { ...paramsOf(params!), ...(backend === null ? {} : { backend }) }
  const measured = perf.exec(after!)
  if (measured !== null) {
    const [, runs, time, size, sizeUnit, rate, rateUnit] = measured
    const n = Number(runs)
    block.figure(at, runs!, `${name} runs`, 'value', { under, labels })
    block.figure(at, time!, name, 'mean', { under, labels, n, unit: 'us/run' })
    block.figure(at, size!, name, 'value', { under, labels, unit: `${sizeUnit!}/run` })
    block.figure(at, rate!, name, 'value', { under, labels, unit: rateUnit! })
    return
  }
  // A message names the node of the test's graph in which the backends differ.
  const ofNode = (node: string) => (node === op ? name : `${name} ${node}`)
  let rest = `${before!} ${after!}`
  const verdict = status.exec(after!)
  if (verdict !== null) {
    block.claim(at, line)
    rest = rest.slice(0, rest.length - verdict[0].length)
  }
  rest = rest.replaceAll(
    exceeded,
    (_, of: string, metric: string, value: string, limit: string) => {
      const full = metric === 'NMSE' ? ofNode(of) : `${ofNode(of)} ${metric}`
      block.figure(at, value, full, metric === 'NMSE' ? 'nmse' : 'value', { under, labels })
      block.figure(at, limit, full, 'limit', { under, labels })
      return ' '
    },
  )
  rest = rest.replaceAll(differing, (_, of: string, index: string | undefined, pairs: string) => {
    const where = index === undefined ? labels : { ...labels, index }
    for (const [, side, value] of pairs.matchAll(sideValue)) {
      block.figure(at, value!, ofNode(of), 'value', { under, side: side!, labels: where })
    }
    return ' '
  })
  if (/\d/.test(rest.replaceAll(/sentinel mismatch: \S+|\[[^\]]*\]/g, ''))) {
    block.unread(at, 'a message that test-backend-ops is not known to print')
  }
}

/** `[MUL_MAT] NMSE = 0.61 > 0.0005`; since 2025 `ERR`, as not each operation has that metric. */
const exceeded = new RegExp(
  `\\[([^\\]]+)\\] (NMSE|ERR|MAA) = (${numeral}) > (${numeral})(?=\\s|$)`,
  'gi',
)
const value = `\\S+=${numeral}`
/** `[ADD] NaN at index 17 (CUDA0=nan CPU=0.5)`, `[ADD] inf mismatch: CUDA0=inf CPU=1.25`. */
const differing = new RegExp(
  `\\[([^\\]]+)\\] (?:(?:NaN|nonfinite gradient) at index (\\d+) |inf (?:sign )?mismatch: )(\\(${value}(?: ${value})?\\)|${value} ${value})(?=\\s|$)`,
  'gi',
)
const sideValue = new RegExp(`([^\\s(=]+)=(${numeral})`, 'gi')

/** `type_a=q4_K,bs=[1,1]` -> each parameter with its value as printed. */
function paramsOf(params: string): Record<string, string> {
  const parts = params.split(/,(?=\w+=)/)
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  )
}
