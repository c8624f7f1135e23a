/** Checks an investigation, and what it selects in a log that is at hand. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import {
  defaultStatuses,
  type DocumentWords,
  type Investigation,
  knownOfDocument,
  type LintFinding,
  type Measurement,
  parseInvestigation,
  parseSettings,
  readLog,
  type Selected,
  selectedBy,
  settingsPath,
  type Settings,
  SettingsError,
  unlikeClaims,
  withoutPlace,
} from '../spec-tools/index.ts'
import { wholeSettingsAt } from './learnt.ts'

export interface CheckedInvestigation {
  findings: LintFinding[]
  /** Each selector with the number of figures that it picks; empty without a log. */
  notes: string
}

/**
 * @param logs paths, or `<diagnostic>=<path>`; the diagnostic is the file's name otherwise
 * @param spec path of the document, where it is not that of the settings
 */
export async function checkInvestigation(
  cwd: string,
  path: string,
  logs: readonly string[],
  spec: string | null,
): Promise<CheckedInvestigation> {
  const measurements: Measurement[] = []
  const files = new Map<string, Uint8Array>()
  const named = logs.map((log) => {
    const [, id, file] = /^([a-z0-9-]+)=(.+)$/.exec(log) ?? []
    return { id: id ?? basename(log, extname(log)), file: file ?? log }
  })
  const settings = await settingsWith(
    cwd,
    named.map(({ id }) => id),
  )
  let declared: Investigation
  try {
    const text = await readFile(resolve(cwd, path), 'utf8')
    const slug = basename(path, extname(path))
    const context = { slug, file: path, settings }
    declared = parseInvestigation(text, context)
    const document = await documentFor(cwd, declared, settings, spec)
    if (document !== null) declared = parseInvestigation(text, { ...context, document })
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return {
      findings: error.problems.map((one) => finding(withoutPlace(one), one)),
      notes: '',
    }
  }
  for (const { id, file } of named) {
    const { patterns } = settings
    const bytes = await readFile(resolve(cwd, file))
    files.set(`logs/${id}`, bytes)
    const reading = readLog(bytes, { diagnostic: id, file: `logs/${id}`, patterns })
    measurements.push(...reading.measurements)
  }
  const unlike = unlikeClaims(declared).map((text) => ({
    ...finding(text, start),
    severity: 'warning' as const,
  }))
  if (named.length === 0) return { findings: unlike, notes: '' }
  const selected = selectedBy(declared, { measurements, files })
  const findings = selected.flatMap(({ where, selector, problem }) =>
    problem === null ? [] : [finding(`${where}: ${selector} picks nothing: ${problem}.`, start)],
  )
  return { findings: [...unlike, ...findings], notes: selected.map(noteOf).join('') }
}

const start = { line: 1, column: 1 }

/** What the document of an investigation knows; null where there is no such file. */
async function documentFor(
  cwd: string,
  { spec: id }: Investigation,
  { specs }: Settings,
  named: string | null,
): Promise<DocumentWords | null> {
  const own = specs.find((one) => one.id === id) ?? specs[0]
  const file = resolve(cwd, named ?? own?.path ?? '')
  if (named === null && !existsSync(file)) return null
  const known = { style: own?.style ?? {}, scoreboard: own?.scoreboard ?? defaultStatuses }
  return knownOfDocument(await readFile(file), known)
}

function noteOf({ where, selector, count }: Selected): string {
  return `${where}: ${selector}: ${count} ${count === 1 ? 'figure' : 'figures'}\n`
}

function finding(message: string, { line, column }: { line: number; column: number }): LintFinding {
  return { rule: 'investigation', severity: 'error', message, line, column, start: 0, end: 0 }
}

/** The settings of the repository; the logs that are given are diagnostics, too. */
async function settingsWith(cwd: string, ids: readonly string[]): Promise<Settings> {
  const known = await wholeSettingsAt(cwd).catch((error: unknown) => {
    // Without settings what an investigation selects in a log can be tried all the same.
    if (existsSync(join(cwd, settingsPath))) throw error
    return 'specs: [{ id: spec, path: spec.md }]'
  })
  const settings = parseSettings(known)
  const [first] = Object.values(
    parseSettings('specs: [{ id: spec, path: spec.md }]\ndiagnostics: { log: { run: cat } }')
      .diagnostics,
  )
  const added =
    first === undefined ? [] : ids.map((id) => [id, settings.diagnostics[id] ?? first] as const)
  return { ...settings, diagnostics: { ...settings.diagnostics, ...Object.fromEntries(added) } }
}
