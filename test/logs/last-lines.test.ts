import { describe, expect, it } from 'vitest'
import { lastLines } from '../../spec-tools/logs/index.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('what a program said last', () => {
  it('is the end of stderr, without blank lines, colours and what was overwritten', () => {
    const stderr = bytes(
      'Downloading 1 %\rDownloading 100 %\n\n\u001b[31merror\u001b[0m: no such file\r\n',
    )
    expect(lastLines(stderr, bytes('12.5 ms\n'))).toEqual([
      'Downloading 100 %',
      'error: no such file',
    ])
  })

  it('is the end of stdout where stderr is empty', () => {
    expect(lastLines(bytes('\n \n'), bytes('FATAL: no device\n'))).toEqual(['FATAL: no device'])
  })

  it('is bounded, however much was printed and however long its lines are', () => {
    const lines = lastLines(bytes(`${'x'.repeat(100_000)}\n`.repeat(40)), bytes(''))
    expect(lines.length).toBeLessThanOrEqual(12)
    expect(lines.every((line) => line.length <= 240)).toBe(true)
  })

  it('shows what would hide or reorder it', () => {
    expect(lastLines(bytes('a\u202eb\u200bc\n'), bytes(''))).toEqual(['a\\u202eb\\u200bc'])
  })
})
