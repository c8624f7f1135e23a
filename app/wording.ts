/**
 * What the app says about a request, in its comment and its check. Whatever comes from outside
 * (messages, names, the bundle's findings) is data, and is escaped by the Markdown builders.
 */
import {
  byteLength,
  clip,
  code,
  codeBlock,
  commentLimits,
  details,
  link,
  list,
  paragraph,
  prose,
  strong,
  toMarkdown,
} from '../spec-tools/index.ts'
import { checkActions, type Check } from './github/check.ts'
import {
  mayDraftAgain,
  wantsSecondPerson,
  type DraftedAmendment,
  type EvidenceRequest,
} from './jobs/request.ts'
import { around } from './history.ts'
import { withPicture } from './picture.ts'
import { after, type State, table } from './states.ts'

type Block = Parameters<typeof toMarkdown>[0][number]

/**
 * Markdown of the comment. What was found stands first, then one line of status with the links.
 *
 * @param url the repository's page
 */
export function commentOf(request: EvidenceRequest, url: string): string {
  const { amendment } = request
  if (!amendment) {
    return [toMarkdown(statusBlocks(request)), request.problem?.report ?? []].flat().join('\n')
  }
  const [finding = '', about = '', ...rest] = amendment.comment.split('\n\n')
  const line = toMarkdown([paragraph(...links(request, amendment, url))]).trimEnd()
  const status = [...staleBlocks(request), ...problemBlocks(request), ...notes(request)]
  const above = [finding, `${line} · ${about}`, toMarkdown(status).trimEnd()]
  const whole = [...above.filter((part) => part !== ''), ...rest].join('\n\n')
  const shown = withPicture(whole, amendment, url)
  const fits =
    shown.length <= commentLimits.characters - around &&
    byteLength(shown) <= commentLimits.bytes - around
  if (fits) return shown
  const note = paragraph(
    'What was found is too long for a comment. It is in the amendment, as comment.md beside the ' +
      'evidence.',
  )
  return `${above.join('\n\n').slice(0, commentLimits.characters / 2)}\n\n${toMarkdown([note])}`
}

/** `An amendment was drafted: #12 · run 88`. */
function links(
  { state, run }: EvidenceRequest,
  { pullRequest }: DraftedAmendment,
  url: string,
): Parameters<typeof paragraph> {
  return [
    `${table[state].headline}: `,
    link(`${url}/pull/${pullRequest}`, `amendment ${pullRequest}`),
    ...(run ? [' · ', link(run.url, `run ${run.id}`)] : []),
  ]
}

/** The check, or null while the request has not passed the gate. */
export function checkOf(request: EvidenceRequest): Check | null {
  const { state, settings, run, amendment, replacedBy } = request
  if (!settings) return failedGate(request)
  const page = run ? { url: run.url } : {}
  const { running, headline } = table[state]
  const status = running ? 'in_progress' : 'completed'
  const summary = [
    toMarkdown([...staleBlocks(request), ...problemBlocks(request)]),
    amendment?.check.summary ?? request.problem?.report ?? headline,
  ]
  const title = amendment?.check.title ?? headline
  const check = { status, title, actions: actionsOf(request), ...page } as const
  const conclusion = amendment?.check.conclusion ?? conclusionOf[state] ?? 'neutral'
  return {
    ...check,
    ...(replacedBy !== null && { title: `Stale: ${check.title}` }),
    ...(!running && { conclusion: replacedBy === null ? conclusion : 'neutral' }),
    summary: summary.filter((part) => part !== '').join('\n'),
    ...(amendment?.check.notes && { notes: amendment.check.notes }),
  }
}

/** The buttons for what can be done now. */
function actionsOf(request: EvidenceRequest): Check['actions'] {
  return [
    ...(after(request.state, 'passed') === null ? [] : [checkActions.runAgain]),
    ...(mayDraftAgain(request) ? [checkActions.draftAgain] : []),
  ]
}

/** Of the check, where there is no amendment that says more. */
const conclusionOf: Partial<Record<State, Check['conclusion']>> = {
  withdrawn: 'cancelled',
  unmeasured: 'failure',
}

/** What the author of the pull request or of the settings has to mend is a failing check. */
function failedGate(request: EvidenceRequest): Check | null {
  const { problem } = request
  if (problem?.code !== 'bad-settings' && problem?.code !== 'bad-investigation') return null
  return {
    status: 'completed',
    conclusion: 'failure',
    actions: actionsOf(request),
    title: problem.message.slice(0, 120),
    summary: toMarkdown(problemBlocks(request)),
  }
}

/** What became of it and why, in the first line; then what to do, and of which commit it is. */
function statusBlocks(request: EvidenceRequest): Block[] {
  const { state, sha, sender, run, problem } = request
  const { headline } = table[state]
  const about = [code(sha.slice(0, 12)), `, asked for by ${sender}`]
  const page = run ? [' · ', link(run.url, `run ${run.id}`)] : []
  if (!problem) {
    return [
      paragraph(strong(headline), ' for ', ...about, '.', ...page),
      ...staleBlocks(request),
      ...notes(request),
    ]
  }
  const [, first = problem.message, rest = ''] =
    /^(.*?[^.][.!?])\s+(?=\p{Lu})(.*)$/su.exec(problem.message) ?? []
  return [
    paragraph(strong(`${headline}.`), ' ', prose(first)),
    ...staleBlocks(request),
    ...problemBlocks({ problem: { ...problem, message: rest } }),
    paragraph('For ', ...about, ...page),
    ...notes(request),
  ]
}

/** What a reader must know of the request itself. */
function notes(request: EvidenceRequest): Block[] {
  const changed = request.settings?.changedInPullRequest
  const text = 'This pull request changes the settings; those of the default branch were used.'
  return [
    ...(changed ? [paragraph(text)] : []),
    ...askedAgainBlocks(request),
    ...secondPersonBlocks(request),
    ...autoMergeBlocks(request),
    ...conflictBlocks(request),
  ]
}

function secondPersonBlocks(request: EvidenceRequest): Block[] {
  const { state, approval } = request
  if (state !== 'drafted' || !wantsSecondPerson(request) || approval?.by) return []
  return [
    paragraph(
      'The amendment changes what stands in the document, and stays a draft until a second person ' +
        'with write access has approved it by a review.',
    ),
  ]
}

function autoMergeBlocks({ state, autoMerge }: EvidenceRequest): Block[] {
  if (state !== 'drafted' || !autoMerge) return []
  const { refused } = autoMerge
  if (refused === null) {
    return [
      paragraph('GitHub merges the amendment as soon as all that its branch asks for is green.'),
    ]
  }
  return [
    paragraph(
      'The settings have GitHub merge the amendment by itself, and it does not; a person has to: ',
      code(clip(refused, 300)),
    ),
  ]
}

function askedAgainBlocks({ askedAgain, state }: EvidenceRequest): Block[] {
  if (!askedAgain || after(state, 'passed') !== null) return []
  const said = table[state].running
    ? 'this commit is being measured already.'
    : 'this commit was measured, and what came of it stands. To measure again, push a commit (an ' +
      'empty one will do) and give the label to that.'
  return [paragraph(`${askedAgain} asked again: ${said}`)]
}

/** Each conflict both ways; nothing of either was dropped, and nothing was written. */
function conflictBlocks({ amendment }: EvidenceRequest): Block[] {
  const conflicts = amendment?.conflicts ?? []
  if (conflicts.length === 0) return []
  const shown = conflicts.slice(0, 5)
  return [
    paragraph(
      strong('The document has changed on the base where the branch was changed by hand.'),
      ' The branch was left as it is; please bring the two together there.',
    ),
    ...shown.flatMap(({ line, edited, drafted }) => [
      paragraph(`Line ${line}, as edited on the branch:`),
      codeBlock(clip(edited, 2000)),
      paragraph('As drafted on the new base:'),
      codeBlock(clip(drafted, 2000)),
    ]),
    ...(conflicts.length > shown.length
      ? [paragraph(`And ${conflicts.length - shown.length} more.`)]
      : []),
  ]
}

function staleBlocks({ replacedBy, state }: EvidenceRequest): Block[] {
  if (replacedBy === null) return []
  return [
    paragraph(
      strong('Stale:'),
      ' the head of the pull request is now ',
      code(replacedBy.slice(0, 12)),
      table[state].running ? '. The run goes on for the older commit.' : '.',
      ' Nothing runs by itself; to measure the new head, give the label again.',
    ),
  ]
}

function problemBlocks({ problem }: Pick<EvidenceRequest, 'problem'>): Block[] {
  if (!problem) return []
  const { message, details: lines } = problem
  const shown = lines.slice(0, 50)
  const rest = lines.length - shown.length
  return [
    ...(message === '' ? [] : [paragraph(prose(message))]),
    ...(shown.length > 3 ? details('Details', [list(shown)]) : facts(shown)),
    ...(rest > 0 ? [paragraph(`And ${rest} more.`)] : []),
  ]
}

function facts(items: readonly (Parameters<typeof list>[0][number] | false | null | undefined)[]) {
  const stated = items.filter((item) => item !== null && item !== undefined && item !== false)
  return stated.length > 0 ? [list(stated)] : []
}
