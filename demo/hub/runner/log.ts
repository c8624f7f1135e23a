import type { JobAnnotation } from '../model.ts'

/** A workflow command that a line of output is, such as `::error file=a.ts,line=3::text`. */
export interface WorkflowCommand {
  name: string
  properties: Record<string, string>
  message: string
}

/**
 * A job's log. It acts on workflow commands as GitHub's runner does: masks what is to be masked,
 * keeps annotations, and obeys `stop-commands`.
 */
export class JobLog {
  readonly annotations: JobAnnotation[] = []
  readonly #masks = new Set<string>()
  readonly #write: (line: string) => void
  #stopToken: string | undefined

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  /** Everything equal to the secret is shown as `***` from now on. */
  mask(secret: string): void {
    for (const line of secret.split(/\r?\n/)) if (line !== '') this.#masks.add(line)
  }

  /** One line that a step printed. @returns the command that the runner must act on, if any */
  output(line: string): WorkflowCommand | undefined {
    const command = this.#command(line)
    if (command?.name === 'add-mask') {
      this.mask(command.message)
      this.print('::add-mask::***')
      return undefined
    }
    if (command?.name === 'debug') return undefined
    this.print(line)
    if (command && ['error', 'warning', 'notice'].includes(command.name)) {
      const { name: level, message, properties } = command
      this.annotations.push({ level, message: this.#masked(message), properties })
    }
    return command
  }

  /** A line of the runner's own. */
  print(line: string): void {
    this.#write(this.#masked(line))
  }

  #command(line: string): WorkflowCommand | undefined {
    const token = this.#stopToken
    const command = parseCommand(line, token === undefined ? registered : new Set([token]))
    if (token !== undefined) {
      if (command) this.#stopToken = undefined
      return undefined
    }
    if (command?.name === 'stop-commands') {
      this.#stopToken = command.message.toLowerCase()
      return undefined
    }
    return command
  }

  #masked(line: string): string {
    let shown = line
    for (const secret of this.#masks) shown = shown.replaceAll(secret, '***')
    return shown
  }
}

/** Commands that the runner knows; it passes over every other line. */
const registered: ReadonlySet<string> = new Set(
  'set-output save-state add-mask add-matcher remove-matcher error warning notice debug group endgroup echo internal-set-repo-path stop-commands'.split(
    ' ',
  ),
)

/** `::name key=value::text` at the start of a line, or the older `##[name key=value]text` anywhere. */
export function parseCommand(
  line: string,
  known: ReadonlySet<string> = registered,
): WorkflowCommand | undefined {
  const [, newer, newerProperties = '', newerText = ''] =
    /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line) ?? []
  if (newer !== undefined && known.has(newer.toLowerCase())) {
    const properties = pairs(newerProperties, ',', unescapeProperty)
    return { name: newer.toLowerCase(), properties, message: unescapeData(newerText) }
  }
  const [, older, olderProperties = '', olderText = ''] =
    /##\[([^\s\]]+)(?:\s+([^\]]*))?\](.*)$/s.exec(line) ?? []
  if (older === undefined || !known.has(older.toLowerCase())) return undefined
  const properties = pairs(olderProperties, ';', unescapeOlder)
  return { name: older.toLowerCase(), properties, message: unescapeOlder(olderText) }
}

function pairs(text: string, separator: string, unescape: (text: string) => string) {
  const found = text
    .split(separator)
    .map((pair) => pair.split('='))
    .filter(([key, value]) => key && value !== undefined)
    .map(([key = '', ...value]) => [key.trim(), unescape(value.join('='))] as const)
  return Object.fromEntries(found)
}

function unescapeOlder(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%25', '%')
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}
