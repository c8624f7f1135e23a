/**
 * The repository's settings, `.github/codicil.yml` on the default branch.
 *
 * Types and the published JSON Schema (`docs/reference/settings.schema.json`) are derived from here.
 */
import { z } from 'zod'

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes')

const duration = z
  .string()
  .regex(/^\d{1,5}(?:s|m|h)$/, 'must be a whole number and s, m or h, such as 90s or 10m')

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

const diagnostic = z.strictObject({
  run: z.string().min(1).max(4096).meta({ description: 'Command, run by bash in the checkout.' }),
  timeout: duration.default('10m'),
  needs: z.enum(['cpu', 'gpu']).default('gpu').meta({
    description: 'A diagnostic that needs a GPU is refused on a machine without one.',
  }),
})

export const settings = z.strictObject({
  specs: z.array(spec).min(1).max(64),
  diagnostics: z.record(slug, diagnostic).default({}),
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
  isolation: z.enum(['bubblewrap', 'none']).default('none').meta({
    description: 'How the diagnostics are kept apart from the runner.',
  }),
  draft: z.boolean().default(true).meta({
    description: 'Keep the amendment a draft until the labelled pull request is merged.',
  }),
})

export type Settings = z.infer<typeof settings>
export type SpecSettings = Settings['specs'][number]
export type DiagnosticSettings = Settings['diagnostics'][string]
