/** The command line: finds the command, reads its flags, runs it and sets the exit code. */
import { parseArgs } from 'node:util'
import { explained } from '../spec-tools/error.ts'
import { commands } from './commands.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { commandHelp, overview } from './help.ts'
import { packageVersion } from './version.ts'

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  cwd: process.cwd(),
  env: process.env,
})

async function main(args: string[], io: Omit<Input, 'values' | 'positionals'>): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const all = await Promise.all(Object.values(commands).map((load) => load()))
    io.out(overview(all))
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-V') {
    io.out(`${packageVersion()}\n`)
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    io.err(
      `codicil: there is no command "${name}". Commands: ${Object.keys(commands).join(', ')}.\n`,
    )
    return 2
  }
  return runCommand(await load(), rest, io)
}

async function runCommand(
  command: Command,
  args: string[],
  io: Omit<Input, 'values' | 'positionals'>,
): Promise<number> {
  try {
    const { values, positionals } = readArguments(command, args)
    if (values['help'] === true) {
      io.out(commandHelp(command))
      return 0
    }
    return await command.run({ ...io, values, positionals })
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`codicil ${command.name}: ${error.message}\n\n${commandHelp(command)}`)
      return 2
    }
    const message = explained(error)
    if (message === null) throw error
    io.err(`codicil ${command.name}: ${message}\n`)
    return 1
  }
}

function readArguments(command: Command, args: string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short && { short }), ...(multiple && { multiple }) },
    ]),
  )
  try {
    return parseArgs({
      args,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}
