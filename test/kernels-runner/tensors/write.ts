/** Writes tensor files as their formats say, and also as they don't: headers may be given as they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

export interface Stage {
  name: string
  dtype: string
  shape: readonly number[]
  data: Uint8Array
}

/** A folder that is gone when the scope ends. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'codicil-tensors-'))

  file(name: string, bytes: Uint8Array): string {
    const path = join(this.path, name)
    writeFileSync(path, bytes)
    return path
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

export function f32(name: string, values: Iterable<number>, shape?: readonly number[]): Stage {
  const data = Float32Array.from(values)
  return { name, dtype: 'F32', shape: shape ?? [data.length], data: bytesOf(data) }
}

export function f64(name: string, values: Iterable<number>, shape?: readonly number[]): Stage {
  const data = Float64Array.from(values)
  return { name, dtype: 'F64', shape: shape ?? [data.length], data: bytesOf(data) }
}

export function safetensors(
  stages: readonly Stage[],
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  let at = 0
  const entries = stages.map(({ name, dtype, shape, data }) => {
    const offsets = [at, (at += data.length)]
    return [name, { dtype, shape, data_offsets: offsets }] as const
  })
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }
  return rawSafetensors(JSON.stringify(header), Buffer.concat(stages.map(({ data }) => data)))
}

export function rawSafetensors(header: string, data: Uint8Array, length?: bigint): Buffer {
  const json = Buffer.from(header)
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(length ?? BigInt(json.length))
  return Buffer.concat([prefix, json, data])
}

export function npy(descr: string, shape: readonly number[], data: Uint8Array, fortran = false) {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const order = fortran ? 'True' : 'False'
  return rawNpy(`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${tuple}), }`, data)
}

export function rawNpy(literal: string, data: Uint8Array): Buffer {
  const padded = `${literal}${' '.repeat(63 - ((literal.length + 10) % 64))}\n`
  const prefix = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  prefix.writeUInt16LE(padded.length, 8)
  return Buffer.concat([prefix, Buffer.from(padded, 'latin1'), data])
}

export function npz(arrays: Record<string, Buffer>, compress = false): Promise<Buffer> {
  const named = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, array] as const)
  return zipped(Object.fromEntries(named), compress)
}

export async function zipped(entries: Record<string, Buffer>, compress = false): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(entries)) {
    zip.addBuffer(bytes, name, { compress })
  }
  zip.end()
  return buffer(zip.outputStream as NodeJS.ReadableStream)
}

export interface GgufTensor {
  name: string
  /** Innermost axis first, as the format has it. */
  dims: readonly (number | bigint)[]
  type: number
  data: Uint8Array
  /** Overrides the offset that follows from the data before it. */
  offset?: bigint
}

/** A key with its value already encoded: a type and bytes. */
export interface GgufEntry {
  key: string
  type: number
  value: Uint8Array
}

export function gguf(tensors: readonly GgufTensor[], entries: readonly GgufEntry[] = []): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)]
  for (const { key, type, value } of entries) {
    parts.push(text(key), u32(type), Buffer.from(value))
  }
  let at = 0
  const data: Buffer[] = []
  for (const tensor of tensors) {
    const dims = tensor.dims.map((length) => u64(length))
    parts.push(text(tensor.name), u32(dims.length), ...dims, u32(tensor.type))
    parts.push(u64(tensor.offset ?? at))
    const padding = (32 - (tensor.data.length % 32)) % 32
    data.push(Buffer.from(tensor.data), Buffer.alloc(padding))
    at += tensor.data.length + padding
  }
  const header = Buffer.concat(parts)
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), ...data])
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

/** A GGUF string: its length, then its bytes. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}
