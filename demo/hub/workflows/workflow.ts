import { parse } from 'yaml'
import { entryAt } from '../git/index.ts'
import type { Repository } from '../model.ts'

/** A workflow file as it is written, as far as the stand-in acts on it. */
export interface WorkflowFile {
  name?: string
  'run-name'?: string
  on: unknown
  env?: Record<string, unknown>
  permissions?: PermissionSetting
  defaults?: { run?: RunDefaults }
  concurrency?: string | { group: string; 'cancel-in-progress'?: unknown }
  jobs: Record<string, JobFile>
}

export type PermissionSetting = string | Record<string, string>

export interface RunDefaults {
  shell?: string
  'working-directory'?: string
}

export interface JobFile {
  name?: string
  needs?: string | string[]
  if?: unknown
  uses?: string
  with?: Record<string, unknown>
  'runs-on'?: unknown
  permissions?: PermissionSetting
  env?: Record<string, unknown>
  defaults?: { run?: RunDefaults }
  outputs?: Record<string, string>
  steps?: StepFile[]
  'timeout-minutes'?: unknown
  'continue-on-error'?: unknown
  concurrency?: unknown
  strategy?: unknown
  container?: unknown
  services?: unknown
}

export interface StepFile {
  id?: string
  name?: string
  if?: unknown
  uses?: string
  run?: string
  with?: Record<string, unknown>
  env?: Record<string, unknown>
  shell?: string
  'working-directory'?: string
  'timeout-minutes'?: unknown
  'continue-on-error'?: unknown
}

export interface InputDeclaration {
  type?: string
  required?: boolean
  default?: unknown
  options?: string[]
}

export function parseWorkflow(text: string): WorkflowFile {
  return parse(text, { maxAliasCount: 0 }) as WorkflowFile
}

/** The workflow file of that path at a commit, or nothing. */
export async function readWorkflow(
  repository: Repository,
  commit: string,
  path: string,
): Promise<WorkflowFile | undefined> {
  const { git } = repository
  const tree = (await git.commit(commit))?.tree
  const entry = tree && (await entryAt(git, tree, path))
  const blob = entry ? await git.read(entry.id) : undefined
  return blob?.type === 'blob' ? parseWorkflow(blob.content.toString()) : undefined
}

/** The declared inputs of a trigger, or nothing when the workflow does not have that trigger. */
export function triggerInputs(
  { on }: WorkflowFile,
  trigger: 'workflow_dispatch' | 'workflow_call',
): Record<string, InputDeclaration> | undefined {
  if (on === trigger || (Array.isArray(on) && on.includes(trigger))) return {}
  if (typeof on !== 'object' || on === null || !(trigger in on)) return undefined
  const settings = (on as Record<string, { inputs?: Record<string, InputDeclaration> } | null>)[
    trigger
  ]
  return settings?.inputs ?? {}
}

/** The outputs that a reusable workflow maps from its jobs. */
export function callOutputs({ on }: WorkflowFile): Record<string, { value: string }> {
  const settings = on as { workflow_call?: { outputs?: Record<string, { value: string }> } | null }
  return settings.workflow_call?.outputs ?? {}
}
