/** The kernel and the code of its threads, as `tools/build-wasm.ts` has compiled them. */
import compiled from './compiled.generated.json' with { type: 'json' }

let compiledKernel: WebAssembly.Module | undefined

/** Compiled once a process; worker threads get it from the thread that starts them. */
export function kernelModule(): WebAssembly.Module {
  compiledKernel ??= new WebAssembly.Module(Buffer.from(compiled.kernel, 'base64'))
  return compiledKernel
}

/** A CommonJS script: text, so that it runs from a bundle of one file too. */
export const workerCode: string = compiled.worker
