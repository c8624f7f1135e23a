import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, isAbsolute, relative, resolve } from 'node:path'
import { execa } from 'execa'
import {
  builtins,
  cacheFolder,
  kernelCache,
  kernelSources,
  namedBuiltins,
  nvidiaSmiPaths,
  plainLog,
  readDeclarations,
  runDiagnostics,
} from '../kernels-runner/library.ts'
import {
  CodicilError,
  commandFor,
  type Diagnostic,
  environmentOf,
  hasFailed,
  infraReason,
  type Investigation,
  pickingNothing,
  settingsPath,
} from '../spec-tools/index.ts'
import { parse, stringify } from 'yaml'
import { UsageError, type Command } from './command.ts'
import { wholeSettings } from './learnt.ts'

/** Logs that are there already, in place of diagnostics. */
export const logOption = {
  type: 'string',
  multiple: true,
  value: '<id>=<file>',
  help: 'A log that you have: read in place of running diagnostics, and marked so. Needs no GPU.',
} as const

export const run: Command = {
  name: 'run',
  summary: 'Runs the diagnostics here and leaves an evidence bundle.',
  usage:
    'run [--source <folder>] [--diagnostic <id>=<command>] [--log <id>=<file>] [--builtin <names>] [--out <folder>]',
  options: {
    source: {
      type: 'string',
      value: '<folder>',
      help: 'Checkout to run in. Default: the current folder.',
    },
    settings: {
      type: 'string',
      value: '<path>',
      help: `Settings in the checkout. Default: ${settingsPath}.`,
    },
    investigation: {
      type: 'string',
      value: '<slug>',
      help: 'Which investigation. Default: the only one in .codicil/investigations, if any.',
    },
    diagnostic: {
      type: 'string',
      multiple: true,
      value: '<id>=<command>',
      help: 'A diagnostic besides those of the settings, which need not exist then.',
    },
    log: logOption,
    out: {
      type: 'string',
      value: '<folder>',
      help: 'Folder that becomes the bundle. Default: codicil-evidence.',
    },
    builtin: {
      type: 'string',
      value: '<names>',
      help: `Run built-in diagnostics instead, with or without settings: all, or some of ${Object.keys(builtins).join(',')}.`,
    },
    architecture: {
      type: 'string',
      value: '<sm_XX>',
      help: 'Compile the built-in ones for it. Default: that of the GPU here.',
    },
    'allow-no-gpu': {
      type: 'boolean',
      help: 'Run on the CPU what needs a GPU, if there is none; the bundle says so.',
    },
    json: { type: 'boolean', help: 'Print evidence.json instead of the progress.' },
  },
  example: 'codicil run --source examples/demo --out /tmp/evidence --allow-no-gpu',

  async run({ values, positionals, cwd, env, out, err }) {
    if (positionals.length > 0) throw new UsageError(`unexpected argument: ${positionals[0]}`)
    const text = (name: string, fallback: string) => String(values[name] ?? fallback)
    const source = resolve(cwd, text('source', '.'))
    const builtin = values['builtin'] === undefined ? [] : namedBuiltins(String(values['builtin']))
    if (builtin.length > 0 && values['allow-no-gpu'] === true) {
      throw new UsageError('--builtin needs a GPU, so --allow-no-gpu cannot be met with it')
    }
    const given = (name: string) => [values[name] ?? []].flat().map(String)
    const [logs, commands] = [given('log'), given('diagnostic')]
    if (logs.length > 0 && commands.length + builtin.length > 0) {
      throw new UsageError('--log reads what was run already; leave --diagnostic and --builtin out')
    }
    const { settings, investigation } = await readDeclarations({
      source,
      base: source,
      settings: text('settings', settingsPath),
      builtin,
      whole: async (known) =>
        logs.length > 0
          ? withLogs(await wholeSettings(source, known), logs, { cwd, source })
          : withDiagnostics(
              await wholeSettings(source, known),
              commands,
              values['allow-no-gpu'] === true,
            ),
      named: values['investigation'] === undefined ? null : text('investigation', ''),
    })
    const cancel = new AbortController()
    let stopped: number | null = null
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.once(signal, () => {
        stopped = code
        cancel.abort()
      })
    }
    const sha = await headOf(source)
    const { folder, evidence, files } = await runDiagnostics(
      {
        request: { id: `local-${sha.slice(0, 12)}`, repository: null, pullRequest: null, sha },
        run: { id: null, attempt: null },
        settings,
        investigation,
        source,
        out: resolve(cwd, text('out', 'codicil-evidence')),
        allowNoGpu: values['allow-no-gpu'] === true,
        mask: [],
      },
      {
        env,
        now: () => new Date(),
        log: plainLog(values['json'] === true ? err : out),
        signal: cancel.signal,
        nvidiaSmi: nvidiaSmiPaths,
        kernels: {
          sources: kernelSources,
          cache: kernelCache(env),
          architecture: values['architecture'] === undefined ? null : text('architecture', ''),
        },
        cache: cacheFolder(env),
        temp: tmpdir(),
      },
    )
    if (values['json'] === true) out(`${JSON.stringify(evidence, null, 2)}\n`)
    else out(`\nThe bundle is in ${folder}. Look at it with: codicil inspect ${folder}\n`)
    if (stopped !== null) {
      err(
        `Stopped. What was measured until then is left in ${folder}, and says that it is not whole.\n`,
      )
      return stopped
    }
    const failed = evidence.diagnostics.some(
      (one) => hasFailed(one) && !isAskedFor(one, investigation?.value),
    )
    const infra = infraReason(environmentOf(evidence)) !== null
    if (failed || infra || evidence.partial.length > 0) return 1
    const empty = pickingNothing(investigation?.value ?? null, { ...evidence, files })
    for (const line of empty) err(`error: ${line}\n`)
    return empty.length > 0 ? 1 : 0
  },
}

/** Whether a claim is about the exit code that a diagnostic ended with, so that it decides. */
function isAskedFor(
  { id, exit }: Pick<Diagnostic, 'id' | 'exit'>,
  investigation: Investigation | undefined,
): boolean {
  const asked = (investigation?.hypotheses ?? []).some(({ confirm, refute }) =>
    `${confirm} ${refute}`.includes(`exit_code(${id})`),
  )
  return asked && !exit.timedOut && exit.signal === null
}

/**
 * The settings with the diagnostics of the command line; one may run on the CPU if all may.
 *
 * @throws UsageError where nothing says what to run
 */
function withDiagnostics(text: string, named: readonly string[], anywhere: boolean): string {
  const settings = parse(text) as { diagnostics?: object }
  if (named.length === 0) {
    if (settings.diagnostics === undefined) {
      throw new UsageError(
        `nothing says what to run. Write \`diagnostics: { bench: { run: ./bench.sh } }\` into ${settingsPath}, or give --diagnostic 'bench=./bench.sh'`,
      )
    }
    return text
  }
  const added = named.map((one) => {
    const [, id, command] = /^([a-z0-9][a-z0-9-]{0,63})=(.+)$/s.exec(one) ?? []
    if (id === undefined) throw new UsageError(`--diagnostic is <id>=<command>, not "${one}"`)
    return [id, { run: command, ...(anywhere && { needs: 'cpu' }) }]
  })
  const diagnostics = { ...settings.diagnostics, ...Object.fromEntries(added) }
  return stringify({ ...settings, diagnostics }, { lineWidth: 0 })
}

/** The settings with logs in place of their diagnostics: nothing of them is run. */
async function withLogs(
  text: string,
  logs: readonly string[],
  { cwd, source }: { cwd: string; source: string },
): Promise<string> {
  const diagnostics = await Promise.all(
    logs.map(async (one) => {
      const [, named, path = one] = /^([a-z0-9][a-z0-9-]{0,63})=(.+)$/s.exec(one) ?? []
      const file = resolve(cwd, path)
      if (!(await isFile(file))) throw new UsageError(`--log: there is no file ${file}`)
      const inside = relative(source, file)
      const own = inside.startsWith('..') || isAbsolute(inside) ? file : inside
      return [named ?? idOf(path), { run: commandFor(own), needs: 'cpu' }] as const
    }),
  )
  const twice = diagnostics.find(([id], at) =>
    diagnostics.some(([other], to) => to < at && other === id),
  )
  if (twice) throw new UsageError(`--log: two logs are called ${twice[0]}; write <id>=<file>`)
  const settings = {
    ...parse(text),
    isolation: 'none',
    diagnostics: Object.fromEntries(diagnostics),
  }
  return stringify(settings, { lineWidth: 0 })
}

/** `logs/New run.log` is `new-run`. */
function idOf(path: string): string {
  const name = basename(path, extname(path)).toLowerCase()
  return (
    name
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 64) || 'log'
  )
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** The commit that is measured; a bundle names one, so a folder without Git cannot be measured. */
async function headOf(source: string): Promise<string> {
  const { stdout, failed } = await execa('git', ['rev-parse', 'HEAD'], {
    cwd: source,
    reject: false,
  })
  if (failed) {
    const what = `${source} is not a Git checkout with a commit, so nobody could say later what was measured.`
    throw new CodicilError({ code: 'no-commit', what })
  }
  return stdout.trim()
}
