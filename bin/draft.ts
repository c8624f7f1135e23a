import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import {
  type Bundle,
  CodicilError,
  type Evidence,
  hasFailed,
  judge,
  pickingNothing,
  proposeAmendment,
  refuseUnlikeReplay,
  specOf,
  unmeasured,
} from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command } from './command.ts'
import { sha256, writeFiles } from './folder.ts'
import { logOption, run } from './run.ts'

export const draft: Command = {
  name: 'draft',
  summary: 'Drafts the amendment that a bundle calls for, as a diff.',
  usage: 'draft <bundle> | --log <id>=<file>… [--repository <folder>] [--write]',
  options: {
    repository: {
      type: 'string',
      value: '<folder>',
      help: 'Checkout with the spec. Default: the current folder.',
    },
    log: logOption,
    investigation: {
      type: 'string',
      value: '<slug>',
      help: 'Which investigation, with --log. Default: the only one.',
    },
    spec: {
      type: 'string',
      value: '<id>',
      help: 'Which spec of the settings, if there are several.',
    },
    write: { type: 'boolean', help: 'Write the spec and the evidence into the checkout.' },
    json: { type: 'boolean', help: 'Print the whole amendment: intent, texts, files, figures.' },
  },
  example: 'codicil draft /tmp/evidence --repository examples/demo',

  async run(call) {
    const { values, positionals, cwd, out, err } = call
    const [folder, ...rest] = positionals
    const isRead = values['log'] !== undefined
    if ((folder === undefined) !== isRead || rest.length > 0) {
      throw new UsageError('name one bundle, or logs with --log')
    }
    const repository = resolve(cwd, String(values['repository'] ?? '.'))
    const bundle = folder === undefined ? await fromLogs(call) : await openBundle(cwd, folder)
    const spec = specOf(bundle, values['spec'] === undefined ? undefined : String(values['spec']))
    const bytes = await readFile(join(repository, spec.path))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const judgement = judge(bundle)
    const nothing = unmeasured(bundle, judgement)
    if (nothing) {
      throw new CodicilError(
        { code: 'nothing-measured', what: nothing.what },
        [nothing.what, ...saidLast(bundle.evidence)].join('\n'),
      )
    }
    const amendment = proposeAmendment({
      bundle,
      judgement,
      spec: spec.id,
      text,
      origin: {
        pullRequest: bundle.evidence.request.pullRequest,
        requestedBy: null,
        base: await baseOf(repository),
        verification: null,
      },
    })
    refuseUnlikeReplay(amendment, text, sha256)
    if (values['write'] === true) await writeFiles(repository, amendment.files)
    if (values['json'] === true) {
      const files = amendment.files.map(({ path }) => path)
      out(`${JSON.stringify({ ...amendment, files }, null, 2)}\n`)
    } else {
      out(await diff(spec.path, bytes, amendment.text))
      out(`\n${amendment.title}\n`)
      for (const warning of amendment.warnings) out(`warning: ${warning}\n`)
    }
    const empty = pickingNothing(bundle.investigation, { ...bundle.evidence, files: bundle.files })
    for (const line of empty) err(`error: ${line}\n`)
    return empty.length > 0 ? 1 : 0
  },
}

/** A bundle of logs that are there already; the amendment has its files, so it is not kept. */
async function fromLogs({ values, ...call }: Parameters<Command['run']>[0]): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-logs-'))
  try {
    const { log, investigation, repository = '.' } = values
    const named = investigation === undefined ? {} : { investigation }
    const out = join(folder, 'bundle')
    await run.run({
      ...call,
      values: { log, ...named, source: repository, out },
      positionals: [],
      out: () => {},
      err: () => {},
    })
    return await openBundle(call.cwd, out)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** How each diagnostic that failed ended, and its last lines. */
function saidLast({ diagnostics }: Evidence): string[] {
  return diagnostics.filter(hasFailed).flatMap(({ id, exit, said = [] }) => {
    const how = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`
    return [
      `${id}: ${exit.timedOut ? 'stopped by its time limit' : how}`,
      ...said.map((line) => `  ${line}`),
    ]
  })
}

async function baseOf(repository: string): Promise<{ ref: string; commit: string }> {
  const git = async (...args: string[]) =>
    (await execa('git', args, { cwd: repository })).stdout.trim()
  return {
    ref: await git('rev-parse', '--abbrev-ref', 'HEAD'),
    commit: await git('rev-parse', 'HEAD'),
  }
}

/** A unified diff by Git, with the spec's own path in its header. */
async function diff(path: string, before: Uint8Array, after: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-diff-'))
  try {
    await writeFiles(folder, [
      { path: `a/${path}`, content: before },
      { path: `b/${path}`, content: after },
    ])
    const { stdout } = await execa(
      'git',
      ['diff', '--no-index', '--no-prefix', '--no-color', '--', `a/${path}`, `b/${path}`],
      { cwd: folder, reject: false },
    )
    return `${stdout}\n`
  } finally {
    await rm(folder, { recursive: true })
  }
}
