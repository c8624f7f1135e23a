/**
 * Compiles the tensor kernel and bundles the code of its worker threads into
 * `kernels-runner/tensors/compiled.generated.json`; `--check` compares instead, and fails if it is
 * stale. The same sources give the same bytes.
 *
 *     node tools/build-wasm.ts [--check]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { main as compile } from 'assemblyscript/asc'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const tensors = 'kernels-runner/tensors'
const target = join(root, tensors, 'compiled.generated.json')

const kernel = await compileKernel()
const worker = await bundleWorker()
const text = `${JSON.stringify({ kernel, worker }, null, 2)}\n`
const current = await readFile(target, 'utf8').catch(() => undefined)
if (current === text) {
  process.stdout.write('the compiled kernel is up to date\n')
} else if (process.argv.includes('--check')) {
  process.stderr.write(
    `${tensors}/compiled.generated.json is stale; run: node tools/build-wasm.ts\n`,
  )
  process.exitCode = 1
} else {
  await writeFile(target, text)
  process.stdout.write(`wrote ${tensors}/compiled.generated.json (${text.length} bytes)\n`)
}

/** WebAssembly in base64. Relaxed SIMD is for its fused multiply-add alone. */
async function compileKernel(): Promise<string> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await compile(
    [
      `${tensors}/wasm/assembly/index.ts`,
      '-O3',
      '--converge',
      '--noAssert',
      ...flags({ runtime: 'stub', use: 'abort=', outFile: 'kernel.wasm' }),
      ...['simd', 'relaxed-simd', 'bulk-memory'].flatMap((feature) => flags({ enable: feature })),
    ],
    {
      readFile: (name, base) => readFile(join(base, name), 'utf8').catch(() => null),
      listFiles: () => [],
      writeFile: (name, contents) => {
        if (name === 'kernel.wasm' && typeof contents !== 'string') binary = contents
      },
    },
  )
  if (error !== null || binary === undefined) {
    throw new Error(`the kernel does not compile:\n${stderr.toString()}`, { cause: error })
  }
  return Buffer.from(binary).toString('base64')
}

/** One CommonJS script, as a worker that is started from text needs. */
async function bundleWorker(): Promise<string> {
  const bundle = await rolldown({ input: join(root, tensors, 'worker.ts'), platform: 'node' })
  const { output } = await bundle.generate({ format: 'cjs', minify: true })
  await bundle.close()
  return output[0].code
}

function flags(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])
}
