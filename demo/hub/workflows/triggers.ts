/** Workflows that an event of a pull request starts with the rights of the base. */
import { entryAt, flattenTree } from '../git/index.ts'
import type { PullRequest, User } from '../model.ts'
import type { Stage } from '../stage.ts'
import { begin, registered } from './dispatch.ts'
import { readWorkflow, type WorkflowFile } from './workflow.ts'

const trigger = 'pull_request_target'
/** Actions of a trigger that names none. */
const usual = ['opened', 'synchronize', 'reopened']

/** Starts what the default branch has for the action. What a job's token does starts nothing. */
export async function startTriggered(
  stage: Stage,
  { repository }: PullRequest,
  action: string,
  payload: Record<string, unknown>,
  actor: User,
): Promise<void> {
  if (actor.login === 'github-actions[bot]') return
  const { git, defaultBranch } = repository
  const ref = `refs/heads/${defaultBranch}`
  const tip = await git.commit(ref)
  const folder = tip && (await entryAt(git, tip.tree, '.github/workflows'))
  if (!tip || !folder) return
  for (const { path } of await flattenTree(git, folder.id, { prefix: '.github/workflows/' })) {
    const file = await readWorkflow(repository, tip.id, path)
    if (!file || !actionsOf(file)?.includes(action)) continue
    const workflow = registered(stage.world, repository, path, file)
    // A payload for workflows names no installation.
    const { installation: _, ...said } = payload
    const from = { event: trigger, ref, headSha: tip.id, inputs: {}, payload: said, actor }
    await begin(stage, repository, workflow, file, from)
  }
}

function actionsOf({ on }: WorkflowFile): string[] | undefined {
  if (on === trigger || (Array.isArray(on) && on.includes(trigger))) return usual
  if (typeof on !== 'object' || on === null || !(trigger in on)) return undefined
  return (on as Record<string, { types?: string[] } | null>)[trigger]?.types ?? usual
}
