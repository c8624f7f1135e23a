/** Configuration text -> checked configuration, or one error that lists every problem. */
import type { z } from '../schema.ts'
import { problemsOfDiagnostics, problemsOfHypotheses, problemsOfStages } from './declared.ts'
import { type Investigation, investigation } from './investigation.ts'
import { type DocumentWords, problemsOfSections } from './declared-changes.ts'
import { unsafePath, unsafeTemplate } from './path.ts'
import { excerpt, type Note, pathText, type Problem, SettingsError } from './problem.ts'
import { type Settings, settings } from './schema.ts'
import { shapeProblems } from './shape.ts'
import { readYaml, type Yaml } from './yaml.ts'
import { settingsPath } from '../evidence/names.ts'

/**
 * Reads the repository's settings.
 *
 * @throws SettingsError with every problem, each with line and column
 */
export function parseSettings(text: string, file = settingsPath): Settings {
  const { yaml, value } = read(text, file, settings)
  const note = notes(yaml)
  const patterns = new Set<string>()
  for (const [index, { name }] of value.patterns.entries()) {
    if (patterns.has(name)) {
      note(['patterns', index, 'name'], {
        what: 'two patterns have this name',
        received: excerpt(name),
        remedy: 'Give each pattern its own name',
      })
    }
    patterns.add(name)
  }
  const ids = new Set<string>()
  for (const [index, spec] of value.specs.entries()) {
    const path = ['specs', index]
    if (ids.has(spec.id)) {
      note([...path, 'id'], {
        what: 'two specs have this id',
        received: excerpt(spec.id),
        remedy: 'Give each spec its own id',
      })
    }
    ids.add(spec.id)
    const badPath = unsafePath(spec.path)
    if (badPath !== null) {
      note([...path, 'path'], {
        what: `this path cannot be used: ${badPath}`,
        received: excerpt(spec.path),
        remedy: 'Give the path of the document from the root of the repository',
      })
    }
    const badFolder = unsafeTemplate(spec.evidence)
    if (badFolder !== null) {
      note([...path, 'evidence'], {
        what: `this evidence folder cannot be used: ${badFolder}`,
        received: excerpt(spec.evidence),
        remedy: 'Use a plain folder such as evidence/{slug}-{date}/',
      })
    }
  }
  return orThrow(file, note.problems, value)
}

export interface InvestigationContext {
  /** Name of the investigation, from its file name. */
  slug: string
  file: string
  settings: Settings
  /** What its document knows; absent where the document is not at hand. */
  document?: DocumentWords | null
}

/**
 * Reads an investigation and checks it against the settings: known spec and diagnostics, stages in an
 * order, predicates that parse, use known names and units, and cannot both hold.
 *
 * @throws SettingsError with every problem, each with line and column
 */
export function parseInvestigation(
  text: string,
  { slug, file, settings: known, document = null }: InvestigationContext,
): Investigation {
  const { yaml, value } = read(text, file, investigation)
  const note = notes(yaml)
  if (!slugPattern.test(slug)) {
    note([], {
      what: 'the name of the file cannot be used as a slug',
      received: excerpt(slug),
      remedy:
        'Rename it: lower-case letters, digits and dashes, at most 64, such as qkv-layer0.yml',
    })
  }
  if (value.title === undefined && value.subject === undefined) {
    note([], {
      what: 'neither `title` nor `subject` is given',
      received: null,
      remedy: 'Say what it is about: `subject: The Q4_K dispatch`',
    })
  }
  const specs = known.specs.map(({ id }) => id)
  if (value.spec === undefined ? specs.length > 1 : !specs.includes(value.spec)) {
    note(['spec'], {
      what:
        value.spec === undefined
          ? 'the settings know several specs, and this does not say which one it bears on'
          : 'the settings know no spec with this id',
      received: value.spec === undefined ? null : excerpt(value.spec),
      remedy: `Set \`spec\` to one of: ${specs.join(', ')}`,
    })
  }
  if (value.sides.candidate === value.sides.reference) {
    note(['sides'], {
      what: 'the two sides have the same name',
      received: excerpt(value.sides.candidate),
      remedy: 'Name the implementations as the logs do',
    })
  }
  problemsOfDiagnostics(value, Object.keys(known.diagnostics), note)
  problemsOfStages(value, note)
  const spec = known.specs.find(({ id }) => id === value.spec) ?? known.specs[0]
  const statuses = spec ? [spec.scoreboard.done, spec.scoreboard.open] : []
  problemsOfHypotheses(value, { statuses, document }, note)
  if (document) problemsOfSections(value, document, note)
  return orThrow(file, note.problems, value)
}

/** `qkv-layer0` for `.codicil/investigations/qkv-layer0.yml`; null for any other path. */
export function slugOf(path: string): string | null {
  const slug = /^\.codicil\/investigations\/([^/]+)\.ya?ml$/.exec(path)?.[1]
  return slug !== undefined && slugPattern.test(slug) ? slug : null
}

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

function read<T>(text: string, file: string, schema: z.ZodMiniType<T>): { yaml: Yaml; value: T } {
  const yaml = readYaml(text)
  if (yaml.value === undefined && yaml.problems.length > 0) {
    throw new SettingsError(file, yaml.problems)
  }
  const checked = schema.safeParse(yaml.value)
  const shape = checked.success ? [] : shapeProblems(checked.error, schema, yaml)
  const value = orThrow(file, [...yaml.problems, ...shape], checked.data)
  return { yaml, value: value as T }
}

function notes(yaml: Yaml): Note & { problems: Problem[] } {
  const problems: Problem[] = []
  const note: Note = (path, problem, index) => {
    const place = index === undefined ? yaml.placeOf(path) : yaml.placeIn(path, index)
    problems.push({ ...place, path: pathText(path), ...problem })
  }
  return Object.assign(note, { problems })
}

function orThrow<T>(file: string, problems: readonly Problem[], value: T): T {
  if (problems.length > 0) throw new SettingsError(file, problems)
  return value
}
