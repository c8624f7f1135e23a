/** Evidence with what a test sets, for judgements that start from a blank case. */
import type { Bundle } from '../../spec-tools/bundle/index.ts'
import { type Evidence, type Measurement, mediaType } from '../../spec-tools/evidence/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import type { Judgement } from '../../spec-tools/judge/index.ts'
import { type Investigation, investigation } from '../../spec-tools/settings/index.ts'

export interface Line {
  stage: string
  side?: string
  against?: string
  under?: string[]
  facts?: Measurement['facts']
  repeat?: number
  diagnostic?: string
  /** Statistic -> characters as printed. */
  [statistic: string]: unknown
}

const own = new Set(['stage', 'side', 'against', 'under', 'facts', 'repeat', 'diagnostic'])

/** Measurements as a log reader would give them; ids are `m1`, `m2`, … */
export function measurements(lines: readonly Line[]): Measurement[] {
  return lines.map((line, index) => {
    const figures = Object.entries(line).filter(
      ([name, printed]) => !own.has(name) && printed !== undefined,
    ) as [string, string][]
    return {
      id: `m${index + 1}`,
      side: line.side ?? null,
      against: line.against ?? null,
      stage: line.stage,
      under: line.under ?? [],
      ...(line.repeat !== undefined && { repeat: line.repeat }),
      facts: line.facts ?? {},
      figures: Object.fromEntries(
        figures.map(([name, printed]) => [
          name,
          { value: valueOf(printed), printed, line: index + 1 },
        ]),
      ),
      source: {
        diagnostic: line.diagnostic ?? 'probe',
        file: 'logs/probe.txt',
        line: index + 1,
        raw: JSON.stringify(line),
      },
      vouch: 'self-reported',
    }
  })
}

export function evidenceOf(lines: readonly Line[], changed: Partial<Evidence> = {}): Evidence {
  return {
    mediaType,
    tool: { name: 'codicil', version: '0.1.0' },
    request: { id: 'r1', repository: null, pullRequest: null, sha: 'a'.repeat(40) },
    run: {
      id: null,
      attempt: null,
      startedAt: '2026-04-27T10:00:00Z',
      finishedAt: '2026-04-27T10:01:00Z',
    },
    settings: { file: 'settings.yml', sha256: '0'.repeat(64) },
    investigation: null,
    machine: {
      os: 'linux',
      arch: 'x64',
      cpus: 2,
      gpu: { status: 'absent', detail: 'none', devices: [] },
      vouch: 'probe-reported',
    },
    isolation: { kind: 'none', detail: '' },
    diagnostics: [],
    measurements: measurements(lines),
    claims: [],
    partial: [],
    ...changed,
  }
}

/** An investigation with defaults filled in as parsing does. */
export function investigationOf(declared: object): Investigation {
  return investigation.parse({ title: 'A question', ...declared })
}

export function judged(
  lines: readonly Line[],
  declared: object | null,
  changed: Partial<Evidence> = {},
): Judgement {
  return judge({
    evidence: evidenceOf(lines, changed),
    investigation: declared && investigationOf(declared),
    ...noFiles,
  })
}

/** Of a judgement that starts from measurements: no logs, and no tensors. */
export const noFiles: Pick<Bundle, 'tensors' | 'files'> = { tensors: [], files: new Map() }

function valueOf(printed: string): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (/nan/i.test(printed)) return 'NaN'
  if (/inf/i.test(printed)) return printed.startsWith('-') ? '-Infinity' : 'Infinity'
  return Number.parseFloat(printed)
}
