/** The part of the WebAssembly API that is used; TypeScript has it in its browser library only. */
declare namespace WebAssembly {
  /** Compiled code; opaque. */
  type Module = object
  const Module: new (bytes: Uint8Array) => Module
  interface Instance {
    readonly exports: Record<string, unknown>
  }
  const Instance: new (module: Module) => Instance
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  interface Global {
    readonly value: unknown
  }
}
