/** What a person sees who watches the run, on GitHub or in a terminal. */
import { visible } from './visible.ts'

export interface RunLog {
  /** A line in our own words. */
  say(line: string): void
  /** Something that a person should look at; GitHub shows it beside the run. */
  warn(line: string): void
  /** Opens a group for the output of one diagnostic. */
  open(title: string): void
  /** Output of a diagnostic: shown, never obeyed. */
  show(output: Buffer): void
  close(): void
}

/** Longer lines are shown in pieces, so that a line without end does not have to be held. */
const longestLine = 4096

/**
 * The job log of GitHub Actions, where a line `::name::` is a command to the runner. While a group is
 * open, commands are stopped; only a token that the diagnostics cannot know resumes them.
 */
export function actionsLog(write: (text: string) => void, token: () => string): RunLog {
  let resume = ''
  const shown = lines(write)
  return {
    say: (line) => write(`${resume === '' ? inert(plain(line)) : plain(line)}\n`),
    warn(line) {
      const commands =
        resume === '' ? ['', ''] : [`::${resume}::\n`, `::stop-commands::${resume}\n`]
      write(`${commands[0]}::warning::${escapeData(inert(plain(line)))}\n${commands[1]}`)
    },
    open(title) {
      resume = token()
      write(`::group::${escapeData(inert(plain(title)))}\n::stop-commands::${resume}\n`)
    },
    show: shown.add,
    close() {
      shown.flush()
      write(`::${resume}::\n::endgroup::\n`)
      resume = ''
    },
  }
}

/** A terminal or a file: the same lines, without commands. */
export function plainLog(write: (text: string) => void): RunLog {
  const shown = lines(write)
  return {
    say: (line) => write(`${plain(line)}\n`),
    warn: (line) => write(`warning: ${plain(line)}\n`),
    open: (title) => write(`── ${title}\n`),
    show: shown.add,
    close: shown.flush,
  }
}

/** Whole lines as they come, so that no character and no escape is shown in halves. */
function lines(write: (text: string) => void) {
  let rest = Buffer.alloc(0)
  const flush = () => {
    if (rest.length > 0) write(`  ${visible(rest)}\n`)
    rest = Buffer.alloc(0)
  }
  return {
    flush,
    add(output: Buffer) {
      rest = Buffer.concat([rest, output])
      let text = ''
      for (let end = lineEnd(rest); end !== -1; end = lineEnd(rest)) {
        text += `  ${visible(rest.subarray(0, end))}\n`
        rest = rest.subarray(rest[end] === 0x0a ? end + 1 : end)
      }
      // All at once: a write of its own for each short line costs more than everything else here.
      if (text !== '') write(text)
    },
  }
}

function lineEnd(rest: Buffer): number {
  const newline = rest.subarray(0, longestLine + 1).indexOf(0x0a)
  return newline === -1 && rest.length > longestLine ? longestLine : newline
}

/** Our own words may hold names from outside. */
function plain(line: string): string {
  return visible(Buffer.from(line))
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/**
 * A line that the runner does not obey: it takes `::` for a command at the start of a line, and the
 * older `##[` anywhere in it.
 */
function inert(line: string): string {
  return line.replaceAll(/^(\s*)::/gm, '$1\u200b::').replaceAll('##[', '#\u200b#[')
}
