import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import {
  CodicilError,
  clip,
  amendmentRecord,
  replay as replayEvidence,
  type AmendmentRecord,
  type ReplayReport,
} from '../spec-tools/index.ts'
import { UsageError, type Command } from './command.ts'
import { readFolder, sha256 } from './folder.ts'

export const replay: Command = {
  name: 'replay',
  summary:
    'Draws comment, section and scoreboard again from committed evidence and holds figures and verdicts to it.',
  usage: 'replay <evidence folder> [--repository <folder>] [--strict]',
  options: {
    repository: {
      type: 'string',
      value: '<folder>',
      help: 'Checkout with the spec. Default: the Git checkout that the folder is in.',
    },
    strict: {
      type: 'boolean',
      help: 'The text must be that of the evidence to the byte; else words of people are told.',
    },
    json: { type: 'boolean', help: 'Print the report as JSON.' },
  },
  example: 'codicil replay evidence/q4k-dispatch-2026-04-27',

  async run({ values, positionals, cwd, out }) {
    const [folder, ...rest] = positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('name one evidence folder')
    const path = resolve(cwd, folder)
    const files = await readFolder(path)
    const record = readRecord(folder, files)
    const repository =
      values['repository'] === undefined
        ? await checkoutOf(path)
        : resolve(cwd, String(values['repository']))
    const base = await textAt(repository, record.origin.base.commit, record.spec.path)
    const current = decode(await readFile(join(repository, record.spec.path)))
    const report = replayEvidence({
      files,
      base,
      current,
      sha256,
      strict: values['strict'] === true,
    })
    out(
      values['json'] === true
        ? `${JSON.stringify(report, null, 2)}
`
        : inWords(report),
    )
    return report.equal ? 0 : 1
  },
}

function readRecord(folder: string, files: Map<string, Uint8Array>): AmendmentRecord {
  const bytes = files.get('amendment.json')
  if (bytes === undefined) {
    const what = `${folder} has no amendment.json, so it is not the evidence of an amendment. To look at a bundle as a run left it: codicil inspect ${folder}`
    throw new CodicilError({ code: 'no-record', what })
  }
  return amendmentRecord.parse(JSON.parse(decode(bytes)))
}

function inWords({ equal, differences, checked, unchecked, edited }: ReplayReport): string {
  const lines = [
    ...differences.flatMap(({ what, where, expected, found }) => [
      `✗ ${where}: ${what}`,
      `    expected: ${expected}`,
      `    found:    ${found}`,
    ]),
    ...edited.map(
      ({ kind, where, text }) => `a person’s words, ${kind}: ${where}: ${clip(text, 200)}`,
    ),
    ...unchecked.map((what) => `not compared: ${what}`),
    equal
      ? `✓ equal: ${checked.join('; ')}`
      : `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
  ]
  return `${lines.join('\n')}\n`
}

async function checkoutOf(folder: string): Promise<string> {
  const { stdout } = await execa('git', ['rev-parse', '--show-toplevel'], { cwd: folder })
  return stdout.trim()
}

/** A file as it stood in a commit; null in a clone that lacks the commit. */
async function textAt(repository: string, commit: string, path: string): Promise<string | null> {
  const { stdout, failed } = await execa('git', ['cat-file', 'blob', `${commit}:${path}`], {
    cwd: repository,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
  })
  return failed ? null : decode(stdout)
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
