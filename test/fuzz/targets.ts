/**
 * The readers of what comes from outside, each as a function of bytes. It returns where it reads or
 * refuses in words of its own; whatever else is thrown is a finding.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRoots, verifyAttestation } from '../../app/attestation/index.ts'
import { unzip } from '../../app/core/unzip.ts'
import { sha256 } from '../../app/core/sha256.ts'
import { commandIn } from '../../app/webhooks/command.ts'
import { noticeOf } from '../../app/webhooks/notice.ts'
import { openTensorFile } from '../../kernels-runner/tensors/open.ts'
import {
  CodicilError,
  judge,
  parseIntent,
  parseInvestigation,
  parseSettings,
  proposeAmendment,
  readBundle,
  readLog,
  writeSums,
} from '../../spec-tools/index.ts'
import { applyIntent, lintSpec } from '../../spec-tools/index.ts'
import { input } from '../amend/input.ts'
import { statement, wanted } from '../app/attested.ts'
import { bundleOf } from '../app/bundle.ts'
import { Sigstore } from '../app/sigstore.ts'
import { zipOf } from '../app/zip.ts'

export interface Target {
  seeds: Uint8Array[]
  /** Pieces that a mutation puts in. */
  words: readonly string[]
  run(bytes: Uint8Array): unknown
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (...texts: string[]) => texts.map((one) => new TextEncoder().encode(one))
const fixture = (path: string) => readFile(join(import.meta.dirname, '../fixtures', path))

const settingsText = `specs:
  - id: engine
    path: docs/engine.md
    evidence: evidence/{slug}-{date}/
    scoreboard: { done: DISCHARGED, open: PARTIAL }
diagnostics:
  probe: { run: ./probe, timeout: 10m, repeats: 3 }
patterns:
  - { name: p, match: '(?<stage>\\w+): (?<mean>\\S+)' }
`
const settings = parseSettings(settingsText.replace(/patterns:[^]*/, ''))
const investigationText = `title: Where the layers part
refutes: [28]
retracts: [28]
stages: [embed, { id: qkv, after: [embed] }]
measurements:
  r: { stage: qkv, side: pair, metric: relative_l2 }
hypotheses:
  - id: H1
    claim: It differs
    section: 28
    confirm: r > 0.05
    refute: r < 0.01
    flips: [{ row: AC-1, to: DISCHARGED }]
`
const yaml = [
  '- ',
  ': ',
  '\n',
  '  ',
  '[',
  '{',
  '&a ',
  '*a',
  '<<: ',
  '!!js ',
  '1e999',
  '9007199254740993',
  '"',
  "'",
  '|\n',
  '- - - ',
  '__proto__: ',
  '? ',
  '.inf',
  '0x10',
  '\u202e',
  '%',
  '> 1e-300',
  ' && ',
  '!(',
  '))',
]
const markdown = [
  '# ',
  '## 9. ',
  '| ',
  '|---|\n',
  '```\n',
  '~~~',
  '<!--',
  '-->',
  '<details>',
  '- ',
  '1. ',
  '> ',
  '§',
  '**Version:** ',
  '9'.repeat(40),
  '\r',
  '\r\n',
  '\t',
  '\ufeff',
  '[a]: x\n',
  '\\',
  'DISCHARGED',
  'PARTIAL',
  'v9007199254740993.0.0',
  '<a id="x"></a>',
  '{#x}',
  '\u0000',
  '---\n',
  '===\n',
]
const claims = {
  request: 'ev-1',
  sha: 'a'.repeat(40),
  repository: { id: 1, name: 'acme/ships' },
  pullRequest: 1,
  run: { id: 1, attempt: 1 },
  settings: settingsText.replace(/patterns:[^]*/, ''),
}
const files = bundleOf(claims)
const evidenceText = Buffer.from(files['evidence.json'] ?? '')
const spec = await fixture('specs/ship-two.md')
const zip = await zipOf(files)

const sigstore = new Sigstore()
const roots = readRoots(sigstore.root(), 'root.json')
const limits = { entries: 64, fileBytes: 1 << 20, totalBytes: 1 << 22 }
const numbers = [
  '1e999',
  '-0',
  '9007199254740993',
  'null',
  '[',
  '{',
  '"',
  '__proto__',
  '1e-400',
  '\\ud800',
  ',',
  ':',
]

export const targets: Record<string, Target> = {
  settings: { seeds: bytes(settingsText), words: yaml, run: (given) => parseSettings(text(given)) },
  investigation: {
    seeds: bytes(investigationText),
    words: yaml,
    run: (given) => parseInvestigation(text(given), { slug: 'a', file: 'a.yml', settings }),
  },
  bundle: {
    seeds: [evidenceText],
    words: numbers,
    run(given) {
      const { SHA256SUMS: _, ...rest } = files
      const all = new Map(Object.entries({ ...rest, 'evidence.json': given }))
      const sums = new TextEncoder().encode(
        writeSums(new Map([...all].map(([path, one]) => [path, sha256(one)]))),
      )
      return judge(readBundle(all.set('SHA256SUMS', sums), sha256))
    },
  },
  zip: {
    seeds: [zip],
    words: [
      'PK\u0003\u0004',
      'PK\u0001\u0002',
      'PK\u0005\u0006',
      '../',
      '\u0000',
      '\u00ff\u00ff\u00ff\u00ff',
    ],
    run: (given) => unzip(given, limits),
  },
  log: {
    seeds: bytes(
      'qkv: mean=0.2559 std=10.33\n| a | b |\n|---|---|\n| 1 | 2 |\n{"stage":"x","mean":1}\n',
    ),
    words: [
      '=',
      ': ',
      '|',
      '\t',
      '1e999',
      'nan',
      '{',
      '}',
      '"',
      '\r',
      '\u001b[1m',
      '9'.repeat(30),
      '%',
      '---\n',
      ', ',
      '±',
      '×',
      '\u0000',
    ],
    run: (given) => readLog(given, { diagnostic: 'probe', file: 'logs/probe.txt' }),
  },
  spec: {
    seeds: [
      spec.subarray(0, 6000),
      ...bytes(
        '# A\n\n**Version:** 1.0.0\n\n## 1. B\n\n| ID | Status |\n|---|---|\n| AC-1 | PARTIAL |\n',
      ),
    ],
    words: markdown,
    run: (given) => proposeAmendment(input({ text: text(given) })),
  },
  lint: {
    seeds: bytes('# A\n\n**Version:** 1.0.0\n\n## 1. B\n\nsee §1.\n'),
    words: markdown,
    run: (given) => lintSpec(text(given)),
  },
  intent: {
    seeds: bytes(
      '{"version":"1.1.0","fields":{},"sections":[{"heading":"2. C","level":2,"body":"x"}],"cells":[],"replace":[{"old":"B","new":"C"}]}',
    ),
    words: [...numbers, '"cells"', '"rows"', '"history"', '"items"', '"after"', '"old":""'],
    run: (given) =>
      applyIntent('# A\n\n**Version:** 1.0.0\n\n## 1. B\n\n- x\n', parseIntent(json(given))),
  },
  webhook: {
    seeds: bytes(
      '{"action":"labeled","installation":{"id":1},"repository":{"id":1},"sender":{"id":1,"login":"a","type":"User"},"label":{"name":"x"},"pull_request":{"number":1,"updated_at":"2026-01-01T00:00:00Z","head":{"sha":"' +
        'a'.repeat(40) +
        '"},"base":{"ref":"main"}}}',
    ),
    words: ['"action"', '"labeled"', '{', '}', '1e999'],
    // Signed by GitHub and of its schemas: what is not JSON, or not of their shape, is answered 4xx or 503.
    run: (given) =>
      attempt(() => noticeOf({ id: 'x', event: 'pull_request', payload: json(given) })),
  },
  command: {
    seeds: bytes('/codicil run\n', 'text\n\n/codicil status\n'),
    words: [...markdown, '/codicil ', 'run', '- '.repeat(40), '['.repeat(40), '`'.repeat(20)],
    run: (given) => commandIn(text(given).slice(0, 8192)),
  },
  // Its keys are new in every process: what is found depends on them only where a signature holds.
  attestation: {
    seeds: bytes(JSON.stringify(sigstore.attest(statement))),
    words: [...numbers, '"certificate"', '"publicKey":{"hint":"x"}', '"tlogEntries":[]', 'AAAA'],
    run: (given) => verifyAttestation(given, wanted, roots),
  },
  npy: {
    seeds: [npyFile()],
    words: ['\u0093NUMPY', "'descr'", '<f4', '(', ')', '9'.repeat(20), 'True'],
    run: (given) => open('a.npy', given),
  },
  safetensors: {
    seeds: [safetensorsFile()],
    words: ['{', '}', '"F32"', '[', ']', '1e999', '9'.repeat(20), '-1'],
    run: (given) => open('a.safetensors', given),
  },
  gguf: {
    seeds: [ggufFile()],
    words: ['GGUF', '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f', '\u0009\u0000\u0000\u0000'],
    run: (given) => open('a.gguf', given),
  },
  npz: {
    seeds: [await zipOf({ 'a.npy': npyFile() })],
    words: ['PK\u0001\u0002', 'PK\u0005\u0006', '\u00ff\u00ff\u00ff\u00ff'],
    run: (given) => open('a.npz', given),
  },
}

function json(given: Uint8Array): unknown {
  try {
    return JSON.parse(text(given))
  } catch {
    throw new CodicilError({ code: 'no-json', what: 'This is no JSON.' })
  }
}

function attempt(step: () => unknown): unknown {
  try {
    return step()
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Tensor files are read by their descriptor: each is written to one file, again and again. */
const folder = mkdtempSync(join(tmpdir(), 'codicil-fuzz-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

async function open(name: string, given: Uint8Array): Promise<unknown> {
  const path = join(folder, name)
  writeFileSync(path, given)
  const file = await openTensorFile(path)
  file.close()
  return file.tensors
}

/** A header of 64 bytes and four numbers. */
function npyFile(): Uint8Array {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
  const padded = `${header.padEnd(117)}\n`
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([padded.length & 255, padded.length >> 8]),
    Buffer.from(padded),
    Buffer.from(new Float32Array([1, 2, 3, 4]).buffer),
  ])
}

function safetensorsFile(): Uint8Array {
  const header = JSON.stringify({
    __metadata__: { stages: 'a' },
    a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
  })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(16)])
}

/** No tensors and one text. */
function ggufFile(): Uint8Array {
  const whole = (value: number, size: 4 | 8) => {
    const buffer = Buffer.alloc(size)
    buffer.writeUInt32LE(value)
    return buffer
  }
  const string = (value: string) => [whole(value.length, 8), Buffer.from(value)]
  return Buffer.concat([
    Buffer.from('GGUF'),
    whole(3, 4),
    whole(0, 8),
    whole(1, 8),
    ...string('general.name'),
    whole(8, 4),
    ...string('x'),
  ])
}
