/** A workflow as far as our rules look at it, and what they find. */

export interface Problem {
  rule: Rule
  line: number
  message: string
}

export type Rule =
  | 'pinned'
  | 'persist-credentials'
  | 'permissions'
  | 'id-token'
  | 'secrets'
  | 'local-action'
  | 'foreign-code'
  | 'expression-in-run'
  | 'nothing-after'
  | 'trigger'
  | 'insecure-commands'
  | 'condition'
  | 'cache'
  | 'self-hosted'
  | 'environment-file'
  | 'app-token'

export type Container =
  string | { image?: string; credentials?: Record<string, unknown> } | undefined

export interface Step {
  env?: Record<string, unknown>
  if?: unknown
  uses?: string
  run?: string
  shell?: string
  'working-directory'?: string
  with?: Record<string, unknown>
}

export interface Job {
  uses?: string
  if?: unknown
  permissions?: Permissions
  secrets?: unknown
  env?: Record<string, unknown>
  defaults?: { run?: Record<string, unknown> }
  'runs-on'?: unknown
  container?: Container
  services?: Record<string, Container>
  steps?: Step[]
}

export type Permissions = string | Record<string, string> | undefined

export type Path = (string | number)[]
export type Note = (rule: Rule, path: Path, message: string) => void
