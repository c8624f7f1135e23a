/**
 * The settings' `setup`: once a run, before the diagnostics, in the same isolation. What it builds is
 * seen read-only by all of them.
 *
 * With `key` it may be kept for later runs. Then it sees nothing of the checkout but the files of the
 * key, so that what is kept cannot be of one pull request and be used by another.
 */
import { chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Evidence, HealthFinding, SetupSettings } from '../spec-tools/index.ts'
import { makeScratch, runConfined, type Ran } from './confined.ts'
import { milliseconds } from './duration.ts'
import { hintsFor, type Built } from './isolation/index.ts'
import { listed } from './setup/digests.ts'
import { keyOf, onlyKey } from './setup/key.ts'
import { keep, prune, readKept } from './setup/kept.ts'
import { visible } from './visible.ts'
import type { SetupOrder } from './setup/order.ts'

export interface SetUp {
  /** Null where it failed. */
  built: Built | null
  evidence: NonNullable<Evidence['setup']>
  /** Path in the bundle -> bytes. */
  files: Map<string, Uint8Array>
  /** That it failed: then nothing is measured. */
  finding: HealthFinding | null
}

const log = 'logs/_setup.log'
const digests = 'setup.sha256'
/** Where it is seen in the sandbox: the same in every run, because what is built names its own place. */
const seenAs = '/codicil/setup'

export async function setUp(order: SetupOrder): Promise<SetUp> {
  const { settings, isolation } = order
  // Without isolation a diagnostic could write into what later runs are given.
  const kept = settings.key && order.cache !== null && isolation.kind === 'bubblewrap'
  const key = kept ? await keyOf(order, settings.key ?? []) : null
  const found = key === null ? null : await readKept(order.cache!, key)
  if (found) {
    order.log.say(`setup: kept from ${found.evidence.startedAt}`)
    return {
      built: placed(join(order.cache!, found.folder), isolation.kind),
      evidence: { ...found.evidence, cached: true },
      files: filesOf(found.log, found.digests),
      finding: null,
    }
  }
  if (key !== null) await prune(order.cache!, order.now())
  return build(order, key)
}

async function build(order: SetupOrder, key: string | null): Promise<SetUp> {
  const { settings, isolation, scratch } = order
  await makeScratch(scratch, isolation)
  const path = join(scratch, 'setup')
  await mkdir(path)
  if (isolation.owner !== null) await chown(path, isolation.owner, isolation.owner)
  const source = settings.key ? await onlyKey(order, settings.key) : order.source
  const built = placed(path, isolation.kind)
  const startedAt = order.now().toISOString()
  order.log.open('setup')
  order.log.say(`$ ${order.redaction.text(settings.run)}`)
  let ran: Ran
  try {
    ran = await runConfined(
      { ...order, source, built: { ...built, writable: true } },
      {
        run: settings.run,
        timeoutMs: milliseconds(settings.timeout),
        network: settings.network ?? false,
        variables: { CODICIL_BUILD: built.seenAs, CODICIL_SETUP: built.seenAs },
      },
    )
  } finally {
    order.log.close()
  }
  const failed = failureOf(ran, settings)
  const found = failed === null ? await listed(path, order.budget) : null
  const printed = Buffer.concat([ran.stdout.content, ran.stderr.content]).toString('latin1')
  const evidence = {
    command: order.redaction.text(settings.run),
    network: isolation.kind === 'none' || settings.network ? ('host' as const) : ('none' as const),
    startedAt,
    seconds: Math.round(ran.outcome.seconds * 1000) / 1000,
    exit: {
      code: ran.outcome.code,
      signal: ran.outcome.signal,
      timedOut: ran.outcome.stopped === 'timeout',
    },
    log,
    cached: false,
    ...(key !== null && { key }),
    ...(found && { built: found.summary }),
  }
  const files = filesOf(printed, found?.text ?? '')
  order.log.say(
    `setup: ${failed ?? `done after ${evidence.seconds} s, ${found?.summary.files} files`}`,
  )
  const finding = failed === null ? null : findingOf(failed, printed, order)
  if (finding || key === null) return { built: finding ? null : built, evidence, files, finding }
  const kept = { evidence, log: printed, digests: found?.text ?? '' }
  const folder = await keep(order.cache!, key, path, kept)
  return { built: placed(folder, isolation.kind), evidence, files, finding }
}

function placed(path: string, kind: Evidence['isolation']['kind']): Built {
  return { path, seenAs: kind === 'none' ? path : seenAs, writable: false }
}

function filesOf(printed: string, built: string): SetUp['files'] {
  return new Map([
    [log, Buffer.from(printed, 'latin1')],
    ...(built === '' ? [] : [[digests, Buffer.from(built)] as const]),
  ])
}

/** Why nothing can be measured after it; null where it went well. */
function failureOf({ outcome, met }: Ran, { timeout }: SetupSettings): string | null {
  const { stopped, signal, code } = outcome
  if (stopped === 'timeout') return `stopped at its time limit of ${timeout}`
  if (stopped !== null) return `stopped: ${stopped}`
  if (met.length > 0) return met.join(', ')
  if (signal !== null) return `ended by ${signal}`
  return code === 0 ? null : `exit code ${code}`
}

const lastLines = 6

function findingOf(failed: string, printed: string, { isolation }: SetupOrder): HealthFinding {
  const lines = visible(Buffer.from(printed.replaceAll(/[^\n]*\r(?!\n)/g, ''), 'latin1'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const said = lines.slice(-lastLines).join(' / ').slice(-1500)
  const hints = isolation.kind === 'bubblewrap' ? hintsFor(printed) : []
  return {
    kind: 'setup',
    when: 'before',
    diagnostic: null,
    detail: `setup: ${failed}${said === '' ? '.' : `; it ended with: ${said}`}`,
    advice: [...hints, `Its log is ${log} in the bundle.`].join(' '),
    voids: true,
  }
}
