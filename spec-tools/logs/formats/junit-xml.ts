/** JUnit's XML: what test runners write of their suites, cases, times and failures. */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral } from './numerals.ts'
import { xmlDocument, type XmlText } from './xml.ts'

export const junitXml: Format = {
  name: 'junit-xml',
  source:
    'https://github.com/testmoapp/junitxml; pytest src/_pytest/junitxml.py (5 to 8), gtest, Maven surefire-test-report-3.0.xsd',
  read(lines, at) {
    const document = xmlDocument(lines, at, /^<testsuites?[\s>]/)
    if (document === null) return null
    const block = new Block()
    const suites: string[] = []
    let test = ''
    for (const event of document.events) {
      if (event.kind === 'close') {
        if (event.name === 'testsuite') suites.pop()
      } else if (event.kind === 'text') tellText(block, event)
      else {
        const { name, attributes, line } = event
        const named = attributes.get('name')?.text ?? ''
        if (name === 'testsuites' || name === 'testsuite') {
          const suite = named === '' ? name : named
          for (const [key, value] of attributes) takeCount(block, key, value, suite, suites)
          if (name === 'testsuite' && event.kind === 'open') suites.push(suite)
        } else if (name === 'testcase') {
          const group = attributes.get('classname')?.text ?? ''
          test = group === '' ? named : `${group}.${named}`
          const time = attributes.get('time')
          if (time !== undefined) takeNumber(block, time, test, 'time', 's', suites)
        } else if (name === 'failure' || name === 'error') {
          const said = attributes.get('message')?.text.split('\n')[0] ?? ''
          block.claim(line, `${name === 'failure' ? 'FAILED' : 'ERROR'} ${test} ${said}`)
        } else if (name === 'property') {
          const value = attributes.get('value')
          if (value !== undefined && isNumeral(value.text)) {
            block.figure(value.line, value.text, named, 'value', { under: suites.slice(0, 16) })
          }
        }
      }
    }
    return block.to(document.end)
  },
}

const counts = new Set(['tests', 'failures', 'errors', 'skipped', 'disabled', 'assertions'])

function takeCount(
  block: Block,
  key: string,
  value: XmlText,
  suite: string,
  under: readonly string[],
) {
  if (counts.has(key)) takeNumber(block, value, suite, key, null, under)
  else if (key === 'time') takeNumber(block, value, suite, key, 's', under)
}

function takeNumber(
  block: Block,
  { text, line }: XmlText,
  of: string,
  key: string,
  unit: string | null,
  under: readonly string[],
): void {
  if (text === '') return
  if (isNumeral(text))
    block.figure(line, text, `${of} ${key}`.trim(), 'value', { unit, under: [...under] })
  else block.unread(line, `${key} is no number`)
}

/** What a test printed is text of another program. */
function tellText(block: Block, { text, line }: XmlText): void {
  for (const [nth, one] of text.split('\n').entries()) {
    if (/\d/.test(one)) block.unread(line + nth, 'the text of a test')
  }
}
