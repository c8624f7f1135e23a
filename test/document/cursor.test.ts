import { describe, expect, it } from 'vitest'
import { Cursor } from '../../spec-tools/document/cursor.ts'

/** A thematic break as CommonMark has it. */
const asPattern = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/

const lines = [
  '---',
  '- - -',
  '***  ',
  '_ _\t_',
  '--',
  '- - x',
  '- - - x - - -',
  '--*',
  '-- -*',
  '',
  '- - - -',
  'x---',
  '---a',
  '* - - -',
]

describe('a thematic break', () => {
  it.each(lines)('starts in %j where the pattern says so', (line) => {
    const cursor = new Cursor(line, 0, line.length)
    for (let at = 0; at < line.length; at += 1) {
      cursor.at = at
      expect({ at, breaks: cursor.breaks }).toEqual({ at, breaks: asPattern.test(line.slice(at)) })
    }
  })
})
