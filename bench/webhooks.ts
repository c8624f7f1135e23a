/**
 * How soon a webhook is answered while the worst documents and bundles within the limits are read,
 * judged and drafted from. The client is a process of its own.
 *
 *     node bench/webhooks.ts [part of a case's name]
 *
 * The first line is of nothing under way: what is slow there is the machine. "Turn" is the most that
 * the thread which answers worked without looking up, in processor time of its own, so that other
 * programs on the machine do not count.
 */
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ZipFile } from 'yazl'
import { openCore } from '../app/core/index.ts'
import { sha256 } from '../app/core/sha256.ts'
import { defaultLimits } from '../app/jobs/context.ts'
import { receiver } from '../app/webhooks/receive.ts'
import {
  parseSettings,
  readLog,
  serialiseEvidence,
  writeSums,
  mediaType,
} from '../spec-tools/index.ts'

const secret = 'a secret of more than sixteen bytes'
const body = JSON.stringify({ action: 'labeled' })
const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

/** Posts a signed delivery every 20 ms, and prints how long the answers took when it is told to end. */
const client = `
  const took = []
  let stop = false
  process.stdin.once('data', () => { stop = true })
  // The first request of a process loads what sends it.
  await (await fetch(process.argv[1], { method: 'POST' })).text()
  while (!stop) {
    const began = performance.now()
    const answer = await fetch(process.argv[1], { method: 'POST', body: ${JSON.stringify(body)}, headers: {
      'content-type': 'application/json', 'x-github-event': 'pull_request',
      'x-github-delivery': crypto.randomUUID(), 'x-hub-signature-256': ${JSON.stringify(signature)} } })
    await answer.text()
    took.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  took.sort((a, b) => a - b)
  const at = (share) => Math.round(took[Math.floor((took.length - 1) * share)])
  process.stdout.write(took.length + ' answers: median ' + at(0.5) + ' ms, 99 % ' + at(0.99) + ' ms, slowest ' + at(1) + ' ms')
  process.exit(0)
`

const settingsText =
  'specs: [{ id: engine, path: docs/engine.md }]\ndiagnostics: { probe: { run: ./probe } }\n'
parseSettings(settingsText)

async function bundle(stages: number, log: string): Promise<Uint8Array> {
  const investigation = `title: Worst\nstages:\n${Array.from({ length: stages }, (_, n) => `  - s${n}\n`).join('') || '  - q\n'}`
  const stdout = Buffer.from(log)
  const { measurements, unread, samples } = readLog(stdout, {
    diagnostic: 'probe',
    file: 'logs/probe.txt',
  })
  const digest = (text: string) => sha256(Buffer.from(text))
  const stream = (file: string, bytes: number) => ({
    file,
    bytes,
    kept: bytes,
    unread: 0,
    samples: [],
  })
  const evidence = {
    mediaType,
    tool: { name: 'codicil', version: '0.1.0' },
    request: {
      id: 'ev-1',
      repository: { id: 1, name: 'a/b' },
      pullRequest: 1,
      sha: 'a'.repeat(40),
    },
    run: {
      id: 1,
      attempt: 1,
      startedAt: '2026-03-01T10:00:00Z',
      finishedAt: '2026-03-01T10:00:01Z',
    },
    settings: { file: 'settings.yml', sha256: digest(settingsText) },
    investigation: { slug: 'worst', file: 'investigation.yml', sha256: digest(investigation) },
    machine: {
      os: 'Linux',
      arch: 'x64',
      cpus: 8,
      vouch: 'probe-reported',
      gpu: { status: 'absent', detail: 'none', devices: [] },
    },
    isolation: { kind: 'none', detail: 'none' },
    diagnostics: [
      {
        id: 'probe',
        command: './probe',
        device: 'cpu',
        startedAt: '2026-03-01T10:00:00Z',
        seconds: 1,
        exit: { code: 0, signal: null, timedOut: false },
        stdout: { ...stream('logs/probe.txt', stdout.length), unread, samples },
        stderr: stream('logs/probe.err.txt', 0),
      },
    ],
    measurements,
    claims: [],
    partial: [],
  }
  const files: [string, Buffer][] = [
    ['evidence.json', Buffer.from(serialiseEvidence(evidence as never))],
    ['settings.yml', Buffer.from(settingsText)],
    ['investigation.yml', Buffer.from(investigation)],
    ['logs/probe.txt', stdout],
    ['logs/probe.err.txt', Buffer.alloc(0)],
  ]
  const sums = writeSums(files.map(([path, bytes]) => [path, sha256(bytes)] as const))
  const zip = new ZipFile()
  for (const [path, bytes] of [...files, ['SHA256SUMS', Buffer.from(sums)] as const])
    zip.addBuffer(bytes, path)
  zip.end()
  return Buffer.concat(await Array.fromAsync(zip.outputStream as AsyncIterable<Buffer>))
}

const header = '# Engine\n\n**Version:** 1.0.0\n\n## 1. Scope\n\n'
const criteria = (rows: number) =>
  `| ID | C | Status |\n|---|---|---|\n${Array.from({ length: rows }, (_, n) => `| AC-X${n}-001 | Loads | **PARTIAL** |\n`).join('')}`
const small = await bundle(1, 's0: mean=0.25\n')
const figures = Array.from({ length: 20_000 }, (_, n) => `s${n % 10_000}: mean=0.${n + 1}\n`).join(
  '',
)
const cases: [name: string, zip: Uint8Array | null, text: string][] = [
  ['nothing', null, ''],
  ['10,000 stages, 20,000 figures', await bundle(10_000, figures), `${header}Text.\n`],
  [
    '20,000 figures in a line',
    await bundle(1, `${figures.replaceAll('\n', ' ')}\n`),
    `${header}Text.\n`,
  ],
  ['a spec of 15 MiB', small, header + 'Lorem ipsum, see §1.\n'.repeat(750_000)],
  ['a line of 100,000 dashes', small, `${header}${'- '.repeat(100_000)}x\n`],
  [
    'a table of 160,000 columns',
    small,
    `${header}${'| a '.repeat(160_000)}|\n${'|---'.repeat(160_000)}|\n${'| b '.repeat(160_000)}|\n`,
  ],
  ['8,000 criteria', small, header + criteria(8000)],
  [
    '20,000 headings',
    small,
    header + Array.from({ length: 20_000 }, (_, n) => `## ${n + 2}. B\n\nx\n\n`).join(''),
  ],
  [
    '1,200 lists in each other',
    small,
    header + Array.from({ length: 1200 }, (_, n) => `${'  '.repeat(n)}- x\n`).join(''),
  ],
]

/** Milliseconds of processor time of this thread between two looks, at most. */
function longestTurn(): () => number {
  let most = 0
  let before = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    before = process.threadCpuUsage()
    most = Math.max(most, (user + system) / 1000)
  }, 1)
  return () => {
    clearInterval(timer)
    return most
  }
}

const receive = receiver({ secret, accept: async () => {}, failed: console.error })
const server = createServer((request, response) => void receive(request, response))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
const core = openCore({ error: (fields: unknown) => console.error(fields) } as never)
const [only = ''] = process.argv.slice(2)
for (const [name, zip, text] of cases.filter(([one]) => one.includes(only))) {
  const posting = spawn(process.execPath, ['--input-type=module', '-e', client, url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let answered = ''
  posting.stdout.on('data', (chunk) => (answered += String(chunk)))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const turn = longestTurn()
  const began = performance.now()
  const origin = {
    pullRequest: 1,
    requestedBy: 'ada',
    base: { ref: 'main', commit: 'f'.repeat(40) },
    verification: null,
  }
  const work =
    zip === null
      ? new Promise((resolve) => setTimeout(resolve, 5000))
      : core.run('draft', {
          zip,
          limits: defaultLimits.unzip,
          spec: null,
          subjects: [],
          text,
          origin,
        })
  const outcome = await work
    .then(() => (zip === null ? 'waited' : 'drafted'))
    .catch(
      (error: { code?: string; message: string }) => `${error.code}: ${error.message.slice(0, 80)}`,
    )
  const seconds = (performance.now() - began) / 1000
  delay.disable()
  posting.stdin.end('end')
  await new Promise((resolve) => posting.once('exit', resolve))
  console.log(
    `${name}: ${seconds.toFixed(1)} s, ${outcome}; ${answered}; turn ${turn().toFixed(1)} ms, with waits ${Math.round(delay.max / 1e6)} ms`,
  )
}
await core.close()
server.close()
