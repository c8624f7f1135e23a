/**
 * A call with more arguments than the stack holds is a RangeError: what comes from outside is never
 * spread into one.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const room = join(import.meta.dirname, '../../spec-tools')
const calls = /\b(?:Math\.(?:max|min|hypot)|push|unshift|splice|fromCharCode|fromCodePoint)\(/g

/** In pieces of a fixed size. */
const bounded = ['amend/bytes.ts']

/** Whether a call of these has a spread argument of its own. */
function spreads(source: string): boolean {
  return [...source.matchAll(calls)].some(({ index, 0: call }) => {
    let depth = 1
    for (let at = index + call.length; depth > 0 && at < source.length; at += 1) {
      const character = source[at] ?? ''
      if ('([{'.includes(character)) depth += 1
      if (')]}'.includes(character)) depth -= 1
      if (depth === 1 && source.startsWith('...', at)) return true
    }
    return false
  })
}

describe('the core spreads no input into a call', () => {
  it('in any of its files', async () => {
    const names = (await readdir(room, { recursive: true })).filter((name) => name.endsWith('.ts'))
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(room, name), 'utf8')] as const),
    )
    expect(files.length).toBeGreaterThan(200)
    expect(files.flatMap(([name, source]) => (spreads(source) ? [name] : []))).toEqual(bounded)
  })

  it.each(['Math.max(...all)', 'Math.min(0, ...all)', 'list.push(\n  ...found(a, b),\n)'])(
    'finds %j',
    (source) => expect(spreads(source)).toBe(true),
  )

  it.each(['push({ ...one, two })', 'Math.max(a, b)', 'text(...values)', 'push(more([...a]))'])(
    'lets %j be',
    (source) => expect(spreads(source)).toBe(false),
  )
})
