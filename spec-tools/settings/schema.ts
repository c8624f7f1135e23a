/**
 * The repository's settings, `.github/codicil.yml` on the default branch.
 *
 * Types and the published JSON Schema (`docs/reference/settings.schema.json`) are derived from here.
 */
import { formatNames } from '../logs/formats/names.ts'
import { logPattern } from '../logs/pattern.ts'
import { unknownFormat } from './format-name.ts'
import { described, form, list, nonEmpty, text, whole, z } from '../schema.ts'

const slug = form(
  /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
  'must be lower-case letters, digits and dashes',
)

const duration = form(
  /^\d{1,5}(?:s|m|h)$/,
  'must be a whole number and s, m or h, such as 90s or 10m',
)

const size = form(
  /^[1-9]\d{0,5}(?:KiB|MiB|GiB|TiB)$/,
  'must be a whole number and KiB, MiB, GiB or TiB',
)

const status = nonEmpty(64)

/** What is said about how a spec is written goes before what is learnt from it. */
const style = z.strictObject({
  version: described(
    z.optional(z.strictObject({ line: z.optional(whole(1)), field: z.optional(nonEmpty(128)) })),
    'Where the version stands: its line, or the name of its field.',
  ),
  sectionLevel: described(z.optional(whole(1, 6)), 'Level of new sections.'),
  order: described(
    z.optional(z.enum(['ascending', 'descending'])),
    'Where new sections go: after the others, or before them.',
  ),
  history: described(
    z.optional(z.union([nonEmpty(256), z.literal(false)])),
    'Heading of the revision history, or false for none.',
  ),
  allow: described(
    z.optional(list(z.enum(['generated', 'frozen', 'mediawiki']), 3)),
    'Amend although the document says that it should not be.',
  ),
})

const spec = z.strictObject({
  id: described(slug, 'Short name used in titles: docs(<id>): §30 — …'),
  path: described(nonEmpty(240), 'Path of the Markdown document.'),
  evidence: described(
    z._default(text(240), 'evidence/{slug}-{date}/'),
    'Folder for committed evidence; {slug} and {date} (of the run, UTC) are filled in.',
  ),
  scoreboard: z.prefault(
    z.strictObject({
      done: z._default(status, 'DISCHARGED'),
      open: z._default(status, 'PARTIAL'),
    }),
    {},
  ),
  style: z._default(style, {}),
  bump: described(
    z.optional(z.enum(['patch', 'minor', 'major'])),
    'Overrides the version rule: a section or a retraction is minor, the rest patch.',
  ),
  title: described(
    z.optional(
      form(
        /^(?=.*\{title\})(?!.*\{title\}.*\{title\})(?:[^{}\n]|\{(?:spec|section|number|title|from|to)\}){1,120}$/,
        'must be one line that holds {title} once, and of {spec}, {section}, {number}, {from} and {to} what is wanted',
      ),
    ),
    "Form of the amendments' titles, such as `spec: {section} {title} (v{to})`. Without it, the form of the last amendments is kept where they are alike, else docs(<id>): §30 — … — v1 → v2.",
  ),
})

const declaredDiagnostic = z
  .strictObject({
    run: described(z.optional(nonEmpty(4096)), 'Command, run by bash in the checkout.'),
    builtin: described(
      z.optional(slug),
      'Name of a diagnostic that comes with Codicil, such as d1-q4k, in place of `run`.',
    ),
    timeout: z._default(duration, '10m'),
    repeats: described(
      z.optional(whole(1, 20)),
      'How often it is run, so that the noise shows: 2 by default on a GPU, 1 on the CPU.',
    ),
    needs: described(
      z._default(z.enum(['cpu', 'gpu']), 'gpu'),
      'A diagnostic that needs a GPU is refused on a machine without one.',
    ),
    format: described(
      z.optional(
        z.enum(formatNames, { error: ({ input }) => unknownFormat(String(input)) ?? undefined }),
      ),
      'The only known format that is looked for in what it prints, such as llama-bench-md; `general` for none. Default: all.',
    ),
    network: described(
      z.optional(z.boolean()),
      'Gives it the network of the machine inside its isolation. Default: none.',
    ),
  })
  .check(
    z.refine(
      ({ run, builtin }) => (run === undefined) !== (builtin === undefined),
      'it needs either `run` or `builtin`, and not both',
    ),
  )

/** One diagnostic as the settings declare it. */
export const diagnosticSettings = z.pipe(
  declaredDiagnostic,
  // Its program is on PATH when it is run, so that its name is the command.
  z.transform(({ run, builtin, ...others }) => ({ ...others, builtin, run: run ?? builtin ?? '' })),
)

/** Once a run, before the diagnostics, what all of them need. */
const setup = z.strictObject({
  run: described(
    nonEmpty(4096),
    'Command, run by bash in the checkout; it writes to $CODICIL_BUILD.',
  ),
  timeout: z._default(duration, '20m'),
  network: described(
    z.optional(z.boolean()),
    'Gives it the network of the machine inside its isolation. Default: none.',
  ),
  key: described(
    z.optional(list(nonEmpty(240), 64, 1)),
    'Files and folders of the checkout, such as Cargo.lock: what is built is kept for later runs with the same ones. It then sees nothing else of the checkout. Default: built for every run.',
  ),
})

const healthCheck = z.enum([
  'memory in use',
  'temperature',
  'utilisation',
  'processes',
  'ecc errors',
  'memory repair',
  'throttling',
])

/** From where on a GPU is not measured on, and which of these checks only warn. */
const health = z.strictObject({
  memory_in_use_mib: described(
    z._default(whole(0), 2048),
    'Memory that may be in use before the run; a desktop takes up to about 1.5 GiB.',
  ),
  temperature_c: described(
    z._default(whole(30, 120), 80),
    'How hot the GPU may be before the run.',
  ),
  utilisation_percent: described(
    z._default(whole(1, 100), 50),
    'How busy the GPU may be before the run.',
  ),
  accept: described(
    z._default(list(healthCheck, 16), []),
    'Checks that are only reported, and keep nothing from being run.',
  ),
})

const limits = z.strictObject({
  memory: described(
    z.optional(size),
    'Of all its processes together. Default: nine tenths of what the machine has.',
  ),
  processes: described(
    z._default(whole(16, 1_000_000), 8192),
    'Processes and threads at the same time.',
  ),
  disk: described(
    z._default(size, '32GiB'),
    'What it may have in its folders, /tmp and /dev/shm among them.',
  ),
  cpus: described(
    z.optional(z.number().check(z.minimum(0.1), z.maximum(4096))),
    'Processors that it may keep busy on average. Default: all.',
  ),
  cpuTime: described(z.optional(duration), 'Processor time. Default: no limit.'),
  output: described(
    z.optional(size),
    'What it may print. Default: no limit, since only head and tail are kept.',
  ),
  after: described(
    z._default(duration, '5m'),
    'What is spent on files that all diagnostics left: digests, and comparisons of tensors.',
  ),
})

export const settings = z.strictObject({
  specs: list(spec, 64, 1),
  diagnostics: z._default(z.record(slug, diagnosticSettings), {}),
  setup: described(z.optional(setup), 'What is built or fetched once a run, for all diagnostics.'),
  patterns: described(
    z._default(list(logPattern, 64), []),
    'Patterns for log lines that no grammar reads. A line that one of them matches is read by it.',
  ),
  runner: z.prefault(
    z.strictObject({
      labels: z._default(list(nonEmpty(128), 16, 1), ['self-hosted', 'gpu']),
      group: described(
        z.optional(nonEmpty(128)),
        'Runner group that the job asks for, and without which the App refuses the evidence.',
      ),
    }),
    {},
  ),
  label: z._default(nonEmpty(50), 'needs-gpu-evidence'),
  workflow: described(
    z._default(
      form(/^[A-Za-z0-9._-]+\.ya?ml$/, 'must be the file name of a workflow'),
      'codicil.yml',
    ),
    'The caller workflow under .github/workflows.',
  ),
  isolation: described(
    z._default(z.enum(['bubblewrap', 'none']), 'bubblewrap'),
    'How the diagnostics are kept apart from the runner; refused where it is not there.',
  ),
  limits: described(z.prefault(limits, {}), 'What one diagnostic may take of the machine.'),
  health: z.prefault(health, {}),
  canary: described(
    z._default(z.boolean(), true),
    'Run a program whose answer is known before and after what uses the GPU.',
  ),
  amend: described(
    z._default(z.enum(['measured', 'always']), 'measured'),
    'Whether a run of which none of what the investigation needs was measured is amended, too.',
  ),
  forks: described(
    z._default(z.boolean(), true),
    'Whether evidence may be asked for a pull request from a fork.',
  ),
  draft: described(
    z._default(z.boolean(), true),
    'Keep the amendment a draft until the labelled pull request is merged.',
  ),
  autoMerge: described(
    z._default(z.enum(['off', 'merge', 'squash', 'rebase']), 'off'),
    'How GitHub is to merge the amendment, once the labelled pull request is merged, as soon as all that its branch asks for is green. Not where a second person is asked for.',
  ),
  secondPerson: described(
    z._default(z.boolean(), false),
    'Keep an amendment that flips, retracts or rewrites anything a draft until a person with write access has approved it: not the one who asked, nor the author of the labelled pull request.',
  ),
})

export type Settings = z.infer<typeof settings>
export type SpecSettings = Settings['specs'][number]
export type DiagnosticSettings = Settings['diagnostics'][string]
export type HealthSettings = Settings['health']
export type SetupSettings = NonNullable<Settings['setup']>
