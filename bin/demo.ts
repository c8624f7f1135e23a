import { join } from 'node:path'
import { execa } from 'execa'
import type { HubRepository } from '../demo/hub/index.ts'
import type { PullRequest } from '../demo/hub/model.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { recordedExample, showRecorded } from '../demo/recorded.ts'
import { amendmentsOf, callerWorkflow, commentsOf, Stage } from '../demo/stage.ts'
import { readFolder } from './folder.ts'

const example = join(import.meta.dirname, '../examples/demo')
/** What the pull request brings; everything else is on the default branch. */
const investigation = '.codicil/investigations/q4k-dispatch.yml'

export const demo: Command = {
  name: 'demo',
  summary: 'Shows the whole loop against a stand-in of GitHub: from a label to an amendment.',
  usage: 'demo [--keep] [--verbose] | demo --bundle [<folder>]',
  options: {
    keep: { type: 'boolean', help: 'Leave everything running, to look at it in a browser.' },
    verbose: {
      type: 'boolean',
      help: 'Also print what app and runner do, the comment, the pull request and its diff.',
    },
    bundle: {
      type: 'boolean',
      help: 'Only show what comes of a recorded bundle. Default: one of a real GPU.',
    },
    spec: {
      type: 'string',
      value: '<file>',
      help: "With --bundle: the spec to draft for. Default: that of the bundle's settings.",
    },
  },
  example: 'codicil demo --keep',

  async run({ values, positionals, cwd, out }) {
    const [folder = recordedExample, ...rest] = positionals
    const recorded = values['bundle'] === true
    if (rest.length > 0 || (positionals.length > 0 && !recorded)) {
      throw new UsageError('only --bundle takes a folder, and only one')
    }
    if (recorded) {
      const { spec } = values
      await showRecorded({ folder, spec: spec === undefined ? null : String(spec) }, { cwd, out })
      return 0
    }
    const verbose = values['verbose'] === true
    const started = performance.now()
    const say = (text: string) =>
      out(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}\n`)
    say('starting the stand-in of GitHub and the app, its queue in an embedded PostgreSQL')
    const stage = await Stage.start({
      watcher: {
        app: (message, fields) => verbose && say(`app     ${message}${inWords(fields)}`),
        runner: (line) => verbose && say(`runner  ${line}`),
      },
    })
    try {
      await tell(stage, say, out, verbose)
      if (values['keep'] === true) {
        out(`\nEverything keeps running at ${stage.hub.url} until you press Ctrl-C.\n`)
        await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
      }
    } finally {
      await stage.stop()
    }
    return 0
  },
}

async function tell(
  stage: Stage,
  say: (text: string) => void,
  out: Input['out'],
  verbose: boolean,
): Promise<void> {
  const { hub } = stage
  say(`GitHub's API is stood in for at ${hub.url}, the app listens at ${stage.app.webhookUrl}`)

  const files = await readFolder(example)
  const declared = files.get(investigation)
  files.delete(investigation)
  const repository = await hub.createRepository({
    owner: 'acme',
    name: 'ship-two',
    files: {
      ...Object.fromEntries(files),
      '.github/workflows/codicil.yml': await callerWorkflow(),
    },
  })
  repository.setPermission('alice', 'write')
  say(`repository ${repository.fullName}: a spec at 2.74.0, settings, two diagnostics`)

  await repository.commitFiles('pr-e', { [investigation]: declared ?? '' }, { author: 'alice' })
  const pull = await repository.openPullRequest({
    from: 'pr-e',
    title: 'PR E: dispatch the layer-0 Q projection both ways',
    author: 'alice',
  })
  say(`alice opens #${pull.number} with ${investigation}, and labels it needs-gpu-evidence`)
  await repository.addLabel(pull, 'needs-gpu-evidence', 'alice')
  await stage.settle()

  await show(stage, repository, pull, { out, verbose })
}

async function show(
  stage: Stage,
  repository: HubRepository,
  pull: PullRequest,
  { out, verbose }: { out: Input['out']; verbose: boolean },
): Promise<void> {
  const { hub } = stage
  const page = (number: number) => `${hub.url}/${repository.fullName}/pull/${number}`
  const comments = commentsOf(hub, repository, pull)
  for (const { body } of verbose ? comments : []) {
    out(`\n━━ the comment on #${pull.number} ━━ ${page(pull.number)}\n\n${body}\n`)
  }
  const [amendment] = amendmentsOf(hub, repository)
  if (amendment === undefined) {
    const request = await stage.request(repository, pull)
    throw new Error(
      `No amendment was opened; the request is ${request?.state}: ${request?.problem?.message}`,
    )
  }
  if (verbose) {
    out(`\n━━ pull request #${amendment.number} ━━ ${page(amendment.number)}\n\n`)
    out(
      `${amendment.title}\n${amendment.head.ref} → ${amendment.base.ref}${amendment.draft ? ', draft' : ''}\n\n${amendment.body}\n`,
    )
    out(`\n━━ its diff ━━\n\n${await diffOf(repository, amendment)}\n`)
  }
  const lines = (comments[0]?.body ?? '').split('\n')
  const found = lines.find((line) => line.startsWith('#')) ?? ''
  out(
    [
      '',
      `Found      ${found.replace(/^#+ /, '')}`,
      `Comment    ${page(pull.number)}`,
      `Amendment  ${page(amendment.number)}: ${amendment.title}`,
      `Clone      git clone ${repository.cloneUrl}`,
      'Look       with --keep all of it stays for a browser; --verbose prints it here.',
      '',
    ].join('\n'),
  )
}

/** The changed spec as a diff; the evidence is listed, since it was printed by the run already. */
async function diffOf({ record }: HubRepository, { base, head }: PullRequest): Promise<string> {
  const range = `${base.sha}...${head.sha}`
  const git = (...args: string[]) => execa('git', ['--git-dir', record.git.directory, ...args])
  const [spec, files] = await Promise.all([
    git('diff', range, '--', '*.md', ':!evidence'),
    git('diff', '--stat', range),
  ])
  return `${spec.stdout}\n\n${files.stdout}`
}

/** The fields of a log line that a person can use. */
function inWords(fields: Record<string, unknown>): string {
  const words = ['kind', 'request', 'run', 'amendment', 'state', 'code', 'wrong', 'sha256', 'title']
    .filter((name) => fields[name] !== undefined && fields[name] !== null)
    .map((name) => `${name} ${String(fields[name])}`)
  return words.length > 0 ? ` (${words.join(', ')})` : ''
}
