import type { CheckRun, JobAnnotation, PullRequest, Repository } from '../model.ts'
import type { World } from '../world.ts'
import type { Links } from './links.ts'
import { pullMinimal } from './pulls.ts'
import { repositoryApi, repositoryWeb } from './repositories.ts'
import { integration, nodeId, timestamp } from './users.ts'

export function checkRecord(at: Links, world: World, repository: Repository, check: CheckRun) {
  const url = `${repositoryApi(at, repository)}/check-runs/${check.id}`
  const web = `${repositoryWeb(at, repository)}/runs/${check.id}`
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId('CheckRun', check.id),
    head_sha: check.headSha,
    external_id: check.externalId ?? '',
    url,
    html_url: web,
    details_url: check.detailsUrl ?? web,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt && timestamp(check.startedAt),
    completed_at: check.completedAt && timestamp(check.completedAt),
    output: {
      ...check.output,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.suiteId },
    app: integration(at, world.app),
    pull_requests: pullsAtHead(repository, check.headSha).map((pull) => pullMinimal(at, pull)),
  }
}

/** GitHub names the workflow file where a job's annotation names none, and calls an error a failure. */
export function annotationRecord(at: Links, { level, message, properties }: JobAnnotation) {
  const line = Number(properties.line ?? 1)
  const path = properties.file ?? '.github'
  return {
    path,
    blob_href: `${at.web}/blob/${path}`,
    start_line: line,
    end_line: Number(properties.endLine ?? line),
    start_column: properties.col ? Number(properties.col) : null,
    end_column: null,
    annotation_level: level === 'error' ? 'failure' : level,
    title: properties.title ?? '',
    message,
    raw_details: '',
  }
}

/** Open pull requests from a branch of this repository whose head is that commit. */
export function pullsAtHead(repository: Repository, sha: string): PullRequest[] {
  return [...repository.pulls.values()].filter(
    (pull) => pull.state === 'open' && pull.head.repository === repository && pull.head.sha === sha,
  )
}
