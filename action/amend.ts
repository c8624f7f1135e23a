/** The story of `mode: amend`: inputs and event, one convergence, outputs and summary. */
import { debug, getInput, info, setFailed, setOutput, summary, warning } from '@actions/core'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { amendOnce, commentOf, type EvidenceRequest, type OnceOptions } from '../app/once.ts'
import { CodicilError, explained } from '../spec-tools/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Runs in the environment of a job; what goes wrong fails the step with its reason. */
export async function amend(env: Environment): Promise<void> {
  try {
    const requests = await amendOnce(await optionsFrom(env))
    for (const { id, state } of requests) info(`${id}: ${state}`)
    if (requests.length === 0) info('There is no request here that anything could be done for.')
    await publish(requests, `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}`)
  } catch (error) {
    setFailed(explained(error) ?? (error as Error))
  }
}

async function optionsFrom(env: Environment): Promise<OnceOptions> {
  const payload: unknown = JSON.parse(await readFile(needed(env, 'GITHUB_EVENT_PATH'), 'utf8'))
  return {
    event: needed(env, 'GITHUB_EVENT_NAME'),
    payload,
    repositoryId: Number(needed(env, 'GITHUB_REPOSITORY_ID')),
    runId: Number(needed(env, 'GITHUB_RUN_ID')),
    apiUrl: needed(env, 'GITHUB_API_URL'),
    token: token(),
    slug: slug(),
    now: () => new Date(),
    wait: (milliseconds) => sleep(milliseconds),
    log: { debug: told(debug), info: told(info), warn: told(warning), error: told(warning) },
  }
}

function token(): string {
  const value = getInput('token')
  if (value !== '') return value
  throw new CodicilError({
    code: 'bad-input',
    what: 'Mode amend needs the input "token": ${{ github.token }}, or one of an App of yours.',
  })
}

function slug(): string {
  const value = getInput('app-slug') || 'github-actions'
  if (/^[a-z0-9][a-z0-9-]{0,99}$/.test(value)) return value
  throw new CodicilError({
    code: 'bad-input',
    what: `Input "app-slug" must be the slug of an App, such as my-app; received ${JSON.stringify(value)}.`,
  })
}

function needed(env: Environment, name: string): string {
  const value = env[name]
  if (value) return value
  throw new CodicilError({
    code: 'no-workflow',
    what: `${name} is not set. Mode amend runs in a job of a GitHub workflow.`,
  })
}

/** The app's log lines as those of a job: the words, and in brackets what they are about. */
function told(print: (line: string) => void) {
  return (first: unknown, message?: string) => {
    if (message === undefined) return print(String(first))
    const { err, ...about } = first as { err?: unknown }
    const words = err instanceof Error ? `${message}: ${err.message}` : message
    print(Object.keys(about).length > 0 ? `${words} (${JSON.stringify(about)})` : words)
  }
}

async function publish(requests: readonly EvidenceRequest[], url: string): Promise<void> {
  const newest = requests.at(-1)
  setOutput('state', newest?.state ?? '')
  setOutput('amendment', newest?.amendment?.pullRequest ?? '')
  if (newest && process.env['GITHUB_STEP_SUMMARY']) {
    await summary.addRaw(commentOf(newest, url)).write()
  }
}
