/** The app's configuration: an environment in, typed values or one error with every problem out. */
import { CodicilError } from '../spec-tools/index.ts'
import { readRoots } from './attestation/index.ts'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface Config {
  appId: number
  /** PEM. */
  privateKey: string
  webhookSecret: string
  webhookPath: string
  host: string
  /** 0: any free port. */
  port: number
  database: DatabaseConfig
  /** Base URL of GitHub's REST API, without a trailing slash. Never taken from a payload. */
  apiUrl: string
  logLevel: LogLevel
  /** `owner/name/.github/workflows/file.yml@sha` that an accepted run must have called, if given. */
  trustedWorkflow: string | null
  /** `owner/name@sha` of the Action that the caller workflow must run, if given. */
  trustedAction: string | null
  /** `owner/name/.github/workflows/file.yml@ref` whose attestations count. */
  signer: string | null
  /** Trusted roots of Sigstore, as text, in place of the one that is built in. */
  trustedRoots: string | null
  /** Bearer token for `/metrics`; null: only this machine may read it. */
  metricsToken: string | null
  /** Days for which bundles and rows of what is over are kept; null: for ever. */
  keepDays: number | null
}

export type DatabaseConfig =
  | { kind: 'postgres'; url: string }
  /** PostgreSQL in this process, its files in a folder that no other process uses meanwhile. */
  | { kind: 'embedded'; folder: string }

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment does not describe an app that may be started; lists every problem. */
export class ConfigError extends CodicilError<'bad-config'> {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    const what = `The app cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`
    super({ code: 'bad-config', what })
    this.problems = problems
  }
}

/** Reads the environment; `read` opens the file that PRIVATE_KEY_PATH names. */
export function readConfig(
  env: Environment,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Config {
  const problems: string[] = []
  const found = <T>(value: T | Problem, fallback: T): T => {
    if (!(value instanceof Problem)) return value
    problems.push(value.text)
    return fallback
  }
  const config: Config = {
    appId: found(appId(env['APP_ID']), 0),
    privateKey: found(privateKey(env, read), ''),
    webhookSecret: found(webhookSecret(env['WEBHOOK_SECRET']), ''),
    webhookPath: found(webhookPath(env['WEBHOOK_PATH']), ''),
    host: env['HOST'] || 'localhost',
    port: found(port(env['PORT']), 0),
    database: found(database(env), { kind: 'embedded', folder: '' }),
    apiUrl: found(apiUrl(env['GITHUB_API_URL']), ''),
    logLevel: found(logLevel(env['LOG_LEVEL']), 'info'),
    trustedWorkflow: found(trustedWorkflow(env['CODICIL_WORKFLOW']), null),
    trustedAction: found(trustedAction(env['CODICIL_ACTION']), null),
    signer: found(signer(env['CODICIL_SIGNER'], env['CODICIL_ACTION']), null),
    trustedRoots: found(trustedRoots(env['CODICIL_TRUSTED_ROOT'], read), null),
    metricsToken: found(metricsToken(env['CODICIL_METRICS_TOKEN']), null),
    keepDays: found(keepDays(env['CODICIL_KEEP_DAYS']), null),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

class Problem {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function appId(value: string | undefined): number | Problem {
  if (!value) return new Problem('APP_ID is not set. It is shown on the settings page of the App.')
  return /^[1-9]\d{0,14}$/.test(value)
    ? Number(value)
    : new Problem(`APP_ID must be a positive whole number, not ${shown(value)}.`)
}

/** PEM, with real line ends or written as `\n`, or the whole of it in base64. */
function privateKey(env: Environment, read: (path: string) => string): string | Problem {
  const path = env['PRIVATE_KEY_PATH']
  const given = env['PRIVATE_KEY']
  if (!given && !path) {
    return new Problem('PRIVATE_KEY or PRIVATE_KEY_PATH is not set. The App settings make a key.')
  }
  let text = given ?? ''
  if (!given && path) {
    try {
      text = read(path)
    } catch (error) {
      return new Problem(`PRIVATE_KEY_PATH cannot be read: ${(error as Error).message}.`)
    }
  }
  const pem = text.includes('-----BEGIN')
    ? text.replaceAll('\\n', '\n')
    : Buffer.from(text, 'base64').toString('utf8')
  try {
    createPrivateKey(pem)
    return pem
  } catch {
    const name = given ? 'PRIVATE_KEY' : 'PRIVATE_KEY_PATH'
    return new Problem(`${name} holds no private key in PEM form (its text is not shown).`)
  }
}

/** Where it is not told, the workflow that attests beside the Action that is trusted, at its commit. */
function signer(value: string | undefined, action: string | undefined): string | null | Problem {
  const [name, commit] = (action ?? '').split('@')
  if (!value) return commit ? `${name}/.github/workflows/attest-evidence.yml@${commit}` : null
  return /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml@[\w./-]+$/.test(value)
    ? value
    : new Problem(
        `CODICIL_SIGNER must be owner/name/.github/workflows/file.yml@ and a commit SHA or a full ref, not ${shown(value)}.`,
      )
}

/** The file is read and tried at the start, so that nobody waits for evidence to hear of a slip. */
function trustedRoots(
  path: string | undefined,
  read: (path: string) => string,
): string | null | Problem {
  if (!path) return null
  try {
    const text = read(path)
    readRoots(text, path)
    return text
  } catch (error) {
    return new Problem(`CODICIL_TRUSTED_ROOT cannot be used: ${(error as Error).message}`)
  }
}

/** Texts that stand in examples; with them anybody could sign a webhook. */
const knownSecrets =
  /^(?:development|secret|webhook|password|change-?me|test|example|your|my|github)/i

function webhookSecret(value: string | undefined): string | Problem {
  if (!value) return new Problem('WEBHOOK_SECRET is not set. Use the secret of the App settings.')
  const advice = 'Make one with `openssl rand -hex 32` and write it into the App settings, too.'
  if (value.trim() !== value) {
    return new Problem(`WEBHOOK_SECRET begins or ends with a blank. ${advice}`)
  }
  if (Buffer.byteLength(value) < 16 || new Set(value).size < 8) {
    return new Problem(`WEBHOOK_SECRET is too easy to guess: it needs 16 bytes or more. ${advice}`)
  }
  return knownSecrets.test(value)
    ? new Problem(`WEBHOOK_SECRET is a text that everybody knows. ${advice}`)
    : value
}

function metricsToken(value: string | undefined): string | null | Problem {
  if (!value) return null
  return /^[\x21-\x7e]{16,}$/.test(value) && new Set(value).size >= 8
    ? value
    : new Problem(
        'CODICIL_METRICS_TOKEN needs 16 characters or more, without blanks. Make one with `openssl rand -hex 32`.',
      )
}

function webhookPath(value: string | undefined): string | Problem {
  if (!value) return '/api/github/webhooks'
  return /^\/[\w./-]*$/.test(value)
    ? value
    : new Problem(`WEBHOOK_PATH must be a path such as /webhooks, not ${shown(value)}.`)
}

function port(value: string | undefined): number | Problem {
  if (!value) return 3000
  return /^\d{1,5}$/.test(value) && Number(value) < 65_536
    ? Number(value)
    : new Problem(`PORT must be a number from 0 to 65535, not ${shown(value)}.`)
}

function database(env: Environment): DatabaseConfig | Problem {
  const url = env['DATABASE_URL']
  if (!url) return { kind: 'embedded', folder: env['CODICIL_DATA'] || '.codicil-data' }
  const protocol = URL.parse(url)?.protocol
  return protocol === 'postgres:' || protocol === 'postgresql:'
    ? { kind: 'postgres', url }
    : new Problem('DATABASE_URL must begin with postgres:// (its text is not shown).')
}

function apiUrl(value: string | undefined): string | Problem {
  if (!value) return 'https://api.github.com'
  const url = URL.parse(value)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  if (url?.pathname.replace(/\/+$/, '').endsWith('/api/v3')) {
    return new Problem(
      `GITHUB_API_URL ${shown(value)} is GitHub Enterprise Server, which is not supported: github.com and *.ghe.com are.`,
    )
  }
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && local)
  return allowed && !url.username && !url.search && !url.hash
    ? value.replace(/\/+$/, '')
    : new Problem(`GITHUB_API_URL must be an https URL, not ${shown(value)}.`)
}

function logLevel(value: string | undefined): LogLevel | Problem {
  const level = value || 'info'
  return (
    logLevels.find((known) => known === level) ??
    new Problem(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not ${shown(level)}.`)
  )
}

function trustedWorkflow(value: string | undefined): string | null | Problem {
  if (!value) return null
  return /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml@[0-9a-f]{40}$/.test(value)
    ? value
    : new Problem(
        `CODICIL_WORKFLOW must be owner/name/.github/workflows/file.yml@ and a full commit SHA, not ${shown(value)}.`,
      )
}

function trustedAction(value: string | undefined): string | null | Problem {
  if (!value) return null
  return /^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(value)
    ? value
    : new Problem(`CODICIL_ACTION must be owner/name@ and a full commit SHA, not ${shown(value)}.`)
}

function keepDays(value: string | undefined): number | null | Problem {
  if (!value) return null
  return /^[1-9]\d{0,3}$/.test(value)
    ? Number(value)
    : new Problem(`CODICIL_KEEP_DAYS must be a whole number from 1 to 9999, not ${shown(value)}.`)
}

function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
