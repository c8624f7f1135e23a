import { noFigures } from '../../../spec-tools/judge/metrics.ts'
/** Judgements for tests, put together by hand: start from a blank one and change one thing. */
import type { Evidence, Measurement } from '../../../spec-tools/evidence/index.ts'
import type {
  Cell,
  DivergenceRow,
  HypothesisVerdict,
  Judgement,
  Quantity,
  SideSummary,
  Verdict,
} from '../../../spec-tools/judge/types.ts'

export function quantity(
  text: string,
  from: string[] = ['probe:1#std'],
  how = 'printed',
): Quantity {
  const value = Number(text)
  return { value, lo: value, hi: value, text, from, how }
}

export function cell(word: Verdict, text: string = word): Cell {
  return { verdict: word, reasons: [], text }
}

export function side(name: string, figures: Record<string, string> = {}): SideSummary {
  return {
    name,
    measurements: ['probe:1'],
    figures: Object.fromEntries(
      Object.entries(figures).map(([key, text]) => [key, quantity(text, [`probe:1#${key}`])]),
    ),
    n: null,
    facts: {},
    asserted: [],
  }
}

export function row(change: Partial<DivergenceRow> = {}): DivergenceRow {
  return {
    stage: 'qkv',
    candidate: side('apr', { std: '10.3291' }),
    reference: side('gguf', { std: '1.1402' }),
    ...noFigures,
    floor: null,
    cell: cell('UNPROVEN', 'UNPROVEN(n?, tok?)'),
    notStated: [],
    vouch: 'self-reported',
    ...change,
  }
}

export function verdict(change: Partial<HypothesisVerdict> = {}): HypothesisVerdict {
  return {
    id: 'H1',
    claim: 'The spread is several times that of the reference',
    section: null,
    outcome: 'INCONCLUSIVE',
    reason: 'ratio: not comparable.',
    confirm: 'ratio > 5.0',
    refute: 'ratio < 2.0',
    values: [],
    flips: [],
    changes: [],
    retracts: [],
    next: null,
    ...change,
  }
}

export function judgement(change: Partial<Judgement> = {}): Judgement {
  return {
    environment: { status: 'sound', findings: [] },
    sides: { candidate: 'apr', reference: 'gguf' },
    rows: [],
    first: {
      status: 'none',
      lastMatch: null,
      stages: [],
      recovered: [],
      replays: [],
      text: 'Nothing was compared.',
    },
    next: [],
    hypotheses: [],
    claims: [],
    unused: [],
    warnings: [],
    ...change,
  }
}

export function measurement(change: Partial<Measurement> = {}): Measurement {
  return {
    id: 'probe:1',
    side: null,
    against: null,
    stage: 'qkv',
    under: [],
    facts: {},
    figures: {
      mean: { value: 0.2559, printed: '0.2559', line: 1 },
      std: { value: 10.3291, printed: '10.3291', line: 1 },
    },
    source: { diagnostic: 'probe', file: 'logs/probe.txt', line: 1, raw: 'qkv: mean=0.2559' },
    vouch: 'self-reported',
    ...change,
  }
}

export function evidence(change: Partial<Evidence> = {}): Evidence {
  const stream = { file: 'logs/probe.txt', bytes: 30, kept: 30, unread: 0, samples: [] }
  return {
    mediaType: 'application/vnd.codicil.evidence.v1+json',
    tool: { name: 'codicil', version: '0.1.0' },
    request: {
      id: 'r-4711',
      repository: { id: 9, name: 'acme/engine' },
      pullRequest: 1088,
      sha: '0123456789abcdef0123456789abcdef01234567',
    },
    run: {
      id: 501,
      attempt: 1,
      startedAt: '2026-04-27T23:50:00Z',
      finishedAt: '2026-04-28T00:02:00Z',
    },
    settings: { file: 'settings.yml', sha256: 'a'.repeat(64) },
    investigation: null,
    machine: {
      os: 'Linux',
      arch: 'x64',
      cpus: 16,
      gpu: { status: 'absent', detail: 'nvidia-smi: no such file', devices: [] },
      vouch: 'probe-reported',
    },
    isolation: { kind: 'none', detail: 'The settings say isolation: none.' },
    diagnostics: [
      {
        id: 'probe',
        command: './probe',
        device: 'cpu',
        startedAt: '2026-04-27T23:50:01Z',
        seconds: 2.25,
        exit: { code: 0, signal: null, timedOut: false },
        stdout: stream,
        stderr: { ...stream, file: 'logs/probe.err.txt', bytes: 0, kept: 0 },
      },
    ],
    measurements: [measurement()],
    claims: [],
    partial: [],
    ...change,
  }
}
