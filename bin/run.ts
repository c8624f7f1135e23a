import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import {
  buildSuite,
  builtins,
  kernelSources,
  namedBuiltins,
  nvidiaSmiPaths,
  plainLog,
  readInvestigation,
  readSettings,
  runDiagnostics,
} from '../kernels-runner/library.ts'
import { UsageError, type Command, type Input } from './command.ts'

export const run: Command = {
  name: 'run',
  summary: 'Runs the diagnostics here and leaves an evidence bundle.',
  usage: 'run [--source <folder>] [--builtin <names>] [--out <folder>]',
  options: {
    source: {
      type: 'string',
      value: '<folder>',
      help: 'Checkout to run in. Default: the current folder.',
    },
    settings: {
      type: 'string',
      value: '<path>',
      help: 'Settings in the checkout. Default: .github/codicil.yml.',
    },
    investigation: {
      type: 'string',
      value: '<slug>',
      help: 'Which investigation. Default: the only one in .codicil/investigations, if any.',
    },
    out: {
      type: 'string',
      value: '<folder>',
      help: 'Folder that becomes the bundle. Default: codicil-evidence.',
    },
    builtin: {
      type: 'string',
      value: '<names>',
      help: `Run built-in diagnostics instead: all, or some of ${Object.keys(builtins).join(',')}.`,
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
    const declared = await readSettings(source, text('settings', '.github/codicil.yml'))
    const suite = values['builtin'] === undefined ? null : await builtinSuite(values, env)
    const settings = suite ? withDiagnostics(declared, suite.diagnostics) : declared
    const named = values['investigation'] === undefined ? null : text('investigation', '')
    // An investigation that was not asked for is about the diagnostics of the settings.
    const investigation =
      suite && named === null
        ? null
        : await readInvestigation({ source, base: source, settings: settings.value, named })
    const cancel = new AbortController()
    process.once('SIGINT', () => cancel.abort())
    process.once('SIGTERM', () => cancel.abort())
    const sha = await headOf(source)
    const { folder, evidence } = await runDiagnostics(
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
        env: suite?.env ?? env,
        now: () => new Date(),
        log: plainLog(values['json'] === true ? err : out),
        signal: cancel.signal,
        nvidiaSmi: nvidiaSmiPaths,
        temp: tmpdir(),
      },
    )
    if (values['json'] === true) out(`${JSON.stringify(evidence, null, 2)}\n`)
    else out(`\nThe bundle is in ${folder}. Look at it with: codicil inspect ${folder}\n`)
    // What a diagnostic of the settings means by its exit code is its own affair.
    const failed = suite !== null && evidence.diagnostics.some(({ exit }) => exit.code !== 0)
    return failed || evidence.partial.length > 0 ? 1 : 0
  },
}

/** The built-in diagnostics that were asked for, compiled. */
async function builtinSuite(values: Input['values'], env: Input['env']) {
  if (values['allow-no-gpu'] === true) {
    throw new UsageError('--builtin needs a GPU, so --allow-no-gpu cannot be met with it')
  }
  const { architecture } = values
  return buildSuite({
    names: namedBuiltins(String(values['builtin'])),
    sources: kernelSources,
    cache: join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'codicil', 'kernels'),
    env,
    nvidiaSmi: nvidiaSmiPaths,
    architecture: architecture === undefined ? null : String(architecture),
  })
}

function withDiagnostics(
  declared: Awaited<ReturnType<typeof readSettings>>,
  diagnostics: (typeof declared)['value']['diagnostics'],
) {
  return { ...declared, value: { ...declared.value, diagnostics } }
}

/** The commit that is measured; a bundle names one, so a folder without Git cannot be measured. */
async function headOf(source: string): Promise<string> {
  const { stdout, failed } = await execa('git', ['rev-parse', 'HEAD'], {
    cwd: source,
    reject: false,
  })
  if (failed) {
    throw Object.assign(
      new Error(
        `${source} is not a Git checkout with a commit, so nobody could say later what was measured.`,
      ),
      {
        code: 'NO_COMMIT',
      },
    )
  }
  return stdout.trim()
}
