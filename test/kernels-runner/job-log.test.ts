import { describe, expect, it } from 'vitest'
import { actionsLog, plainLog, type RunLog } from '../../kernels-runner/job-log.ts'

function logged(make: (write: (text: string) => void) => RunLog, use: (log: RunLog) => void) {
  let text = ''
  use(make((more) => (text += more)))
  return text
}

const actions = (write: (text: string) => void) => actionsLog(write, () => 'TOKEN')

describe('the job log of GitHub Actions', () => {
  it('stops commands while a diagnostic prints', () => {
    const text = logged(actions, (log) => {
      log.open('1 of 1: q4k')
      log.show(Buffer.from('::error::mine\n'))
      log.close()
    })
    expect(text).toBe(
      '::group::1 of 1: q4k\n::stop-commands::TOKEN\n  ::error::mine\n::TOKEN::\n::endgroup::\n',
    )
  })

  it('resumes commands only for a warning of ours', () => {
    const text = logged(actions, (log) => {
      log.open('x')
      log.warn('two\nlines')
      log.close()
    })
    expect(text).toContain('::TOKEN::\n::warning::two%0Alines\n::stop-commands::TOKEN\n')
  })

  it('makes nothing of a command in our own words', () => {
    expect(logged(actions, (log) => log.say('::add-path::/tmp'))).not.toMatch(/^::/m)
  })
})

it('shows names from outside in our own words as what they are', () => {
  expect(logged(plainLog, (log) => log.say('stage \u001b[31mq'))).toBe('stage U+001B[31mq\n')
})

describe('output of a diagnostic', () => {
  const shown = (...chunks: (string | Buffer)[]) =>
    logged(plainLog, (log) => {
      for (const chunk of chunks) log.show(Buffer.from(chunk as string))
      log.close()
    })

  it.each([
    ['a carriage return', 'good\rbad\n', '  goodU+000Dbad\n'],
    ['an escape sequence', '\u001b[2Jx\n', '  U+001B[2Jx\n'],
    ['a bidirectional override', 'a\u202eb\n', '  aU+202Eb\n'],
    ['a byte that is no UTF-8', Buffer.from([0x61, 0xff, 0x62, 0x0a]), '  a\\xffb\n'],
    ['ordinary text', 'Größe 5 µs\n', '  Größe 5 µs\n'],
  ])('shows %s', (_, output, text) => {
    expect(shown(output)).toBe(text)
  })

  it('is shown by whole lines, so that no character is cut', () => {
    const bytes = Buffer.from('µ\n')
    expect(shown(bytes.subarray(0, 1), bytes.subarray(1))).toBe('  µ\n')
  })

  it('without a line end is shown in pieces', () => {
    const lines = shown('x'.repeat(10_000)).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(5000)
    expect(lines.join('').replaceAll(' ', '')).toHaveLength(10_000)
  })
})
