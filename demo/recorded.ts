/** A bundle that was recorded, shown as the app would show it: no stand-in, no run. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import {
  type Amendment,
  type Bundle,
  CodicilError,
  DraftError,
  drawFindings,
  headline,
  judge,
  plotFile,
  proposeAmendment,
  Refusal,
  sumsFile,
} from '../spec-tools/index.ts'
import { openBundle } from '../bin/bundle.ts'
import type { Input } from '../bin/command.ts'

const examples = join(import.meta.dirname, '../examples')
/** A small repository with a bundle that was recorded on a GPU; shown where no other is named. */
export const recordedExample = join(examples, 'h200-q4k')

interface Shown {
  /** A bundle, or a repository with one. */
  folder: string
  /** File of the spec to draft for; null to look for the one that the bundle's settings name. */
  spec: string | null
}

export async function showRecorded(
  { folder, spec }: Shown,
  { cwd, out }: Pick<Input, 'cwd' | 'out'>,
): Promise<void> {
  const place = await bundleIn(resolve(cwd, folder))
  const bundle = await openBundle(cwd, place)
  const { evidence } = bundle
  const judgement = judge(bundle)
  const gpus = evidence.machine.gpu.devices.map(({ name }) => name).join(', ')
  out(
    `${headline(evidence, judgement)}\n\nMeasured ${evidence.run.startedAt} on ${gpus || 'a CPU, without a GPU'}, commit ${evidence.request.sha}.\n`,
  )
  if (bundle.files.has(plotFile)) {
    out(`The plot is ${relative(cwd, join(place, plotFile))}.\n`)
  } else if (drawFindings(evidence, judgement).has(plotFile)) {
    out('The bundle was made before plots were; a run today would leave one.\n')
  } else {
    out('There is no plot: no stage has a figure by which the sides could be compared.\n')
  }
  const text = await specText(bundle, spec, [cwd, resolve(cwd, folder), join(examples, 'demo')])
  const drafted =
    text === null ? 'the spec is not at hand; name one with --spec' : draft(bundle, text)
  if (typeof drafted === 'string') {
    out(`\nNo amendment is drafted: ${drafted}.\n`)
    return
  }
  out(`\n━━ the comment ━━\n\n${drafted.comment}`)
  out(`\n━━ the pull request ━━\n\n${drafted.title}\n`)
  out(`\n━━ its section ━━\n\n${drafted.section.heading}\n\n${drafted.section.markdown}\n`)
  for (const warning of drafted.warnings) out(`warning: ${warning}\n`)
}

/** The amendment, or why there is none. */
function draft(bundle: Bundle, text: string): Amendment | string {
  const { request } = bundle.evidence
  const spec = bundle.investigation?.spec ?? bundle.settings.specs[0]?.id
  try {
    return proposeAmendment({
      bundle,
      judgement: judge(bundle),
      ...(spec !== undefined && { spec }),
      text,
      origin: {
        pullRequest: request.pullRequest,
        requestedBy: null,
        // Which commit the base had when it was recorded is not in a bundle.
        base: { ref: 'main', commit: request.sha },
        verification: null,
      },
    })
  } catch (error) {
    if (!(error instanceof DraftError) && !(error instanceof Refusal)) throw error
    return error.message.replace(/\.$/, '')
  }
}

/** The folder of the bundle: the one named, or the only one below it that has sums. */
async function bundleIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true })
  const found = names.filter((name) => basename(name) === sumsFile).map((name) => dirname(name))
  const [only, ...others] = found.includes('.') ? ['.'] : found
  if (only !== undefined && others.length === 0) return join(folder, only)
  throw new CodicilError({
    code: 'no-bundle',
    what:
      only === undefined
        ? `${folder} holds no bundle: there is no ${sumsFile} in it.`
        : `${folder} holds ${found.length} bundles; name one of them: ${found.slice(0, 8).join(', ')}.`,
  })
}

/** The spec named, else the one of the settings in the first of the folders that has it. */
async function specText(
  { settings, investigation }: Bundle,
  named: string | null,
  [cwd, ...folders]: readonly [cwd: string, ...string[]],
): Promise<string | null> {
  const decode = (bytes: Uint8Array) =>
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  if (named !== null) return decode(await readFile(resolve(cwd, named)))
  const { path } =
    settings.specs.find(({ id }) => id === investigation?.spec) ?? settings.specs[0] ?? {}
  if (path === undefined) return null
  for (const folder of [cwd, ...folders]) {
    const bytes = await readFile(join(folder, path)).catch(() => null)
    if (bytes !== null) return decode(bytes)
  }
  return null
}
