/**
 * Comparing two tensor files against NumPy computing the same, and against just reading them.
 *
 *     node bench/compare.ts [--size 1G] [--rounds 5] [--dtype F32|BF16]
 *
 * Files are written to a temporary folder and read once, so that the page cache is warm. The
 * contestants take turns, each in a process of its own; medians and ratios are printed, of wall time
 * and, for one thread, of processor time. Starting threads counts, for reading too. `again` is the
 * same once more in that process, when its code is compiled and warm.
 *
 * Two readers say what reading alone costs: threads that fill a buffer in the cache, which no reader
 * can beat, and one `dd` a core, with blocks of the same size.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { compareFiles } from '../kernels-runner/tensors/index.ts'

const run = promisify(execFile)
const width = 4096
const cores = availableParallelism()

interface Timing {
  seconds: number
  /** Of the best of three more in the same process. */
  again?: number
  /** Processor time of all threads: what it costs, also where others use the machine. */
  cpuSeconds?: number
  peakMiB?: number
  relativeL2?: number | null
}

const { values: flags } = parseArgs({
  options: {
    size: { type: 'string', default: '1G' },
    rounds: { type: 'string', default: '5' },
    dtype: { type: 'string', multiple: true, default: ['F32', 'BF16'] },
    contestant: { type: 'string' },
    a: { type: 'string', default: '' },
    b: { type: 'string', default: '' },
    threads: { type: 'string', default: '1' },
  },
})

if (flags.contestant !== undefined) await contestant(flags.contestant)
else await main()

async function main(): Promise<void> {
  const bytes = parseSize(flags.size)
  const numpy = await findNumpy()
  process.stdout.write(`${cores} cores; NumPy: ${numpy ?? 'not installed, skipped'}\n`)
  for (const dtype of flags.dtype) {
    const folder = await mkdtemp(join(tmpdir(), 'codicil-bench-'))
    try {
      await benchmark(dtype as 'F32' | 'BF16', bytes, join(folder, 'a'), join(folder, 'b'), numpy)
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}

async function benchmark(
  dtype: 'F32' | 'BF16',
  bytes: number,
  a: string,
  b: string,
  numpy: string | null,
): Promise<void> {
  const size = dtype === 'F32' ? 4 : 2
  const rows = Math.floor(bytes / size / width)
  const offset = write(a, b, dtype, rows)
  const python = (what: string) =>
    runNumpy([a, b, String(offset), String(rows * width), String(width), dtype, what])
  const contestants: [name: string, run: () => Promise<Timing>][] = [
    ['one pass, 1 thread', () => child('compare', a, b, 1)],
    [`one pass, ${cores} threads`, () => child('compare', a, b, cores)],
    ['reading, 1 thread', () => child('read', a, b, 1)],
    [`reading, ${cores} threads`, () => child('read', a, b, cores)],
    [`dd, ${cores} processes`, () => copyAway([a, b])],
    ['with details, 1 thread', () => child('details', a, b, 1)],
    [`with details, ${cores} threads`, () => child('details', a, b, cores)],
  ]
  if (numpy !== null) {
    contestants.push(
      ['NumPy one pass', () => python('one-pass')],
      ['NumPy details', () => python('details')],
    )
  }
  const timings = new Map<string, Timing[]>(contestants.map(([name]) => [name, []]))
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, measure] of contestants) timings.get(name)?.push(await measure())
  }
  const total = 2 * rows * width * size
  const median = (name: string) => middle((timings.get(name) ?? []).map(({ seconds }) => seconds))
  process.stdout.write(`\n${dtype}, two files of ${(total / 2 ** 31).toFixed(3)} GiB\n`)
  for (const [name, all] of timings) {
    const seconds = middle(all.map((timing) => timing.seconds))
    const cpu = middle(all.map(({ cpuSeconds = Number.NaN }) => cpuSeconds))
    const busy = Number.isNaN(cpu) ? '' : ` (cpu ${cpu.toFixed(3)} s)`
    const peak = Math.max(...all.map(({ peakMiB = 0 }) => peakMiB))
    const memory = peak > 0 ? `, peak ${peak.toFixed(0)} MiB` : ''
    const speed = (total / seconds / 1e9).toFixed(2)
    const more = middle(all.map(({ again = Number.NaN }) => again))
    const again = Number.isNaN(more) ? '' : `, again ${more.toFixed(3)} s`
    process.stdout.write(
      `  ${name.padEnd(26)} ${seconds.toFixed(3)} s${busy} ${speed} GB/s${again}${memory}\n`,
    )
  }
  const ratio = (what: string, value: number) =>
    process.stdout.write(`  ${what.padEnd(44)} ${value.toFixed(2)}\n`)
  const again = (name: string) => middle((timings.get(name) ?? []).map((one) => one.again ?? NaN))
  for (const threads of ['1 thread', `${cores} threads`]) {
    const [reader, pass] = [`reading, ${threads}`, `one pass, ${threads}`]
    ratio(`one pass as a share of reading, ${threads}`, median(reader) / median(pass))
    ratio('again', again(reader) / again(pass))
  }
  const [copied, pass] = [median(`dd, ${cores} processes`), `one pass, ${cores} threads`]
  ratio(`one pass as a share of dd, ${cores} processes`, copied / median(pass))
  ratio('again', copied / again(pass))
  if (numpy === null) return
  const cpu = (name: string) =>
    middle((timings.get(name) ?? []).map(({ cpuSeconds = Number.NaN }) => cpuSeconds))
  ratio('NumPy / one pass, 1 thread', median('NumPy one pass') / median('one pass, 1 thread'))
  ratio('the same in processor time', cpu('NumPy one pass') / cpu('one pass, 1 thread'))
  const added = (of: (name: string) => number, threads: string) =>
    of(`with details, ${threads}`) - of(`one pass, ${threads}`)
  ratio('NumPy / details, 1 thread', median('NumPy details') / added(median, '1 thread'))
  ratio('the same in processor time', cpu('NumPy details') / added(cpu, '1 thread'))
  const all = `${cores} threads`
  ratio(`NumPy / details, ${all}`, median('NumPy details') / added(median, all))
}

/** Runs this file again as one contestant, so that each has a heap and a peak of its own. */
async function child(name: string, a: string, b: string, threads: number): Promise<Timing> {
  const args = ['--contestant', name, '--a', a, '--b', b, '--threads', String(threads)]
  const { stdout } = await run(process.execPath, [import.meta.filename, ...args])
  return JSON.parse(stdout) as Timing
}

async function contestant(name: string): Promise<void> {
  const threads = Number(flags.threads)
  let relativeL2: number | null = null
  const timed = async () => {
    const started = performance.now()
    if (name === 'read') await readAll(flags.a, flags.b, threads)
    else {
      const options = { threads, details: name === 'details' }
      for await (const { pair } of compareFiles(flags.a, flags.b, options)) {
        relativeL2 = pair?.relativeL2.value ?? null
      }
    }
    return (performance.now() - started) / 1000
  }
  const before = process.cpuUsage()
  const seconds = await timed()
  const used = process.cpuUsage(before)
  const cpuSeconds = (used.user + used.system) / 1e6
  const again =
    name === 'details' ? undefined : Math.min(await timed(), await timed(), await timed())
  const peakMiB = process.resourceUsage().maxRSS / 1024
  const timing: Timing = { seconds, cpuSeconds, again, peakMiB, relativeL2 }
  process.stdout.write(JSON.stringify(timing))
}

/** Reads the files by dd, each core an equal part of both. */
async function copyAway(paths: readonly string[]): Promise<Timing> {
  const block = 2 ** 18
  const count = Math.ceil(fs.statSync(paths[0] ?? '').size / block / cores)
  const lanes = Array.from({ length: cores }, (_, nth) => {
    const part = `of=/dev/null bs=${block} skip=${nth * count} count=${count} 2>/dev/null`
    return `(${paths.map((path) => `dd if=${path} ${part}`).join('; ')}) &`
  })
  const started = performance.now()
  await run('/bin/sh', ['-c', `${lanes.join(' ')} wait`])
  return { seconds: (performance.now() - started) / 1000 }
}

/** Both files, by this thread and workers beside it, as the comparison does, but without arithmetic. */
async function readAll(a: string, b: string, threads: number): Promise<void> {
  const job = { paths: [a, b], size: fs.statSync(a).size, next: new SharedArrayBuffer(4) }
  const code = `(${readPieces})(require('node:fs'), require('node:worker_threads').workerData)`
  const workers = Array.from(
    { length: threads - 1 },
    () => new Worker(code, { eval: true, workerData: job }),
  )
  readPieces(fs, job)
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
}

/** Takes piece after piece that no other thread has taken, through buffers that stay in the cache. */
function readPieces(
  { openSync, readSync }: typeof fs,
  { paths, size, next }: { paths: string[]; size: number; next: SharedArrayBuffer },
): void {
  const piece = 2 ** 18
  const taken = new Int32Array(next)
  const files = paths.map((path) => ({ fd: openSync(path, 'r'), buffer: new Uint8Array(piece) }))
  for (let at = 0; (at = Atomics.add(taken, 0, 1) * piece) < size;) {
    for (const { fd, buffer } of files) readSync(fd, buffer, 0, Math.min(piece, size - at), at)
  }
}

/** Writes both files, and returns the byte at which their elements start. */
function write(a: string, b: string, dtype: 'F32' | 'BF16', rows: number): number {
  const size = dtype === 'F32' ? 4 : 2
  const bytes = rows * width * size
  const entry = { dtype, shape: [rows, width], data_offsets: [0, bytes] }
  const header = Buffer.from(JSON.stringify({ hidden: entry }))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(header.length))
  const files = [fs.openSync(a, 'w'), fs.openSync(b, 'w')]
  for (const fd of files) {
    fs.writeSync(fd, prefix)
    fs.writeSync(fd, header)
  }
  const random = normals(1)
  const block = 64 * width
  for (let done = 0; done < rows * width; done += block) {
    const count = Math.min(block, rows * width - done)
    const reference = new Float32Array(count)
    const candidate = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      const value = random()
      reference[i] = value
      candidate[i] = value + 1e-3 * random()
    }
    for (const [i, values] of [candidate, reference].entries()) {
      fs.writeSync(files[i] ?? 0, dtype === 'F32' ? values : upperHalves(values))
    }
  }
  for (const fd of files) fs.closeSync(fd)
  return 8 + header.length
}

function upperHalves(values: Float32Array): Uint16Array {
  const words = new Uint16Array(values.buffer)
  return Uint16Array.from(values, (_, i) => words[2 * i + 1] ?? 0)
}

/** Sums of uniform numbers from a 32-bit generator: close to normal, and fast. */
function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / 2 ** 24
  }
  return () => uniform() + uniform() + uniform() + uniform() - 2
}

async function runNumpy(args: string[]): Promise<Timing> {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }
  const script = join(import.meta.dirname, 'compare.py')
  const { stdout } = await run('/usr/bin/python3', [script, ...args], { env })
  return JSON.parse(stdout) as Timing
}

/** NumPy's version, or null where it is not installed (Debian: python3-numpy). */
async function findNumpy(): Promise<string | null> {
  const print = 'import numpy; print(numpy.__version__)'
  return run('/usr/bin/python3', ['-c', print]).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  )
}

function parseSize(text: string): number {
  const match = /^(\d+)([KMG])?$/.exec(text)
  if (match === null) throw new Error(`--size ${text}: write a number of bytes, or 128M, or 1G`)
  return Number(match[1]) * 1024 ** ' KMG'.indexOf(match[2] ?? ' ')
}

function middle(values: number[]): number {
  return values.sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN
}
