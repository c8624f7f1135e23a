/** Runs one diagnostic, shows it, and gathers what it left. */
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, DiagnosticSettings, LogPattern } from '../spec-tools/index.ts'
import type { Budget } from './bundle/budget.ts'
import type { Diagnosed } from './bundle/gather.ts'
import { makeScratch, runConfined, type ConfinedPlace } from './confined.ts'
import { milliseconds } from './duration.ts'
import { hintsFor } from './isolation/index.ts'

export interface DiagnosticOrder extends ConfinedPlace {
  id: string
  /** Which run of the diagnostic it is, from 0. */
  repeat: number
  settings: DiagnosticSettings
  patterns: readonly LogPattern[]
  device: Diagnostic['device']
  /** For what it leaves. */
  budget: Budget
  now(): Date
}

export async function diagnose(order: DiagnosticOrder): Promise<Diagnosed> {
  const { id, repeat, settings, scratch, redaction, log, isolation, built } = order
  const measurements = join(scratch, 'measurements.jsonl')
  await makeScratch(scratch, isolation)
  await writeFile(measurements, '')
  if (isolation.owner !== null) await chown(measurements, isolation.owner, isolation.owner)
  const startedAt = order.now()
  const network = settings.network ?? false
  const { outcome, stdout, stderr, met } = await runConfined(order, {
    run: settings.run,
    timeoutMs: milliseconds(settings.timeout),
    network,
    variables: {
      CODICIL_OUT: join(scratch, 'out'),
      CODICIL_MEASUREMENTS: measurements,
      CODICIL_DEVICE: order.device,
      ...(built && { CODICIL_SETUP: built.seenAs }),
    },
  })
  const { gather } = await import('./bundle/gather.ts')
  if (outcome.code !== 0 && isolation.kind === 'bubblewrap') {
    const printed = Buffer.concat([stdout.content, stderr.content]).toString('latin1')
    for (const hint of hintsFor(printed)) log.say(hint)
  }
  return gather({
    id,
    repeat,
    settings,
    patterns: order.patterns,
    device: order.device,
    startedAt,
    outcome,
    met,
    network: isolation.kind === 'none' || network ? 'host' : 'none',
    stdout,
    stderr,
    scratch,
    redaction,
    budget: order.budget,
  })
}
