/** Rules for any job of any workflow, beside those for the job that runs code of a pull request. */
import type { Container, Job, Note, Path, Permissions, Step } from './workflow-types.ts'

/** Events that people without any right here can cause. */
const strangers =
  /^(?:pull_request|pull_request_target|issue_comment|issues|discussion|discussion_comment|workflow_run|fork)$/
/** Who an event is of can be chosen by whoever causes another one on top of it. */
const actor = /\bgithub\s*(?:\.\s*(?:triggering_)?actor\b|\[\s*['"](?:triggering_)?actor['"]\s*\])/i
/** True for every text that is a part of the list: `contains('refs/heads/main', 'refs/heads/m')`. */
const partOfText = /\bcontains\s*\(\s*'[^']*'\s*,\s*(?:github|inputs|env)\b/i
/** A value within a secret is none that the log hides. */
const partOfSecret = /\bfromJSON\s*\(\s*secrets\b/i
const caching =
  /^(?:actions\/cache(?:\/restore)?|swatinem\/rust-cache|mozilla-actions\/sccache-action)@/i
/** Actions that keep a cache if they are told to, or unless they are told not to. */
const mayCache = /^actions\/setup-|\/setup-|^docker\/build-push-action@/i
const publishes = ['id-token', 'packages', 'attestations', 'contents', 'pages', 'deployments']

/**
 * @param on Events that start the workflow.
 * @param ofAll Permissions of the workflow.
 */
export function auditJob(
  name: string,
  job: Job,
  on: readonly string[],
  ofAll: Permissions,
  note: Note,
): void {
  const at = ['jobs', name]
  checkCondition(job.if, [...at, 'if'], note)
  for (const one of [job.container, ...Object.values(job.services ?? {})]) {
    checkLogin(one, at, note)
  }
  if (on.some((event) => strangers.test(event)) && isOwn(job['runs-on'])) {
    const why = `runs on a machine of your own for ${on.join(', ')}, which strangers can cause`
    note('self-hosted', [...at, 'runs-on'], `Job ${name} ${why}; use a hosted runner.`)
  }
  const writes = published(job.permissions ?? ofAll)
  for (const [index, step] of (job.steps ?? []).entries()) {
    auditStep(step, [...at, 'steps', index], on, note)
    if (writes !== null && keepsCache(step)) {
      const why = `takes from a cache that other runs can fill, and has ${writes}: write`
      note('cache', [...at, 'steps', index], `Job ${name} ${why}; build it without.`)
    }
  }
}

function auditStep(
  { if: condition, run, env, ...step }: Step,
  at: Path,
  on: readonly string[],
  note: Note,
): void {
  checkCondition(condition, [...at, 'if'], note)
  checkAppToken(step, at, note)
  const texts = [run ?? '', ...Object.values({ ...env, ...step.with }).map(String)]
  if (texts.some((text) => partOfSecret.test(text))) {
    note('secrets', at, 'A part of a secret is shown in the log; make it a secret of its own.')
  }
  const file = /GITHUB_(?:ENV|PATH)\b/.exec(run ?? '')?.[0]
  if (file !== undefined && on.some((event) => strangers.test(event) && event !== 'pull_request')) {
    const why = 'sets variables of later steps in a run that strangers can cause'
    note('environment-file', [...at, 'run'], `${file} ${why}; use an output.`)
  }
}

function checkCondition(condition: unknown, at: Path, note: Note): void {
  const text = String(condition ?? '')
  if (actor.test(text) && /\[bot\]/i.test(text)) {
    const why = 'is who caused the last event, and not who wrote what is run'
    note('condition', at, `The actor ${why}; ask for the author of the pull request.`)
  }
  // What stands beside an expression, be it a line end, makes a text of it, and every text is true.
  if (/\$\{\{/.test(text) && !/^\$\{\{(?:(?!\}\}).)*\}\}$/s.test(text)) {
    const why = 'is a text, and every text is true'
    note(
      'condition',
      at,
      `A condition with more than one expression in it ${why}; leave \${{ }} away.`,
    )
  }
  if (partOfText.test(text)) {
    note('condition', at, '"contains" takes every part of that text; compare with "==".')
  }
}

/** A token of an App can do all that the App may, wherever it is installed, unless it is told. */
function checkAppToken({ uses = '', with: inputs = {} }: Step, at: Path, note: Note): void {
  if (!/^actions\/create-github-app-token@/i.test(uses)) return
  const names = Object.keys(inputs)
  if (!names.some((name) => name.startsWith('permission-'))) {
    note('app-token', at, 'The token has every permission of the App; name those that are needed.')
  }
  if (names.includes('owner') && !names.includes('repositories')) {
    note('app-token', at, 'The token reaches every repository of that owner; name those needed.')
  }
  if (String(inputs['skip-token-revoke'] ?? 'false') !== 'false') {
    note('app-token', at, 'The token outlives its job; let it be revoked.')
  }
}

function checkLogin(container: Container, at: Path, note: Note): void {
  const password = typeof container === 'object' ? container.credentials?.['password'] : undefined
  if (password !== undefined && !/^\s*\$\{\{.*\}\}\s*$/s.test(String(password))) {
    note('secrets', at, 'A password stands in the workflow; take it from a secret.')
  }
}

function isOwn(on: unknown): boolean {
  const labels = typeof on === 'object' && on !== null && 'labels' in on ? on.labels : on
  return [labels].flat().some((label) => /^self-hosted$/i.test(String(label)))
}

/** A permission with which what the job makes reaches others; null where it has none. */
function published(permissions: Permissions): string | null {
  if (typeof permissions === 'string') return permissions === 'write-all' ? 'everything' : null
  return publishes.find((each) => permissions?.[each] === 'write') ?? null
}

function keepsCache({ uses = '', with: inputs = {} }: Step): boolean {
  if (caching.test(uses)) return true
  const keys = ['cache', 'enable-cache', 'cache-from', 'package-manager-cache']
  const told = keys.map((key) => inputs[key]).filter((value) => value !== undefined)
  if (!mayCache.test(uses)) return false
  return told.some((value) => !/^(?:false|)$/.test(String(value)))
}
