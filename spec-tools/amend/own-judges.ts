/**
 * What a pull request changes of what it is judged by: computed from its list of files, and shown
 * beside the verdicts that rest on it. Whoever may push to a branch may change all of it.
 */
import { investigationFolder, settingsPath } from '../evidence/index.ts'
import type { Bundle } from '../bundle/index.ts'
import { described, z } from '../schema.ts'
import type { Settings } from '../settings/index.ts'

const kinds = ['investigation', 'diagnostic', 'settings', 'spec', 'workflow', 'lock file'] as const

export const ownJudge = z.strictObject({
  kind: z.enum(kinds),
  path: z.string(),
})

export const ownJudgesSchema = described(
  z.strictObject({
    changed: z.array(ownJudge),
    complete: described(z.boolean(), 'false: GitHub did not list all files of the pull request.'),
  }),
  'Files of the pull request that have a say in how it is judged.',
)

export type OwnJudges = z.infer<typeof ownJudgesSchema>
type Kind = (typeof kinds)[number]

/** Files of so many are recorded; what is left out makes the list incomplete. */
const most = 100

/** What of these files has a say in the verdicts; `complete` is whether they are all there are. */
export function ownJudges(
  paths: readonly string[],
  settings: Settings,
  complete: boolean,
): OwnJudges {
  const words = wordsOf(settings)
  const changed = [...new Set(paths)].flatMap((path) => {
    const kind = kindOf(path, settings, words)
    return kind === null ? [] : [{ kind, path }]
  })
  return { changed: changed.slice(0, most), complete: complete && changed.length <= most }
}

function kindOf(path: string, { specs }: Settings, words: ReadonlySet<string>): Kind | null {
  if (path.startsWith(`${investigationFolder}/`)) return 'investigation'
  if (path === settingsPath) return 'settings'
  if (path.startsWith('.github/workflows/') || path.startsWith('.github/actions/'))
    return 'workflow'
  if (specs.some((spec) => spec.path === path)) return 'spec'
  if (lockFile.test(path)) return 'lock file'
  const built = builders.some(([files, by]) => files.test(path) && by.some((one) => words.has(one)))
  return built || namesOf(path).some((name) => words.has(name)) ? 'diagnostic' : null
}

/** Files that say what a builder runs, and the words of a command by which it is called. */
const builders: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?:^|\/)(?:Cargo\.toml|build\.rs|\.cargo\/config(?:\.toml)?)$/, ['cargo']],
  [/(?:^|\/)(?:(?:GNU)?[Mm]akefile|[^/]+\.mk)$/, ['make', 'gmake']],
  [/(?:^|\/)(?:CMakeLists\.txt|CMakePresets\.json|[^/]+\.cmake)$/, ['cmake', 'ctest']],
  [/(?:^|\/)(?:meson\.build|build\.ninja)$/, ['meson', 'ninja']],
  [/(?:^|\/)\.?[Jj]ustfile$/, ['just']],
  [/(?:^|\/)package\.json$/, ['npm', 'npx', 'pnpm', 'yarn', 'bun']],
  [
    /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|conftest\.py|pytest\.ini|tox\.ini)$/,
    ['python', 'python3', 'pytest', 'uv', 'poetry', 'tox', 'pip'],
  ],
]

const lockFile =
  /(?:^|\/)(?:[^/]*[.-]lock(?:\.[a-z]+)?|[^/]*\.lockfile|go\.sum|npm-shrinkwrap\.json|requirements[^/]*\.txt|rust-toolchain(?:\.toml)?|\.python-version)$/i

/** Words of the commands that run, each of which may name a file: `examples/probe.rs`, `probe`, `a.b`. */
function wordsOf({ diagnostics }: Settings): Set<string> {
  const commands = Object.values(diagnostics).flatMap(({ run }) => run ?? [])
  const words = commands.flatMap((command) => command.split(/[\s"'`;&|()<>=,:]+/))
  return new Set(words.map((word) => word.replace(/^(?:\.?\/)+/, '')).filter((word) => word !== ''))
}

/** As what a command may name a file: by its path, its name, without its ending, or as a module. */
function namesOf(path: string): string[] {
  const bare = path.replace(/\.[A-Za-z0-9]+$/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  const stem = bare.slice(bare.lastIndexOf('/') + 1)
  return [path, bare, name, stem, bare.replaceAll('/', '.')]
}

/** The files of one kind or more, as a sentence has them; null where the pull request changes none. */
export function ownJudgesText(judges: OwnJudges | undefined): string | null {
  if (judges === undefined || (judges.changed.length === 0 && judges.complete)) return null
  const parts = [...Map.groupBy(judges.changed, ({ kind }) => kind)].map(([kind, files]) => {
    const shown = files.slice(0, 8).map(({ path }) => `\`${path.replaceAll('`', 'U+0060')}\``)
    const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : ''
    return `${nouns[kind]} ${shown.join(', ')}${more}`
  })
  const rest = judges.complete ? [] : ['more files than GitHub lists']
  return `The pull request itself changes what it is judged by: ${[...parts, ...rest].join('; ')}.`
}

const nouns: Record<Kind, string> = {
  investigation: 'the investigation',
  diagnostic: 'what a diagnostic runs,',
  settings: 'the settings (those of the default branch were used)',
  spec: 'the specification',
  workflow: 'a workflow',
  'lock file': 'a lock file',
}

/** What the reader of a verdict has to know of who set its bounds; null where nobody else did. */
export function boundsText(
  { investigation }: Bundle,
  judges: OwnJudges | undefined,
): string | null {
  if (investigation === null || judges === undefined) return null
  const own = judges.changed.some(({ kind }) => kind === 'investigation')
  const run = judges.changed.some(({ kind }) => kind === 'diagnostic' || kind === 'lock file')
  const what = [
    ...(own ? ['declares the bounds of these verdicts'] : []),
    ...(run ? ['changes what their diagnostics run'] : []),
  ]
  return what.length === 0
    ? null
    : `The pull request that was measured itself ${what.join(' and ')}: look at both before these verdicts count.`
}
