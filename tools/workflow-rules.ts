/**
 * Our own rules for workflows: what must hold for a job that runs code of a pull request beside a
 * runner's credentials. Text in, problems out.
 */
import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml'

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

/** The job that runs code of the pull request. */
const exposedJob = 'diagnose'
/** The only job that may ask for an identity token: it never runs such code. */
const sealingJob = 'seal'
/** The workflow with that job, to which a caller's job may hand the permission on. */
const attesting = /\/attest-evidence\.yml@[0-9a-f]{40}$/
/** What a checkout may name for what it checks out to be trusted; nothing is the default branch. */
const trustedRefs = new Set([undefined, '${{ job.workflow_sha }}', '${{ github.sha }}'])

/** Statuses and ids: words of a fixed list, or digits. */
const harmless =
  /^(?:needs\.[\w*-]+\.result|job\.status|runner\.os|github\.(?:sha|run_id|run_number|run_attempt)|true|false|null)$/

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
}

interface Job {
  uses?: string
  permissions?: Permissions
  secrets?: unknown
  steps?: Step[]
}

type Permissions = string | Record<string, string> | undefined

/** Everything in a workflow that breaks a rule, in the order of the lines. */
export function workflowProblems(text: string): Problem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const workflow = (document.toJS() ?? {}) as {
    permissions?: Permissions
    jobs?: Record<string, Job>
  }
  const problems: Problem[] = []
  const note: Note = (rule, path, message) => {
    problems.push({ rule, line: lineOf(document, lines, path), message })
  }
  if (workflow.permissions === undefined) {
    note('permissions', [], 'The workflow states no permissions; start with "permissions: {}".')
  }
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    const at = ['jobs', name]
    checkPermissions(name, job, job.permissions ?? workflow.permissions, at, note)
    if (job.uses !== undefined) checkPin(job.uses, [...at, 'uses'], note)
    for (const [index, step] of (job.steps ?? []).entries()) {
      const stepAt = [...at, 'steps', index]
      checkStep(step, stepAt, note)
      checkLocalAction(step, job.steps?.slice(0, index) ?? [], stepAt, note)
      if (name === sealingJob) checkSealed(step, stepAt, note)
    }
    if (name === exposedJob) {
      checkExposure(job, at, note)
      const source = textOf(document, text, at)
      if (/\bsecrets\b/.test(source) || job.secrets !== undefined) {
        note('secrets', at, `Job ${exposedJob} runs code of a pull request; it gets no secrets.`)
      }
    }
  }
  return problems.sort((a, b) => a.line - b.line)
}

type Path = (string | number)[]
type Note = (rule: Rule, path: Path, message: string) => void

function checkPermissions(
  name: string,
  { uses }: Job,
  permissions: Permissions,
  at: Path,
  note: Note,
): void {
  const granted = typeof permissions === 'object' ? permissions : {}
  if (typeof permissions === 'string') {
    note('permissions', at, `Job ${name} has ${permissions}; name each permission that it needs.`)
  }
  const seals = uses === undefined ? name === sealingJob : attesting.test(uses)
  if (granted['id-token'] !== undefined && !seals) {
    note('id-token', at, `Job ${name} may ask for an identity token; only ${sealingJob} may.`)
  }
  if (name !== exposedJob) return
  for (const [permission, level] of Object.entries(granted)) {
    if (permission !== 'contents' || level !== 'read') {
      note('permissions', at, `Job ${name} has ${permission}: ${level}; at most contents: read.`)
    }
  }
}

function checkStep({ uses, run, with: inputs }: Step, at: Path, note: Note): void {
  if (uses !== undefined) checkPin(uses, [...at, 'uses'], note)
  if (
    uses?.startsWith('actions/checkout@') &&
    String(inputs?.['persist-credentials']) !== 'false'
  ) {
    note(
      'persist-credentials',
      at,
      'A checkout leaves its token in .git/config; set "persist-credentials: false".',
    )
  }
  if (run !== undefined && expressions(run).some(holdsText)) {
    note(
      'expression-in-run',
      [...at, 'run'],
      'This expression is pasted into the script as code; pass its value through "env".',
    )
  }
}

/** What vouches for the evidence takes the pull request's bytes as data, never as code. */
function checkSealed({ uses, with: inputs }: Step, at: Path, note: Note): void {
  const ref = inputs?.['ref'] as string | undefined
  if (uses?.startsWith('actions/checkout@') && !trustedRefs.has(ref)) {
    note('foreign-code', at, `Job ${sealingJob} checks out ${ref}; only code of a trusted commit.`)
  }
}

function expressions(text: string): string[] {
  return [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map(([, expression = '']) => expression)
}

/** Whether an expression names anything but the few contexts whose values cannot be chosen freely. */
function holdsText(expression: string): boolean {
  const names = expression.replaceAll(/'(?:[^']|'')*'/g, '').match(/[A-Za-z_][\w.*-]*(?!\w*\s*\()/g)
  return (names ?? []).some((name) => !harmless.test(name))
}

function checkPin(uses: string, at: Path, note: Note): void {
  const local = uses.startsWith('./')
  if (!local && !/@[0-9a-f]{40}$/.test(uses)) {
    note('pinned', at, `${uses} is not pinned by a full commit SHA; tags can be moved.`)
  }
}

/** An action in a folder of the workspace runs with the runner's own tokens. */
function checkLocalAction({ uses }: Step, before: Step[], at: Path, note: Note): void {
  if (!uses?.startsWith('./')) return
  const folder = segments(uses)
  const checkout = before
    .filter((step) => step.uses?.startsWith('actions/checkout@'))
    .findLast((step) => within(folder, segments(String(step.with?.['path'] ?? '.'))))
  const ref = checkout?.with?.['ref']
  const known = checkout !== undefined && trustedRefs.has(ref as string | undefined)
  if (!known) {
    const why = checkout ? `a checkout of ${String(ref)}` : 'no checkout of this job'
    note(
      'local-action',
      at,
      `${uses} comes from ${why}; only code of a trusted commit may run there.`,
    )
  }
}

/** Whatever the diagnostics did to the runner must not reach a step that trusts it. */
function checkExposure(job: Job, at: Path, note: Note): void {
  const exposed = (job.steps ?? []).findIndex(({ uses }) => uses?.startsWith('./'))
  const after = job.steps?.[exposed + 1]
  if (exposed !== -1 && after !== undefined) {
    note('nothing-after', [...at, 'steps', exposed + 1], 'No step may follow the diagnostics.')
  }
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.')
}

function within(path: string[], folder: string[]): boolean {
  return folder.every((segment, index) => path[index] === segment)
}

function lineOf(document: Document, lines: LineCounter, path: Path): number {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1
}

/** The source of a mapping without its comments. */
function textOf(document: Document, text: string, path: Path): string {
  const node: unknown = document.getIn(path, true)
  if (!isMap(node) || !node.range) return ''
  return text.slice(node.range[0], node.range[2]).replaceAll(/(?:^|\s)#.*$/gm, '')
}
