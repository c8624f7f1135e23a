import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** GitHub drops a step summary beyond 1 MiB. */
const summaryLimit = 1024 * 1024

const kinds = {
  GITHUB_ENV: 'set_env',
  GITHUB_OUTPUT: 'set_output',
  GITHUB_PATH: 'add_path',
  GITHUB_STATE: 'save_state',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const

/** What a step left in its command files. */
export interface StepCommands {
  env: Record<string, string>
  outputs: Record<string, string>
  path: string[]
  state: Record<string, string>
  summary: string
  /** What could not be read, in the runner's words; any of these fails the step. */
  errors: string[]
}

/** The files through which a step speaks to the runner; new and empty for each step. */
export class CommandFiles {
  readonly variables: Record<keyof typeof kinds, string>

  private constructor(variables: Record<keyof typeof kinds, string>) {
    this.variables = variables
  }

  static async create(temp: string): Promise<CommandFiles> {
    const folder = join(temp, '_runner_file_commands')
    await mkdir(folder, { recursive: true })
    const id = randomUUID()
    const entries = Object.entries(kinds).map(([name, kind]) => [
      name,
      join(folder, `${kind}_${id}`),
    ])
    for (const [, path] of entries) await writeFile(path ?? '', '')
    return new CommandFiles(Object.fromEntries(entries) as CommandFiles['variables'])
  }

  async read(): Promise<StepCommands> {
    const errors: string[] = []
    const text = (name: keyof typeof kinds) =>
      readFile(this.variables[name], 'utf8').catch((error: Error) => {
        errors.push(`${name} could not be read: ${error.message}`)
        return ''
      })
    const values = async (name: keyof typeof kinds) => parsePairs(await text(name), name, errors)
    const env = await values('GITHUB_ENV')
    if ('NODE_OPTIONS' in env) {
      errors.push("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
      delete env.NODE_OPTIONS
    }
    const summary = await text('GITHUB_STEP_SUMMARY')
    const fits = Buffer.byteLength(summary) <= summaryLimit
    if (!fits) errors.push('$GITHUB_STEP_SUMMARY upload aborted, supports content up to 1024k')
    return {
      env,
      outputs: await values('GITHUB_OUTPUT'),
      path: (await text('GITHUB_PATH')).split(/\r?\n/).filter(Boolean),
      state: await values('GITHUB_STATE'),
      summary: fits ? summary : '',
      errors,
    }
  }
}

/** Lines `name=value`, and `name<<DELIMITER` with the lines up to the delimiter. */
export function parsePairs(text: string, file: string, errors: string[]): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const name = line.slice(0, heredoc)
      const delimiter = line.slice(heredoc + 2)
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0 || delimiter === '') {
        errors.push(`Invalid value in ${file}. Matching delimiter not found '${delimiter}'`)
        return values
      }
      values[name] = lines.slice(at + 1, end).join('\n')
      at = end
    } else if (equals > 0) {
      values[line.slice(0, equals)] = line.slice(equals + 1)
    } else {
      errors.push(`Invalid format '${line}' in ${file}`)
    }
  }
  return values
}
