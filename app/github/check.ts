/** Our check on a commit: one at a time for each request, found by the request's id or made. */
import type { CheckNote } from '../../spec-tools/index.ts'
import { orNull, type Octokit, type Repository } from './client.ts'

export const checkName = 'Codicil evidence'
/** Characters by GitHub's description, bytes in practice. */
const maxSummaryBytes = 65_535

export interface Check {
  status: 'in_progress' | 'completed'
  conclusion?: 'success' | 'neutral' | 'failure' | 'cancelled'
  title: string
  summary: string
  /** Where to look further. */
  url?: string
  /** Buttons; GitHub shows three at most. */
  actions: readonly CheckAction[]
  /** Beside lines of the commit; GitHub keeps those of each write, so they are sent once. */
  notes?: readonly CheckNote[]
}

/** What GitHub sends back when a button is pressed is its identifier. */
export interface CheckAction {
  label: string
  description: string
  identifier: 'run-again' | 'draft-again'
}

/** GitHub takes labels and identifiers of 20 characters, and descriptions of 40. */
export const checkActions = {
  runAgain: {
    label: 'Run again',
    description: 'Measure this commit once more.',
    identifier: 'run-again',
  },
  draftAgain: {
    label: 'Draft again',
    description: 'Draft on the base as it stands now.',
    identifier: 'draft-again',
  },
} as const satisfies Record<string, CheckAction>

export interface CheckTarget {
  sha: string
  requestId: string
  /** The check that was written last time, if it was remembered. */
  checkId: number | null
  /** How it was written, where that was not long ago; only we write it. */
  known?: Pick<CheckRun, 'id' | 'status' | 'conclusion'> | null
  /** None of its notes can have been sent yet. */
  untried?: boolean
  /** There is surely none yet. */
  none?: boolean
  name?: string
}

/** A check as GitHub numbers it, and as GraphQL knows it. */
export interface WrittenCheck {
  id: number
  node: string
}

/**
 * Writes the check of a request. A check that is completed stays as it is concluded:
 * where the request goes on or ends otherwise, a new one of the same name takes its place.
 */
export async function putCheck(
  repository: Repository,
  target: CheckTarget,
  check: Check,
): Promise<WrittenCheck> {
  const { octokit, owner, repo } = repository
  const content = {
    status: check.status,
    ...(check.conclusion && { conclusion: check.conclusion }),
    ...(check.url && { details_url: check.url }),
    actions: [...check.actions],
  }
  const output = asOutput(check)
  const withNotes = asOutput(check, check.notes)
  const { untried = false } = target
  // Where notes are to be sent, what GitHub shows counts: the answer to them may have been lost.
  const asks = withNotes.annotations && target.known?.status !== 'completed' && !untried
  const known = (asks ? null : target.known) ?? (await remembered(repository, target.checkId))
  const usable = known && fits(known, check) ? known : await newest(repository, target)
  if (usable && fits(usable, check)) {
    const first = untried || (usable as Partial<CheckRun>).output?.annotations_count === 0
    const shown = { ...content, output: first ? withNotes : output }
    const change = { owner, repo, check_run_id: usable.id, ...shown }
    const answer = await orNull(octokit.rest.checks.update(change))
    if (answer) return { id: usable.id, node: answer.data.node_id }
  }
  const { data } = await octokit.rest.checks.create({
    owner,
    repo,
    name: target.name ?? checkName,
    head_sha: target.sha,
    external_id: target.requestId,
    ...content,
    output: withNotes,
  })
  return { id: data.id, node: data.node_id }
}

/** Notes belong to a check that is completed. */
export function asOutput({ status, title, summary }: Check, notes: readonly CheckNote[] = []) {
  const annotations = status === 'completed' ? notes.map(asAnnotation) : []
  return {
    title: title.slice(0, 255),
    summary: shortened(summary),
    ...(annotations.length > 0 && { annotations }),
  }
}

function asAnnotation({ path, line, level, title, message }: CheckNote) {
  const place = { path, start_line: line, end_line: line }
  return { ...place, annotation_level: level, title, message }
}

type CheckRun = Awaited<ReturnType<Octokit['rest']['checks']['get']>>['data']

/** Whether the check run can still come to show this. */
export function fits(
  { status, conclusion }: Pick<CheckRun, 'status' | 'conclusion'>,
  check: Check,
): boolean {
  return status !== 'completed' || conclusion === check.conclusion
}

async function remembered(repository: Repository, id: number | null): Promise<CheckRun | null> {
  if (id === null) return null
  const { octokit, owner, repo } = repository
  const answer = await orNull(octokit.rest.checks.get({ owner, repo, check_run_id: id }))
  return answer?.data ?? null
}

async function newest(
  { octokit, owner, repo, bot }: Repository,
  { sha, requestId, name = checkName, none = false }: CheckTarget,
): Promise<CheckRun | null> {
  if (none) return null
  const checks = await octokit.paginate(octokit.rest.checks.listForRef, {
    owner,
    repo,
    ref: sha,
    check_name: name,
    filter: 'all',
    per_page: 100,
  })
  const ours = checks.filter(
    (check) => check.external_id === requestId && check.app?.slug === bot.slug,
  )
  return ours.sort((a, b) => b.id - a.id)[0] ?? null
}

/** Whole lines only, so that no character and no table row is cut in two. */
function shortened(summary: string): string {
  if (Buffer.byteLength(summary) <= maxSummaryBytes) return summary
  const note = '\n\nShortened: the whole text is in the comment on the pull request.'
  const lines = summary.split('\n')
  let size = Buffer.byteLength(note)
  const kept = lines.findIndex((line) => (size += Buffer.byteLength(line) + 1) > maxSummaryBytes)
  return lines.slice(0, kept).join('\n') + note
}
