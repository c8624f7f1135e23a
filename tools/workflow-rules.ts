/**
 * Our own rules for workflows: what must hold for a job that runs code of a pull request beside a
 * runner's credentials. Text in, problems out.
 */
import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { auditJob } from './workflow-audit.ts'
import type { Job, Note, Path, Permissions, Problem, Step } from './workflow-types.ts'

/** The job that runs code of the pull request. */
const exposedJob = 'diagnose'
/** The only job that may ask for an identity token: it never runs such code. */
const sealingJob = 'seal'
/** The workflow with that job, to which a caller's job may hand the permission on. */
const attesting = /\/attest-evidence\.yml@[0-9a-f]{40}$/
/** What a checkout may name for what it checks out to be trusted; nothing is the default branch. */
const trustedRefs = new Set([undefined, '${{ job.workflow_sha }}', '${{ github.sha }}'])

/** Codicil's Action as a caller names it: the step that runs code of the pull request. */
const codicilAction = /^[\w.-]+\/codicil@/i
/** Events whose runs have the rights of the base, whoever opened the pull request. */
const privileged = new Set([
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'discussion_comment',
])
/** A condition under which a job runs for a dispatch alone. */
const dispatched = /^\s*(?:\$\{\{)?\s*github\.event_name == 'workflow_dispatch'\s*(?:\}\})?\s*$/
const hosted = /^(?:ubuntu|windows|macos)-[\w.]+$/
/** The token of a job, and secrets, wherever an expression can name them. */
const credentials =
  /\bsecrets\b|\bgithub\s*(?:\.\s*token\b|\[\s*['"]token['"]\s*\])|\btoJSON\s*\(\s*github\s*\)/i
/** Ways for a script to bring in code that the workflow does not pin. */
const fetches =
  /\b(?:git\s+(?:clone|fetch|pull)|gh\s+(?:pr\s+checkout|repo\s+clone|api)|curl|wget|npx|npm|pip3?|cargo|go\s+(?:get|run|install)|docker)\b/

/** Statuses and ids: words of a fixed list, or digits. */
const harmless =
  /^(?:needs\.[\w*-]+\.result|job\.status|runner\.os|github\.(?:sha|run_id|run_number|run_attempt)|true|false|null)$/

/** Everything in a workflow that breaks a rule, in the order of the lines. */
export function workflowProblems(text: string): Problem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const workflow = (document.toJS() ?? {}) as {
    on?: unknown
    env?: Record<string, unknown>
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
  const jobs = Object.entries(workflow.jobs ?? {})
  const open = jobs.filter(([, job]) => !amends(job) && !dispatched.test(String(job.if)))
  for (const event of triggersOf(workflow.on).filter((each) => privileged.has(each))) {
    // What strangers start may only be Codicil's mode amend, which takes nothing of theirs as code.
    if (jobs.length > 0 && open.length === 0) continue
    const why = 'gives strangers a run with the rights of the base; use pull_request or a dispatch.'
    note('trigger', ['on'], `${event} ${why}`)
  }
  if (jobs.some(([name, job]) => isExposed(name, job)) && holdsCredentials(workflow.env)) {
    note('secrets', ['env'], `The environment of all jobs reaches the one that runs foreign code.`)
  }
  checkEnv(workflow.env, ['env'], note)
  for (const [name, job] of jobs) {
    const at = ['jobs', name]
    checkEnv(job.env, [...at, 'env'], note)
    const shared = Object.values(job.defaults?.run ?? {}).map(String)
    if (shared.some((value) => expressions(value).some(holdsText))) {
      const why = 'This expression is pasted into the command of every step; write it out.'
      note('expression-in-run', [...at, 'defaults'], why)
    }
    checkImages(job, at, note)
    if (job.secrets === 'inherit') {
      note('secrets', at, `Job ${name} hands on every secret; name those that it needs.`)
    }
    auditJob(name, job, triggersOf(workflow.on), workflow.permissions, note)
    checkPermissions(name, job, job.permissions ?? workflow.permissions, at, note)
    if (job.uses !== undefined) checkPin(job.uses, [...at, 'uses'], note)
    for (const [index, step] of (job.steps ?? []).entries()) {
      const stepAt = [...at, 'steps', index]
      checkStep(step, stepAt, note)
      checkLocalAction(step, job.steps?.slice(0, index) ?? [], stepAt, note)
      if (name === sealingJob || mayIdentify(job, workflow.permissions)) {
        checkSealed(step, stepAt, mayIdentify(job, workflow.permissions), note)
      }
    }
    if (isExposed(name, job)) {
      checkExposure(job, at, note)
      if (credentials.test(textOf(document, text, at)) || job.secrets !== undefined) {
        note('secrets', at, `Job ${name} runs code of a pull request; it gets no secrets or token.`)
      }
    }
  }
  return problems.sort((a, b) => a.line - b.line)
}

function checkPermissions(
  name: string,
  job: Job,
  permissions: Permissions,
  at: Path,
  note: Note,
): void {
  const { uses } = job
  const granted = typeof permissions === 'object' ? permissions : {}
  if (typeof permissions === 'string') {
    note('permissions', at, `Job ${name} has ${permissions}; name each permission that it needs.`)
  }
  const seals = uses === undefined ? name === sealingJob : attesting.test(uses)
  if (granted['id-token'] !== undefined && !seals) {
    note('id-token', at, `Job ${name} may ask for an identity token; only ${sealingJob} may.`)
  }
  if (!isExposed(name, job)) return
  for (const [permission, level] of Object.entries(granted)) {
    if (permission !== 'contents' || level !== 'read') {
      note('permissions', at, `Job ${name} has ${permission}: ${level}; at most contents: read.`)
    }
  }
}

/** The job that runs code of the pull request, by its name or because Codicil's Action is a step. */
function isExposed(name: string, { steps = [], ...job }: Job): boolean {
  if (name === exposedJob) return true
  return steps.some(({ uses = '' }) => codicilAction.test(uses)) && !amends({ steps, ...job })
}

/** The job that amends: Codicil's Action in that mode on a hosted runner, and nothing beside it. */
function amends({ steps = [], 'runs-on': on, container }: Job): boolean {
  const [only] = steps
  return (
    steps.length === 1 &&
    codicilAction.test(only?.uses ?? '') &&
    only?.with?.['mode'] === 'amend' &&
    hosted.test(String(on)) &&
    container === undefined
  )
}

function triggersOf(on: unknown): string[] {
  if (typeof on === 'string') return [on]
  if (Array.isArray(on)) return on.map(String)
  return typeof on === 'object' && on !== null ? Object.keys(on) : []
}

function holdsCredentials(env: Record<string, unknown> | undefined): boolean {
  return Object.values(env ?? {}).some((value) => credentials.test(String(value)))
}

function checkEnv(env: Record<string, unknown> | undefined, at: Path, note: Note): void {
  if (Object.keys(env ?? {}).some((name) => /^ACTIONS_ALLOW_UNSECURE_COMMANDS$/i.test(name))) {
    note('insecure-commands', at, 'Lines of a log would set variables of later steps.')
  }
  if (Object.values(env ?? {}).some((value) => /toJSON\s*\(\s*secrets/i.test(String(value)))) {
    note('secrets', at, 'All secrets at once; name those that are needed.')
  }
}

/** Images can be moved to other contents like tags of a repository. */
function checkImages({ container, services = {} }: Job, at: Path, note: Note): void {
  for (const one of [container, ...Object.values(services)]) {
    const image = typeof one === 'string' ? one : one?.image
    if (image !== undefined && !/@sha256:[0-9a-f]{64}$/.test(image)) {
      note('pinned', at, `The image ${image} is not pinned by its digest; tags can be moved.`)
    }
  }
}

function isCheckout(uses: string | undefined): boolean {
  return /^actions\/checkout@/i.test(uses ?? '')
}

/** Whether a job of its own steps may ask for an identity token. */
function mayIdentify({ permissions, steps }: Job, ofAll: Permissions): boolean {
  const granted = permissions ?? ofAll
  if (steps === undefined || granted === undefined) return false
  return typeof granted === 'string' ? granted === 'write-all' : granted['id-token'] === 'write'
}

function checkStep(
  { uses, run, shell, 'working-directory': folder, env, with: inputs }: Step,
  at: Path,
  note: Note,
): void {
  checkEnv(env, [...at, 'env'], note)
  const script = inputs?.['script']
  if (typeof script === 'string' && expressions(script).some(holdsText)) {
    note(
      'expression-in-run',
      [...at, 'with', 'script'],
      'This expression is pasted into the script as code; pass its value through "env".',
    )
  }
  if (uses !== undefined) checkPin(uses, [...at, 'uses'], note)
  if (isCheckout(uses) && String(inputs?.['persist-credentials']) !== 'false') {
    note(
      'persist-credentials',
      at,
      'A checkout leaves its token in .git/config; set "persist-credentials: false".',
    )
  }
  const pasted = { run, shell, 'working-directory': folder }
  for (const [key, value] of Object.entries(pasted)) {
    if (value === undefined || !expressions(value).some(holdsText)) continue
    note(
      'expression-in-run',
      [...at, key],
      'This expression is pasted into the script as code; pass its value through "env".',
    )
  }
}

/** What vouches for the evidence takes the pull request's bytes as data, never as code. */
function checkSealed(
  { uses, run, with: inputs }: Step,
  at: Path,
  identifies: boolean,
  note: Note,
): void {
  const ref = inputs?.['ref'] as string | undefined
  const repository = inputs?.['repository'] as string | undefined
  const foreign = repository !== undefined && repository !== '${{ job.workflow_repository }}'
  if (isCheckout(uses) && (foreign || !trustedRefs.has(ref))) {
    const what = foreign ? repository : ref
    note('foreign-code', at, `What vouches checks out ${what}; only code of a trusted commit.`)
  }
  if (run !== undefined && (identifies || fetches.test(run))) {
    const why = identifies ? 'runs a script beside an identity token' : 'fetches code by a script'
    note('foreign-code', [...at, 'run'], `What vouches for the evidence ${why}.`)
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
  const local = uses.startsWith('./') || uses.startsWith('$/')
  if (uses.startsWith('docker://')) return checkImages({ container: uses }, at, note)
  if (!local && !/@[0-9a-f]{40}$/.test(uses)) {
    note('pinned', at, `${uses} is not pinned by a full commit SHA; tags can be moved.`)
  }
  if (!local && /\/(?:\.{0,2})(?:\/|@|$)/.test(uses)) {
    note('pinned', at, `${uses} has a part that is empty or made of dots; name it as it is called.`)
  }
}

/** An action in a folder of the workspace runs with the runner's own tokens. */
function checkLocalAction({ uses }: Step, before: Step[], at: Path, note: Note): void {
  if (!uses?.startsWith('./')) return
  const folder = segments(uses)
  const checkout = before
    .filter((step) => isCheckout(step.uses))
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
  const exposed = (job.steps ?? []).findIndex(
    ({ uses = '' }) => /^[.$]\//.test(uses) || codicilAction.test(uses),
  )
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
