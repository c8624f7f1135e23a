import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  BundleError,
  clip,
  compareFindings,
  decodeSpec,
  defaultStatuses,
  type EvidencedSection,
  evidencedSection,
  fixSpec,
  judge,
  type LintContext,
  type LintFinding,
  lintSpec,
  Refusal,
  rereadMeasurements,
  settingsPath,
  type SpecSettings,
  toSarif,
} from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { committedRecords } from './committed.ts'
import { learntAt, settingsAt, settingsFor } from './settings.ts'
import { UsageError, type Command } from './command.ts'
import { checkSettings, isSettings } from './check-settings.ts'
import { checkInvestigation } from './check-investigation.ts'
import { packageVersion } from './version.ts'

/** What was checked, and what is wrong with it. */
interface Checked {
  path: string
  kind: 'spec' | 'bundle' | 'investigation' | 'settings'
  findings: LintFinding[]
  fixed: LintFinding[]
}

export const check: Command = {
  name: 'check',
  summary:
    'Checks specs against themselves and their evidence, bundles against their sums, settings and investigations.',
  usage:
    'check [--spec <file>] [<bundle> | <settings.yml> ...] [<investigation.yml> --log <file>] [--fix]',
  options: {
    spec: {
      type: 'string',
      multiple: true,
      value: '<file>',
      help: `A spec. Without any, and without bundles: all of ${settingsPath}, or the only one here.`,
    },
    log: {
      type: 'string',
      multiple: true,
      value: '<file>',
      help: 'A log to try the selectors of an investigation on: [<diagnostic>=]<file>.',
    },
    fix: { type: 'boolean', help: 'Make the changes that are certain to be right.' },
    format: { type: 'string', value: 'text|json|sarif', help: 'Default: text.' },
    json: { type: 'boolean', help: 'The same as --format json.' },
  },
  example: 'codicil check --spec examples/demo/docs/specifications/ship-two-models-spec.md',

  async run({ values, positionals, cwd, out }) {
    const format = values['json'] === true ? 'json' : String(values['format'] ?? 'text')
    if (!['text', 'json', 'sarif'].includes(format)) {
      throw new UsageError(`--format is text, json or sarif, not "${format}"`)
    }
    const named = [values['spec'] ?? []].flat().map(String)
    const isAlone = named.length === 0 && positionals.length === 0
    const known = named.length > 0 ? await settingsAt(cwd) : []
    const settings = isAlone ? await learntAt(cwd) : known
    const specs = isAlone ? settings.map(({ path }) => path) : named
    const records = await amendmentsOf(cwd, specs)
    const checked: Checked[] = []
    for (const path of specs) {
      checked.push(await checkSpec(cwd, path, settings, records, values['fix'] === true))
    }
    const logs = [values['log'] ?? []].flat().map(String)
    for (const path of positionals) {
      if (!/\.ya?ml$/.test(path)) {
        checked.push(await checkBundle(cwd, path))
        continue
      }
      const text = await readFile(resolve(cwd, path), 'utf8')
      if (isSettings(path, text)) {
        checked.push({ path, kind: 'settings', findings: checkSettings(path, text), fixed: [] })
      } else {
        const { findings, notes } = await checkInvestigation(cwd, path, logs, named[0] ?? null)
        checked.push({ path, kind: 'investigation', findings, fixed: [] })
        if (format === 'text') out(notes)
      }
    }
    if (format === 'sarif') out(`${JSON.stringify(toSarif(checked, packageVersion()), null, 2)}\n`)
    else if (format === 'json') out(`${JSON.stringify(checked, null, 2)}\n`)
    else for (const one of checked) out(inWords(one))
    return checked.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))
      ? 1
      : 0
  },
}

async function checkSpec(
  cwd: string,
  path: string,
  settings: SpecSettings[],
  records: Committed[],
  fix: boolean,
): Promise<Checked> {
  const bytes = await readFile(resolve(cwd, path))
  const { text, invalidLine, encode } = decodeSpec(bytes)
  const own = settingsFor(settings, cwd, path)
  const context: LintContext = {
    statuses: own?.scoreboard ?? defaultStatuses,
    overrides: own?.style ?? {},
    exists: (name) => existsSync(join(cwd, name)) || existsSync(join(cwd, dirname(path), name)),
    evidence: records.filter(({ spec }) => resolve(cwd, spec) === resolve(cwd, path)),
  }
  const kind = 'spec'
  if (!fix) return { path, kind, findings: lintSpec(text, context), fixed: [] }
  const { text: mended, fixed, left } = fixSpec(text, context)
  if (mended !== text) {
    refuseForeignText(invalidLine, fixed)
    await writeFile(resolve(cwd, path), encode(mended))
  }
  return { path, kind, findings: left, fixed }
}

/** What is written into a file that is not UTF-8 must be ASCII: its other bytes stay as they are. */
function refuseForeignText(invalidLine: number | null, fixed: readonly LintFinding[]): void {
  const foreign = fixed.find(({ fix }) => /[^\0-\x7f]/.test(fix?.text ?? ''))
  if (invalidLine === null || foreign === undefined) return
  throw new Refusal({
    code: 'not-utf8',
    what: `The document is not UTF-8 (line ${invalidLine}), and what mends this line holds characters beyond ASCII`,
    line: foreign.line,
    remedy: 'Save the document as UTF-8 first',
  })
}

/** A bundle that cannot be read is one finding, which says what is wrong with which file. */
async function checkBundle(cwd: string, folder: string): Promise<Checked> {
  const finding = (message: string): LintFinding => ({
    rule: 'bundle',
    severity: 'error',
    message,
    line: 1,
    column: 1,
    start: 0,
    end: 0,
  })
  const base = { path: folder, kind: 'bundle' as const, fixed: [] }
  try {
    const bundle = await openBundle(cwd, folder)
    const figures = rereadMeasurements(bundle).map(({ id, what }) => `figure ${id}: ${what}`)
    const pages = compareFindings(bundle, judge(bundle)).map(
      ({ where, expected, found }) =>
        `${where} does not follow from the evidence (written by codicil ${bundle.evidence.tool.version}, read by ${packageVersion()}); expected: ${clip(expected, 200)}; found: ${clip(found, 200)}`,
    )
    return { ...base, findings: [...figures, ...pages].map(finding) }
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    return { ...base, findings: [finding(error.message)] }
  }
}

interface Committed extends EvidencedSection {
  spec: string
}

/**
 * The evidence of the amendments of these specs: folders of this checkout that hold an
 * `amendment.json`. Without a spec to check none is looked for, and none is read for another spec.
 */
async function amendmentsOf(root: string, specs: readonly string[]): Promise<Committed[]> {
  if (specs.length === 0) return []
  const wanted = new Set(specs.map((path) => resolve(root, path)))
  const found: Committed[] = []
  for (const { folder, record } of await committedRecords(root)) {
    if (!wanted.has(resolve(root, record.spec.path))) continue
    try {
      const bundle = await openBundle(root, folder)
      found.push({ spec: record.spec.path, ...evidencedSection(record, bundle) })
    } catch (error) {
      // A folder that is damaged is reported when it is checked itself.
      if (!(error instanceof BundleError)) throw error
    }
  }
  return found
}

function inWords({ path, kind, findings, fixed }: Checked): string {
  const lines = findings.map(({ line, column, severity, rule, message, fix }) => {
    const place = kind === 'bundle' ? path : `${path}:${line}:${column}`
    return `${place}: ${severity}: ${message} (${rule}${fix ? ', --fix mends it' : ''})\n`
  })
  const mended = fixed.map(({ line, message }) => `${path}:${line}: mended: ${message}\n`)
  const fine = findings.length === 0 ? [`${path}: fine\n`] : []
  return [...mended, ...lines, ...fine].join('')
}
