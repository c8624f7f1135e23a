/** The pages that `--help` prints, made from what each command says of itself. */
import type { Command, Option } from './command.ts'

export function overview(commands: Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return [
    'Codicil turns measurements into amendments of a living specification.',
    '',
    'Usage: codicil <command> [options]',
    '',
    ...lines,
    '',
    'codicil <command> --help shows its options and an example; codicil --version its version.',
    'Exit codes: 0 fine, 1 the thing checked is not fine, 2 usage;',
    'compare: 3 where nothing diverges but something could not be judged.',
    '',
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const flags = Object.entries(command.options).map(
    ([name, option]) => [flag(name, option), option.help] as const,
  )
  const width = Math.max(0, ...flags.map(([text]) => text.length))
  return [
    `${command.summary}`,
    '',
    `Usage: codicil ${command.usage}`,
    '',
    ...flags.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`),
    ...(flags.length > 0 ? [''] : []),
    ...(command.notes ? [...command.notes, ''] : []),
    `Example: ${command.example}`,
    '',
  ].join('\n')
}

function flag(name: string, option: Option): string {
  const short = option.short ? `-${option.short}, ` : ''
  return `${short}--${name}${option.type === 'string' ? ` ${option.value ?? '<value>'}` : ''}`
}
