/** Where two texts differ, line by line. */
import { diffIndices } from 'node-diff3'

export interface Changed {
  /** First differing line of the found text, from 1. */
  line: number
  /** Lines that are different or missing; empty where the found text has more. */
  expected: string
  found: string
}

export function compareLines(expected: string, found: string): Changed[] {
  if (expected === found) return []
  const [wanted, got] = [expected.split('\n'), found.split('\n')]
  return diffIndices(wanted, got).map(({ buffer1Content, buffer2, buffer2Content }) => ({
    line: buffer2[0] + 1,
    expected: buffer1Content.join('\n'),
    found: buffer2Content.join('\n'),
  }))
}
