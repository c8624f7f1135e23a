import type { ParsedCommit } from '../git/index.ts'
import type { Artifact, Job, Workflow, WorkflowRun } from '../model.ts'
import type { Links } from './links.ts'
import { minimalRepository, repositoryApi, repositoryWeb } from './repositories.ts'
import { nodeId, simpleUser, timestamp } from './users.ts'

/**
 * A workflow run, in the API and in webhooks alike.
 *
 * @param commit the commit at `head_sha`: the workflow's own, not a pull request's
 */
export function runRecord(at: Links, run: WorkflowRun, commit: ParsedCommit) {
  const { repository } = run
  const api = `${repositoryApi(at, repository)}/actions/runs/${run.id}`
  const suite = `${repositoryApi(at, repository)}/check-suites/${run.id + 1}`
  const actor = simpleUser(at, run.actor)
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.displayTitle,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.id + 1,
    check_suite_node_id: nodeId('CheckSuite', run.id + 1),
    url: api,
    html_url: `${repositoryWeb(at, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: timestamp(run.createdAt),
    updated_at: timestamp(run.updatedAt),
    actor,
    run_attempt: run.attempt,
    referenced_workflows: run.referencedWorkflows,
    run_started_at: timestamp(run.createdAt),
    triggering_actor: simpleUser(at, run.triggeringActor),
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    check_suite_url: suite,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryApi(at, repository)}/actions/workflows/${run.workflow.id}`,
    head_commit: {
      id: commit.id,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: timestamp(commit.committer.date),
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: minimalRepository(at, repository),
    head_repository: minimalRepository(at, repository),
  }
}

export function workflowRecord(
  at: Links,
  run: { repository: WorkflowRun['repository'] },
  workflow: Workflow,
) {
  const file = workflow.path.split('/').at(-1) ?? ''
  const web = repositoryWeb(at, run.repository)
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: timestamp(workflow.createdAt),
    updated_at: timestamp(workflow.createdAt),
    url: `${repositoryApi(at, run.repository)}/actions/workflows/${workflow.id}`,
    html_url: `${web}/blob/${run.repository.defaultBranch}/${workflow.path}`,
    badge_url: `${web}/actions/workflows/${file}/badge.svg`,
  }
}

/** GitHub's own machines, as the API names them and their group; all others are of one runner. */
function runnerOf({ status, labels, group }: Job) {
  if (status === 'queued') {
    return { runner_id: null, runner_name: null, runner_group_id: null, runner_group_name: null }
  }
  const hosted =
    labels.length > 0 && labels.every((label) => /^(?:ubuntu|windows|macos)-/.test(label))
  return hosted
    ? {
        runner_id: 2,
        runner_name: 'GitHub Actions 2',
        runner_group_id: 0,
        runner_group_name: 'GitHub Actions',
      }
    : {
        runner_id: 1,
        runner_name: 'stand-in runner',
        runner_group_id: 1,
        runner_group_name: group ?? 'Default',
      }
}

export function jobRecord(at: Links, run: WorkflowRun, job: Job) {
  const api = repositoryApi(at, run.repository)
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: run.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${repositoryWeb(at, run.repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: timestamp(job.createdAt),
    started_at: timestamp(job.startedAt),
    completed_at: job.completedAt && timestamp(job.completedAt),
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: step.startedAt && timestamp(step.startedAt),
      completed_at: step.completedAt && timestamp(step.completedAt),
    })),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    ...runnerOf(job),
    workflow_name: run.workflow.name,
    head_branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
  }
}

export function artifactRecord(at: Links, artifact: Artifact, now: Date) {
  const { run } = artifact
  const url = `${repositoryApi(at, run.repository)}/actions/artifacts/${artifact.id}`
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expiresAt <= now,
    digest: artifact.digest,
    created_at: timestamp(artifact.createdAt),
    updated_at: timestamp(artifact.createdAt),
    expires_at: timestamp(artifact.expiresAt),
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: run.repository.id,
      head_branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
      head_sha: run.headSha,
    },
  }
}
