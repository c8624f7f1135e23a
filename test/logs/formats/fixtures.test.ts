import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formats } from '../../../spec-tools/logs/formats/index.ts'
import { formatNames } from '../../../spec-tools/logs/formats/names.ts'
import { inWords, readFormats } from './reading.ts'

const folder = join(import.meta.dirname, '../../fixtures/formats')
const names = readdirSync(folder).filter((name) => name.endsWith('.log'))
/** `llama-bench-md.2024.log` is a log of the format `llama-bench-md`. */
const formatOf = (name: string) => name.split('.')[0]!

describe('logs of known formats', () => {
  test.each(names)('%s is read by its own format alone, and as expected', (name) => {
    const log = readFileSync(join(folder, name), 'utf8')
    const expected = readFileSync(join(folder, name.replace(/log$/, 'expected')), 'utf8')
    const reading = readFormats(formats, log)
    expect([...reading.by]).toEqual([formatOf(name)])
    expect(inWords(reading)).toEqual(expected.trimEnd().split('\n'))
  })

  test('settings take the names of all formats, and `general`', () => {
    expect(formatNames).toEqual([...formats.map(({ name }) => name), 'general'])
  })

  test('there are two logs or more of each format', () => {
    const few = formats.filter(
      (format) => names.filter((name) => formatOf(name) === format.name).length < 2,
    )
    expect(few.map((format) => format.name)).toEqual([])
  })
})
