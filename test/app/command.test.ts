import { describe, expect, it } from 'vitest'
import { commandIn } from '../../app/webhooks/command.ts'

describe('a command', () => {
  it.each([
    ['/codicil run', { name: 'run', argument: '' }],
    ['Thanks!\n\n/codicil retry', { name: 'retry', argument: '' }],
    ['Please.\n/codicil status  ', { name: 'status', argument: '' }],
    ['/codicil run 1a2b3c4', { name: 'run', argument: '1a2b3c4' }],
    ['/codicil', { name: 'help', argument: '' }],
    ['/codicil rebase', { name: 'rebase', argument: '' }],
    ['/codicil bump major', { name: 'bump', argument: 'major' }],
    [
      '/codicil title The Q4_K kernel is right ',
      { name: 'title', argument: 'The Q4_K kernel is right' },
    ],
    ['/codicil dance', { name: null, argument: '' }],
    ['/codicil run\r\n/codicil cancel', { name: 'run', argument: '' }],
  ])('is read from %j', (body, command) => {
    expect(commandIn(body)).toEqual(command)
  })

  it.each([
    'Write /codicil run to it.',
    '`/codicil run`',
    '```\n/codicil run\n```',
    '~~~~\n~~~\n/codicil run\n~~~~',
    '    /codicil run',
    '> /codicil run',
    '> /codicil title Mine',
    '```\n/codicil bump major\n```',
    '`/codicil rebase`',
    '> as you said:\n/codicil run',
    '- one\n- /codicil run',
    '<!--\n/codicil run\n-->',
    '<details>\n/codicil run\n</details>',
    'a `code\n/codicil run\nspan`',
    '/codicilrun',
    '/Codicil run',
    `${'x'.repeat(9000)}\n\n/codicil run`,
  ])('is not read from %j', (body) => {
    expect(commandIn(body)).toBeNull()
  })
})
