/**
 * Drafts an amendment: bundle, judgement and spec in; intent, texts and files out.
 *
 * It depends on nothing but its input, so the same input gives the same bytes, and when the base
 * moves the amendment is simply drafted again.
 */
import { CodicilError } from '../error.ts'
import { asMarkdown } from '../markdown.ts'
import { specOf, type Bundle } from '../bundle/index.ts'
import type { Judgement } from '../judge/types.ts'
import { announce } from './announce.ts'
import { applyIntent } from './apply.ts'
import { drawCheck } from './check-run.ts'
import { drawComment } from './comment.ts'
import { collectFigures, noteChanges } from './figures.ts'
import { survey, type Ground, type Surveyed } from './ground/index.ts'
import { draftedIntent, type DraftedIntent } from './intent.ts'
import { headline } from './headline.ts'
import { branchName, dateOf, evidenceFolder, pullRequestTitle, slugOf } from './naming.ts'
import { commitMessage, drawBody } from './pull-request/index.ts'
import { writeRecord } from './record.ts'
import { unresolved } from './resolve.ts'
import { drawSection } from './section/index.ts'
import { outcomeOf, titleOf } from './title.ts'
import type { Amendment, AmendmentInput } from './types.ts'
import { learntForm, titleIn } from './title-form.ts'
import { allWarnings } from './warnings.ts'

export function proposeAmendment(input: AmendmentInput): Amendment {
  const { bundle, judgement, text, origin } = input
  refuseInfra(bundle, judgement)
  const settings = specOf(bundle, input.spec)
  const slug = slugOf(bundle.evidence)
  const date = dateOf(bundle.evidence)
  const folder = evidenceFolder(settings, slug, date)
  refuseTwice(text, bundle, folder)

  const titled = titleOf(bundle, judgement, origin.title)
  const { spec, ground, heading, changes } = survey(
    text,
    settings,
    bundle,
    judgement,
    titled.text,
    origin,
  )
  refuseNothing(ground, changes, judgement)
  const subject = { bundle, judgement, ground, origin, folder, figures: collectFigures() }
  noteChanges(subject.figures, ground)
  const section = ground.section && { ...ground.section, heading, body: drawSection(subject) }
  const announcement = announce(spec, ground, bundle, judgement, folder, titled.subject)
  const intent = draftedIntent({
    version: ground.version === null ? null : asMarkdown(ground.version.to),
    ...announcement,
    ...changes,
    replace: [...announcement.replace, ...changes.replace],
    sections: section === null ? [] : [sectionPart(section)],
  })
  const applied = applyIntent(text, intent, settings.style)

  const warnings = [...titled.warnings, ...allWarnings(bundle.evidence, judgement, ground)]
  const figures = subject.figures.entries
  const comment = drawComment(subject)
  const record = writeRecord({
    input,
    spec: { id: settings.id, path: settings.path },
    slug,
    date,
    folder,
    ground,
    figures,
  })
  const files = [
    { path: settings.path, content: applied.text },
    ...[...bundle.files].map(([path, content]) => ({ path: `${folder}${path}`, content })),
    { path: `${folder}comment.md`, content: comment },
    { path: `${folder}amendment.json`, content: record },
  ]
  const parts = {
    spec: settings.id,
    section: section?.label ?? null,
    number: section?.number ?? null,
    title: titled.text,
    version: ground.version,
  }
  const form = settings.title ?? learntForm(input.subjects ?? [], settings.id)
  const title = (form === null ? null : titleIn(form, parts)) ?? pullRequestTitle(parts)
  const proposal = {
    ...subject,
    title,
    specPath: settings.path,
    paths: files.map(({ path }) => path),
    edits: applied.edits.length,
    figures: { count: figures.length, unresolved: unresolved(figures, bundle, text).length },
    warnings,
  }
  return {
    slug,
    date,
    intent,
    text: applied.text,
    section: {
      number: section?.number ?? '',
      heading: section?.heading ?? '',
      markdown: section?.body ?? '',
    },
    version: ground.version,
    branch: branchName(section?.number ?? null, slug, outcomeOf(judgement)),
    title,
    commitMessage: commitMessage(proposal),
    body: drawBody(proposal),
    folder,
    comment,
    check: drawCheck(bundle, judgement, warnings, origin.judges),
    files,
    figures: [...figures],
    rewrites: Object.values(changes).some(({ length }) => length > 0),
    warnings,
  }
}

type SectionPart = DraftedIntent['sections'][number]

/** Without what only the section's own text needs. */
function sectionPart({ heading, level, body, parent }: SectionPart): SectionPart {
  return { heading, level, body, parent }
}

export type DraftErrorCode = 'no-spec' | 'already-amended' | 'infra' | 'nothing-to-amend'

/** Why nothing can be drafted. */
export class DraftError extends CodicilError<DraftErrorCode> {
  override readonly name = 'DraftError'

  constructor(code: DraftError['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}

/** A run on a machine that could not be measured on amends nothing. */
function refuseInfra({ evidence }: Bundle, judgement: Judgement): void {
  if (judgement.environment.status === 'INFRA') {
    throw new DraftError('infra', headline(evidence, judgement))
  }
}

/** An amendment in place that changes nothing is none. */
function refuseNothing(
  { section, missed }: Ground,
  changes: Surveyed['changes'],
  { hypotheses }: Judgement,
): void {
  if (section !== null || Object.values(changes).some((parts) => parts.length > 0)) return
  const verdicts = hypotheses.map(({ id, outcome, reason }) => `${id} is ${outcome}: ${reason}`)
  const reasons = missed.map(
    ({ by, what, reason }) => `${by} does not change “${what}”: ${reason}.`,
  )
  throw new DraftError(
    'nothing-to-amend',
    [
      'The investigation adds no section, and its verdicts change nothing.',
      ...verdicts,
      ...reasons,
    ].join('\n'),
  )
}

/** The same evidence twice gives no second section. */
function refuseTwice(text: string, { evidence }: Bundle, folder: string): void {
  const { id, sha } = evidence.request
  const marks = [`codicil replay ${folder}`, sha, id]
  if (marks.every((mark) => text.includes(mark))) {
    throw new DraftError(
      'already-amended',
      `The spec holds a section for request ${id} with the evidence in ${folder}. Nothing is left to amend.`,
    )
  }
}
