/** What the app answers to commands. */
import { code, link, list, paragraph, toMarkdown } from '../spec-tools/index.ts'
import type { EvidenceRequest, Wanted } from './jobs/request.ts'
import { table } from './states.ts'
import { commands } from './webhooks/command.ts'

/** What the requests of a pull request are doing, as an answer to a command. */
export function commandStatus(requests: readonly EvidenceRequest[]): string {
  if (requests.length === 0) {
    return toMarkdown([paragraph('No evidence was asked for on this pull request.')])
  }
  return toMarkdown([
    list(
      requests.map(({ sha, state, run }) => [
        code(sha.slice(0, 12)),
        `: ${table[state].headline}`,
        ...(run ? [' (', link(run.url, `run ${run.id}`), ')'] : []),
      ]),
    ),
  ])
}

const commandMeanings: Record<(typeof commands)[number], string> = {
  run: 'ask for evidence for the head, or for the commit that follows',
  retry: 'run a request again that gave no evidence',
  cancel: 'call off what is running',
  rebase: 'draft the amendment on the base as it stands now',
  bump: 'raise that part of the version',
  title: 'call the amendment so; what did not come out is not said',
  status: 'say what is going on',
  help: 'show this list',
}

const commandArguments: Partial<Record<(typeof commands)[number], string>> = {
  bump: ' major|minor|patch',
  title: ' <text>',
}

export function commandHelp(): string {
  return toMarkdown([
    paragraph(
      'On a line of its own, by people with write access; what is about the amendment also there:',
    ),
    list(
      commands.map((name) => [
        code(`/codicil ${name}${commandArguments[name] ?? ''}`),
        `: ${commandMeanings[name]}`,
      ]),
    ),
  ])
}

/** The answer to a command about an amendment. */
export function amendmentWanted(
  { amendment }: EvidenceRequest,
  { bump, title, rebase }: Wanted,
): string {
  const what =
    bump !== undefined
      ? [`raises the ${bump} part of the version`]
      : title !== undefined
        ? ['is called ', code(title), ', as far as that is what came out']
        : rebase
          ? ['is drafted on the base as it stands now']
          : []
  const which = amendment
    ? `Amendment #${amendment.pullRequest} `
    : 'The amendment, when it comes, '
  return toMarkdown([paragraph(which, ...what, '. What people changed on its branch stays.')])
}

export function noAmendment(): string {
  return toMarkdown([
    paragraph('There is no open amendment of this pull request, and none to come.'),
  ])
}

/** The answer to a command on an amendment that is one for the pull request that was measured. */
export function commandElsewhere({ pullRequest }: EvidenceRequest): string {
  return toMarkdown([
    paragraph(`This is the amendment of pull request ${pullRequest}; please write that there.`),
  ])
}

/** The answer to a command that may be about an earlier head. */
export function commitNotMeant(head: string): string {
  return toMarkdown([
    paragraph(
      'The pull request may have changed since this was written, so it is not certain which commit ' +
        'is meant. Look at the head, then write ',
      code(`/codicil run ${head.slice(0, 12)}`),
      '.',
    ),
  ])
}
