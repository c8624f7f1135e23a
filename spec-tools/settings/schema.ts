/**
 * The repository's settings, `.github/codicil.yml` on the default branch.
 *
 * Types and the published JSON Schema (`docs/reference/settings.schema.json`) are derived from here.
 */
import { z } from 'zod'
import { logPattern } from '../logs/patterns.ts'

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes')

const duration = z
  .string()
  .regex(/^\d{1,5}(?:s|m|h)$/, 'must be a whole number and s, m or h, such as 90s or 10m')

const size = z
  .string()
  .regex(/^[1-9]\d{0,5}(?:KiB|MiB|GiB|TiB)$/, 'must be a whole number and KiB, MiB, GiB or TiB')

const status = z.string().min(1).max(64)

/** What is said about how a spec is written goes before what is learnt from it. */
const style = z.strictObject({
  version: z
    .strictObject({ line: z.int().min(1).optional(), field: z.string().min(1).max(128).optional() })
    .optional()
    .meta({ description: 'Where the version stands: its line, or the name of its field.' }),
  sectionLevel: z.int().min(1).max(6).optional().meta({ description: 'Level of new sections.' }),
  order: z
    .enum(['ascending', 'descending'])
    .optional()
    .meta({ description: 'Where new sections go: after the others, or before them.' }),
  history: z
    .union([z.string().min(1).max(256), z.literal(false)])
    .optional()
    .meta({ description: 'Heading of the revision history, or false for none.' }),
  allow: z
    .array(z.enum(['generated', 'frozen', 'mediawiki']))
    .max(3)
    .optional()
    .meta({ description: 'Amend although the document says that it should not be.' }),
})

const spec = z.strictObject({
  id: slug.meta({ description: 'Short name used in titles: docs(<id>): §30 — …' }),
  path: z.string().min(1).max(240).meta({ description: 'Path of the Markdown document.' }),
  evidence: z.string().max(240).default('evidence/{slug}-{date}/').meta({
    description:
      'Folder for committed evidence; {slug} and {date} (of the run, UTC) are filled in.',
  }),
  scoreboard: z
    .strictObject({
      done: status.default('DISCHARGED'),
      open: status.default('PARTIAL'),
    })
    .prefault({}),
  style: style.default({}),
  bump: z.enum(['patch', 'minor', 'major']).optional().meta({
    description: 'Overrides the version rule: a section or a retraction is minor, the rest patch.',
  }),
})

/** One diagnostic as the settings declare it. */
export const diagnosticSettings = z
  .strictObject({
    run: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .meta({ description: 'Command, run by bash in the checkout.' }),
    builtin: slug.optional().meta({
      description:
        'Name of a diagnostic that comes with Codicil, such as d1-q4k, in place of `run`.',
    }),
    timeout: duration.default('10m'),
    repeats: z.int().min(1).max(20).optional().meta({
      description:
        'How often it is run, so that the noise shows: 2 by default on a GPU, 1 on the CPU.',
    }),
    needs: z.enum(['cpu', 'gpu']).default('gpu').meta({
      description: 'A diagnostic that needs a GPU is refused on a machine without one.',
    }),
    network: z.boolean().optional().meta({
      description: 'Gives it the network of the machine inside its isolation. Default: none.',
    }),
  })
  .refine(({ run, builtin }) => (run === undefined) !== (builtin === undefined), {
    message: 'it needs either `run` or `builtin`, and not both',
  })
  // Its program is on PATH when it is run, so that its name is the command.
  .transform(({ run, builtin, ...others }) => ({ ...others, builtin, run: run ?? builtin ?? '' }))

/** From where on a GPU is not measured on, and which of these checks only warn. */
const health = z.strictObject({
  memory_in_use_mib: z.int().min(0).default(2048).meta({
    description: 'Memory that may be in use before the run; a desktop takes up to about 1.5 GiB.',
  }),
  temperature_c: z.int().min(30).max(120).default(80).meta({
    description: 'How hot the GPU may be before the run.',
  }),
  utilisation_percent: z.int().min(1).max(100).default(50).meta({
    description: 'How busy the GPU may be before the run.',
  }),
  accept: z
    .array(
      z.enum([
        'memory in use',
        'temperature',
        'utilisation',
        'processes',
        'ecc errors',
        'memory repair',
        'throttling',
      ]),
    )
    .max(16)
    .default([])
    .meta({ description: 'Checks that are only reported, and keep nothing from being run.' }),
})

const limits = z.strictObject({
  memory: size.optional().meta({
    description: 'Of all its processes together. Default: nine tenths of what the machine has.',
  }),
  processes: z.int().min(16).max(1_000_000).default(8192).meta({
    description: 'Processes and threads at the same time.',
  }),
  disk: size.default('32GiB').meta({
    description: 'What it may have in its folders, /tmp and /dev/shm among them.',
  }),
  cpus: z.number().min(0.1).max(4096).optional().meta({
    description: 'Processors that it may keep busy on average. Default: all.',
  }),
  cpuTime: duration.optional().meta({ description: 'Processor time. Default: no limit.' }),
  output: size.optional().meta({
    description: 'What it may print. Default: no limit, since only head and tail are kept.',
  }),
})

export const settings = z.strictObject({
  specs: z.array(spec).min(1).max(64),
  diagnostics: z.record(slug, diagnosticSettings).default({}),
  patterns: z.array(logPattern).max(64).default([]).meta({
    description:
      'Patterns for log lines that no grammar reads. A line that one of them matches is read by it.',
  }),
  runner: z
    .strictObject({
      labels: z.array(z.string().min(1).max(128)).min(1).max(16).default(['self-hosted', 'gpu']),
    })
    .prefault({}),
  label: z.string().min(1).max(50).default('needs-gpu-evidence'),
  workflow: z
    .string()
    .regex(/^[A-Za-z0-9._-]+\.ya?ml$/, 'must be the file name of a workflow')
    .default('codicil.yml')
    .meta({ description: 'The caller workflow under .github/workflows.' }),
  isolation: z.enum(['bubblewrap', 'none']).default('bubblewrap').meta({
    description:
      'How the diagnostics are kept apart from the runner; refused where it is not there.',
  }),
  limits: limits.prefault({}).meta({ description: 'What one diagnostic may take of the machine.' }),
  health: health.prefault({}),
  canary: z.boolean().default(true).meta({
    description: 'Run a program whose answer is known before and after what uses the GPU.',
  }),
  draft: z.boolean().default(true).meta({
    description: 'Keep the amendment a draft until the labelled pull request is merged.',
  }),
})

export type Settings = z.infer<typeof settings>
export type SpecSettings = Settings['specs'][number]
export type DiagnosticSettings = Settings['diagnostics'][string]
export type HealthSettings = Settings['health']
