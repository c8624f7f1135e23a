/**
 * What the caller workflow runs: Codicil's Action at the commit that is trusted, as the last step of
 * its job `diagnose`. It is read at the commit of the run, which is one of the default branch. This
 * takes the place of a called workflow's entry in `referenced_workflows`, which such a run has not.
 */
import { parse } from 'yaml'
import type { Repository } from './client.ts'
import { readFile } from './file.ts'
import { exposedJob, type Run, type RunJob } from './workflow.ts'

const maxBytes = 256 * 1024

interface Step {
  name?: unknown
  uses?: unknown
  run?: unknown
  with?: Record<string, unknown> | null
}

interface Caller {
  jobs?: Record<string, { name?: string; steps?: Step[] } | null>
}

/** What does not fit in the caller workflow of a run, in words; empty where all of it does. */
export async function callerMisfits(
  repository: Repository,
  run: Run,
  workflow: string,
  action: string,
  jobs: readonly RunJob[],
): Promise<string[]> {
  const path = `.github/workflows/${workflow}`
  const file = await readFile(repository, run.head_sha, path, maxBytes)
  if (!file) return [`${path} is not there at ${run.head_sha}`]
  return misfitsOf(new TextDecoder().decode(file.bytes), action, jobs)
}

/**
 * @param text The caller workflow.
 * @param action `owner/name@sha`, or `owner/name/path@sha`.
 * @param ran The run's jobs.
 */
export function misfitsOf(
  text: string,
  action: string,
  ran: readonly Pick<RunJob, 'name' | 'steps'>[],
): string[] {
  const caller = read(text)
  const steps = caller?.jobs?.[exposedJob]?.steps
  if (!caller || !Array.isArray(steps)) return [`it has no job ${exposedJob} with steps`]
  const known = Object.entries(caller.jobs ?? {}).map(([id, job]) => job?.name ?? id)
  const strange = ran.filter(
    ({ name }) => !known.some((each) => name === each || name.startsWith(`${each} / `)),
  )
  const job = ran.find(({ name }) => name === exposedJob)
  return [
    ...inFile(steps, action),
    ...(job ? inJob(steps, job) : [`no job ${exposedJob} was run`]),
    ...strange.map(({ name }) => `job ${name} is not of the caller workflow`),
  ]
}

/** The trusted Action once, last in its job; nothing before it may run what was checked out. */
function inFile(steps: readonly Step[], action: string): string[] {
  const [name = ''] = action.split('@')
  const used = steps.map(({ uses }) => String(uses ?? ''))
  const ours = used.filter((uses) => uses.toLowerCase().startsWith(`${name.toLowerCase()}@`))
  const head = steps.findIndex(({ with: given }) =>
    /\binputs\s*\.\s*sha\b/.test(String(given?.['ref'])),
  )
  const between = head < 0 ? [] : steps.slice(head + 1, -1)
  return [
    ...(ours.length === 1 && sameAction(ours[0] ?? '', action)
      ? []
      : [`job ${exposedJob} runs ${ours.join(' and ') || `no ${name}`} and not ${action}`]),
    ...(ours.length > 0 && used.at(-1) !== ours.at(-1)
      ? [`a step of job ${exposedJob} follows the diagnostics`]
      : []),
    ...between.map(
      (step) =>
        `step ${labelOf(step)} of job ${exposedJob} stands between the checkout of the pull request and the diagnostics, outside of the sandbox; it belongs before the checkout`,
    ),
  ]
}

/** What GitHub and its runner do before and after the steps of a file. */
const before = /^(?:Set up (?:job|runner)|Initialize containers|Pull .*|Build .*|Pre .*)$/
const after = /^(?:Post .*|Stop containers|Complete (?:job|runner))$/

/** The steps that were run are those of the file, in their order, and none was left out. */
function inJob(steps: readonly Step[], { steps: all }: Pick<RunJob, 'steps'>): string[] {
  const [own, end] = [steps[0], steps.at(-1)].map((step) => (step ? labelOf(step) : ''))
  const first = all.findIndex(({ name }) => !before.test(name) || name === own)
  const last = all.findLastIndex(({ name }) => !after.test(name) || name === end)
  const ran = first < 0 ? [] : all.slice(first, last + 1)
  const differs = Array.from({ length: Math.max(steps.length, ran.length) }, (_, index) => index)
  const at = differs.find((index) => {
    const [step, one] = [steps[index], ran[index]]
    return !step || !one || !isCalled(labelOf(step), one.name)
  })
  if (at !== undefined) {
    const [step, one] = [steps[at], ran[at]]
    return [
      `step ${at + 1} of job ${exposedJob} was ${one?.name ?? 'not run'}, and its file has ${step ? labelOf(step) : 'no more'}`,
    ]
  }
  return ran.flatMap(({ name, conclusion }, index) => {
    const ours = index === ran.length - 1
    const fits = ours ? conclusion !== 'skipped' : conclusion === 'success'
    return fits ? [] : [`step ${name} of job ${exposedJob} ended as ${conclusion ?? 'nothing'}`]
  })
}

/** How GitHub shows a step: by its name, else by what it runs. */
function labelOf({ name, uses, run }: Step): string {
  if (typeof name === 'string') return name
  return `Run ${
    String(uses ?? run ?? '')
      .trim()
      .split('\n')[0]
  }`
}

/** A name with an expression is not known before it is run. */
function isCalled(label: string, name: string): boolean {
  return label.includes('${{') || label.trim() === name.trim()
}

/** Names of repositories ignore case; a commit does not change by it. */
function sameAction(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function read(text: string): Caller | null {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0 })
    return typeof value === 'object' ? (value as Caller | null) : null
  } catch {
    return null
  }
}
