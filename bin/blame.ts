/** `codicil blame`: which amendment, bundle, log line and command stand behind a line's figures. */
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { execa } from 'execa'
import {
  type AmendmentRecord,
  clip,
  decodeSpec,
  oneLine,
  type Overrides,
  type Rest,
  traceFigures,
  type Traced,
  whoWrote,
  type Written,
} from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { committedRecords, type CommittedRecord } from './committed.ts'
import { settingsAt, settingsFor } from './settings.ts'

/** What of one figure is listed; a verdict can rest on some twenty. */
const mostRests = 6

export const blame: Command = {
  name: 'blame',
  summary: 'Says which amendment, log line and command stand behind the figures of a line.',
  usage: 'blame <spec> <line>',
  options: {
    all: { type: 'boolean', help: 'List everything that a figure rests on.' },
    json: { type: 'boolean', help: 'Print what was found as JSON.' },
  },
  notes: ['Exit code 1 where no amendment is known to have written the line.'],
  example: 'codicil blame docs/specifications/ship-two-models-spec.md 412',

  async run(input) {
    const { path, line } = asked(input)
    const { values, out } = input
    const root = await checkoutOf(dirname(path))
    const file = relative(root, path).split(sep).join('/')
    const { text } = decodeSpec(await readFile(path))
    const own = settingsFor(await settingsAt(root), root, file)
    const records = (await committedRecords(root))
      .filter(({ record }) => record.spec.path === file)
      .sort((a, b) => (a.record.date < b.record.date ? -1 : 1))
    const commit = await lastChange(root, file, line)
    const brought = commit && (await broughtBy(root, commit.id, records))
    const written = who(text, line, { records, brought, style: own?.style })
    const folder = records.find(({ record }) => record === written.record)?.folder
    const traced = traceFigures(
      written,
      folder === undefined ? null : await openBundle(root, folder),
      written.record && (await baseOf(root, written.record)),
    )
    if (values['json'] === true) {
      const data = { file, line, ...asData(written), ...traced, commit }
      out(`${JSON.stringify(data, null, 2)}\n`)
    } else {
      out(inWords({ file, line, written, traced, commit, all: values['all'] === true }))
    }
    return written.record === null ? 1 : 0
  },
}

function asked({ positionals, cwd }: Input): { path: string; line: number } {
  const [first = '', ...rest] = positionals
  const [, file = first, behind] = /^(.+):(\d+)$/.exec(first) ?? []
  const [line = behind, ...more] = rest
  if (line === undefined || more.length > 0 || !/^[1-9]\d*$/.test(line)) {
    throw new UsageError('name a specification and the number of a line')
  }
  return { path: resolve(cwd, rest.length > 0 ? first : file), line: Number(line) }
}

interface Known {
  records: readonly CommittedRecord[]
  /** What the commit brought that last changed the line. */
  brought: readonly CommittedRecord[] | null
  style: Overrides | undefined
}

function who(text: string, line: number, { records, brought, style }: Known): Written {
  const plainly = (all: readonly CommittedRecord[]) => all.map(({ record }) => record)
  try {
    return whoWrote(text, line, plainly(records), brought && plainly(brought), style)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`there is no line ${line}: ${error.message}`, { cause: error })
  }
}

interface Change {
  /** Full name of the commit. */
  id: string
  author: string
  date: string
  subject: string
}

async function checkoutOf(folder: string): Promise<string> {
  const { stdout, failed } = await git(folder, 'rev-parse', '--show-toplevel')
  return failed ? folder : stdout
}

/** The commit that last changed a line; null where there is none, or none is at hand. */
async function lastChange(root: string, file: string, line: number): Promise<Change | null> {
  const { stdout, failed } = await git(
    root,
    'blame',
    '--line-porcelain',
    '-L',
    `${line},${line}`,
    '--',
    file,
  )
  const id = /^[0-9a-f]{40}/.exec(stdout)?.[0]
  if (failed || id === undefined || /^0+$/.test(id)) return null
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(stdout)?.[1] ?? ''
  const date = new Date(Number(field('author-time')) * 1000).toISOString().slice(0, 10)
  return { id, author: field('author'), date, subject: field('summary') }
}

/** The amendments whose record a commit added. */
async function broughtBy(
  root: string,
  commit: string,
  all: readonly CommittedRecord[],
): Promise<CommittedRecord[]> {
  const { stdout } = await git(root, 'show', '--format=', '--name-only', '-m', '-z', commit)
  const files = new Set(stdout.split('\0'))
  return all.filter(({ folder }) => files.has(join(folder, 'amendment.json')))
}

/** The specification that an amendment was drafted on; null in a clone that lacks the commit. */
async function baseOf(root: string, { origin, spec }: AmendmentRecord): Promise<string | null> {
  const { stdout, failed } = await git(root, 'show', `${origin.base.commit}:${spec.path}`)
  return failed ? null : stdout
}

function git(cwd: string, ...args: string[]) {
  return execa('git', args, { cwd, reject: false })
}

function asData({ record, text, heading }: Written) {
  if (record === null) return { text, heading, amendment: null }
  const { folder, date, request, origin, ground } = record
  const amendment = {
    folder,
    date,
    section: ground.section?.label ?? ground.section?.heading ?? null,
    version: ground.version,
    commit: request.sha,
    pullRequest: origin.pullRequest,
    requestedBy: origin.requestedBy,
    run: origin.verification?.runId ?? null,
  }
  return { text, heading, amendment }
}

interface Told {
  file: string
  line: number
  written: Written
  traced: Traced
  commit: Change | null
  /** Whether everything is listed that a figure rests on. */
  all: boolean
}

function inWords({ file, line, written, traced, commit, all }: Told): string {
  const { text, heading, record } = written
  const lines = [`${file}:${line}: ${clip(oneLine(text).trim(), 160) || '(empty)'}`]
  if (heading !== null) lines.push(`  under     ${clip(oneLine(heading), 120)}`)
  if (commit) {
    const { id, date, author, subject } = commit
    lines.push(`  changed   ${id.slice(0, 7)} ${date} ${oneLine(author)}: ${oneLine(subject)}`)
  }
  if (record === null) {
    return [...lines, '  amendment none is known to have written this line', ''].join('\n')
  }
  lines.push(...about(record))
  for (const { text: figure, how, rests } of traced.figures) {
    lines.push('', `  ${clip(oneLine(figure), 100)}   ${oneLine(how)}`)
    const shown = all ? rests : rests.slice(0, mostRests)
    lines.push(...grouped(shown).map((each) => `    ${each}`))
    const left = rests.length - shown.length
    if (left > 0) lines.push(`    and ${left} more, listed with --all`)
  }
  if (traced.figures.length === 0) lines.push('', '  No figure of this line is in the ledger.')
  if (traced.unknown.length > 0) {
    lines.push('', `  Nothing is recorded for: ${[...new Set(traced.unknown)].join(', ')}`)
  }
  return `${lines.join('\n')}\n`
}

function about({ ground, origin, request, folder, date }: AmendmentRecord): string[] {
  const asking = [
    origin.requestedBy && `asked for by ${origin.requestedBy}`,
    origin.pullRequest && `for pull request ${origin.pullRequest}`,
  ].filter(Boolean)
  const what = [
    ground.section && (ground.section.label ?? ground.section.heading),
    ground.version && `version ${ground.version.to}`,
  ].filter(Boolean)
  const run = origin.verification
  return [
    `  amendment ${what.join(', ') || 'in place'}, ${date}${asking.length > 0 ? `, ${asking.join(' ')}` : ''}`,
    `  measured  commit ${request.sha.slice(0, 7)}, ${run === null ? 'not checked over GitHub’s API' : `run ${run.runId}, checked over GitHub’s API`}`,
    `  evidence  ${folder}`,
  ]
}

/** What rests on one line of a log is told together. */
function grouped(rests: readonly Rest[]): string[] {
  const places = Map.groupBy(rests, ({ log, reference }) =>
    log === null ? reference : `${log.file}:${log.line}`,
  )
  return [...places].flatMap(([place, [first, ...others]]) => {
    if (first === undefined) return []
    const names = [first, ...others].map(({ reference, said }) =>
      first.log === null
        ? (said ?? '(the commit that it was drafted on is not here)')
        : `${reference.slice(reference.lastIndexOf('#') + 1)} ${said}`,
    )
    const head = `${place}  ${clip(oneLine(names.join(', ')), 120)}`
    if (first.log === null || first.diagnostic === null) return [head]
    const { id, command } = first.diagnostic
    return [
      head,
      `  printed: ${around(oneLine(first.log.text), first.said ?? '')}`,
      `  by:      ${id}${command === id || command === '' ? '' : `, ${clip(oneLine(command), 100)}`} (${first.vouch})`,
    ]
  })
}

/** What stands around a figure; a line of JSON can be long. */
function around(text: string, figure: string): string {
  const from = Math.max(0, text.indexOf(figure) - 70)
  return `${from > 0 ? '…' : ''}${clip(text.slice(from), 140)}`
}
