import { constants, deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  TensorFileError,
  compareFiles,
  readTensorFile,
} from '../../../kernels-runner/tensors/index.ts'
import {
  Folder,
  f32,
  gguf,
  npy,
  npz,
  rawNpy,
  rawSafetensors,
  safetensors,
  text,
  u32,
  u64,
  zipped,
} from './write.ts'

const four = new Uint8Array(16)

test.each<[string, string, Buffer]>([
  ['a header longer than the file', 'truncated', rawSafetensors('{}', four, 4096n)],
  ['a header length of 2^63', 'too-large', rawSafetensors('{}', four, 2n ** 63n)],
  ['a header of 0 bytes', 'malformed', rawSafetensors('', Buffer.alloc(0))],
  ['a file of 3 bytes', 'truncated', Buffer.from('{"a')],
  ['a header that is an array', 'malformed', rawSafetensors(' []', Buffer.alloc(0))],
  ['a header that is not UTF-8', 'malformed', badUtf8()],
  ['200,000 nested arrays', 'too-large', rawSafetensors(`{"x":${'['.repeat(200_000)}`, four)],
  ['a key that comes twice', 'duplicate', twice('"x"', '"x"')],
  ['a key that comes twice, once escaped', 'duplicate', twice('"x"', '"\\u0078"')],
  ['an offset beyond the file', 'out-of-range', one({ offsets: [0, 64], shape: [16] })],
  ['offsets in the wrong order', 'out-of-range', one({ offsets: [16, 0] })],
  ['a negative offset', 'out-of-range', one({ offsets: [-16, 0] })],
  ['an offset that is no whole number', 'out-of-range', one({ offsets: [0, 15.5] })],
  ['an offset of 1e300', 'out-of-range', one({ offsets: [0, 1e300] })],
  ['fewer bytes than the shape takes', 'size-mismatch', one({ shape: [5] })],
  ['a shape whose product overflows', 'bad-shape', one({ shape: [2 ** 31, 2 ** 31] })],
  ['a negative axis', 'bad-shape', one({ shape: [-4] })],
  ['a shape of a hundred axes', 'bad-shape', one({ shape: Array(100).fill(1) })],
  ['no dtype', 'malformed', one({ dtype: null })],
  ['bytes that no tensor describes', 'hole', one({ offsets: [0, 8], shape: [2] })],
  ['tensors that overlap', 'overlap', overlapping()],
])('a safetensors file with %s is refused', async (_name, code, bytes) => {
  expect(await refusalOf(bytes, 'x.safetensors')).toBe(code)
})

test.each<[string, string, Buffer]>([
  ['pickled objects', 'unsafe', npy("'|O'", [4], four)],
  ['objects within records', 'unsafe', npy("[('x', '|O')]", [4], four)],
  ['records', 'unsupported', npy("[('x', '<f4')]", [4], four)],
  ['fewer bytes than its shape takes', 'truncated', npy("'<f4'", [5], four)],
  ['more bytes than its shape takes', 'size-mismatch', npy("'<f4'", [3], four)],
  ['a shape whose product overflows', 'bad-shape', npy("'<f4'", [2 ** 40, 2 ** 40], four)],
  ['code in place of a literal', 'malformed', rawNpy("__import__('os').system('true')", four)],
  ['a key twice', 'malformed', rawNpy("{'descr': '<f4', 'descr': '<f4', }", four)],
  ['a header longer than the file', 'truncated', npy("'<f4'", [4], four).subarray(0, 40)],
  ['a version that does not exist', 'unsupported', withByte(npy("'<f4'", [4], four), 6, 9)],
])('a .npy file with %s is refused', async (_name, code, bytes) => {
  expect(await refusalOf(bytes, 'x.npy')).toBe(code)
})

test.each<[string, string, Buffer]>([
  ['a name of 2^63 bytes', 'too-large', headOf({ tensors: 1, rest: u64(2n ** 63n), pad: 64 })],
  ['a name longer than the file', 'truncated', headOf({ tensors: 1, rest: u64(4000), pad: 64 })],
  ['more tensors than bytes', 'truncated', headOf({ tensors: 100_000, rest: u64(1), pad: 64 })],
  ['2^62 metadata entries', 'too-large', headOf({ entries: 2n ** 62n, rest: u64(1), pad: 64 })],
  ['a key that comes twice', 'duplicate', gguf([], [number('k', 1), number('k', 2)])],
  ['two tensors of one name', 'duplicate', gguf([plain({}), plain({})])],
  ['an alignment of 0', 'bad-alignment', gguf([plain({})], [number('general.alignment', 0)])],
  ['an alignment of 48', 'bad-alignment', gguf([plain({})], [number('general.alignment', 48)])],
  ['data that are not aligned', 'bad-alignment', gguf([plain({ offset: 4n })])],
  ['data beyond the file', 'out-of-range', gguf([plain({ offset: 1n << 40n })])],
  ['data that overlap', 'overlap', gguf([plain({}), plain({ name: 'y', offset: 0n })])],
  ['a shape whose product overflows', 'bad-shape', gguf([plain({ dims: [1n << 40n, 1n << 40n] })])],
  ['an axis of 2^63', 'too-large', gguf([plain({ dims: [1n << 63n] })])],
  ['rows that are no whole blocks', 'size-mismatch', gguf([plain({ dims: [4], type: 12 })])],
  ['arrays nested ten deep', 'too-large', gguf([], [{ key: 'k', type: 9, value: deepArray(10) }])],
  ['an array longer than the file', 'truncated', gguf([], [longArray(1_000_000)])],
  ['version 1', 'unsupported', withByte(gguf([plain({})]), 4, 1)],
])('a GGUF file with %s is refused', async (_name, code, bytes) => {
  expect(await refusalOf(bytes, 'x.gguf')).toBe(code)
})

test('an .npz entry that claims to inflate a thousandfold and more is refused', async () => {
  const bomb = deflateRawSync(npy("'<f4'", [1 << 20], new Uint8Array(4 << 20)), {
    level: constants.Z_BEST_COMPRESSION,
  })
  expect(await refusalOf(zipOf('x.npy', bomb, 2 ** 31), 'x.npz')).toBe('too-large')
})

test('an .npz entry whose size does not fit its header is refused', async () => {
  const data = deflateRawSync(npy("'<f4'", [4], four))
  expect(await refusalOf(zipOf('x.npy', data, 130), 'x.npz')).toBe('truncated')
})

test('an .npz archive with two entries of one name is refused', async () => {
  const archive = await npz({ x: npy("'<f4'", [4], four), y: npy("'<f4'", [4], four) })
  const renamed = Buffer.from(archive.toString('latin1').replaceAll('y.npy', 'x.npy'), 'latin1')
  expect(await refusalOf(renamed, 'x.npz')).toBe('duplicate')
})

test('an .npz archive that is cut is refused', async () => {
  const archive = await npz({ x: npy("'<f4'", [4], four) })
  expect(await refusalOf(archive.subarray(0, 60), 'x.npz')).toBe('malformed')
})

test('an entry of an .npz archive that leads out of it is refused', async () => {
  const archive = await npz({ 'aa/x': npy("'<f4'", [4], four) })
  const renamed = Buffer.from(archive.toString('latin1').replaceAll('aa/x', '../x'), 'latin1')
  expect(await refusalOf(renamed, 'x.npz')).toBe('malformed')
})

test('a file of no known format is refused', async () => {
  expect(await refusalOf(Buffer.from('hello, this is text'), 'x.txt')).toBe('unknown-format')
})

test('a folder and a missing file are refused', async () => {
  using folder = new Folder()
  await expect(readTensorFile(folder.path)).rejects.toMatchObject({ code: 'unreadable' })
  await expect(readTensorFile(`${folder.path}/none`)).rejects.toMatchObject({ code: 'unreadable' })
})

test('a refusal says where, what was received and what to do, with control characters shown', async () => {
  using folder = new Folder()
  const path = folder.file('x.safetensors', twice('"\u202e\u001b[31m"', '"\u202e\u001b[31m"'))
  const error = await readTensorFile(path).catch((refused: unknown) => refused)
  expect(error).toBeInstanceOf(TensorFileError)
  const { message } = error as TensorFileError
  expect(message).toContain(`${path}, byte `)
  expect(message).toContain('write it again')
  // eslint-disable-next-line no-control-regex
  expect(message).not.toMatch(/[\u202e\u001b]/)
})

test('a name like __proto__ is a tensor like any other', async () => {
  using folder = new Folder()
  const header = `{"__proto__":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`
  const file = await readTensorFile(folder.file('x.safetensors', rawSafetensors(header, four)))
  expect(file.tensors.map(({ name }) => name)).toEqual(['__proto__'])
})

test('what the metadata state are facts; what does not parse is a warning', async () => {
  using folder = new Folder()
  const stages = [f32('late', [1]), f32('early', [2]), f32('extra', [3])]
  const bytes = safetensors(stages, {
    stages: '["early","gap","late"]',
    compute_dtype: 'bf16',
    tokens: '[1,2,3]',
    selection: 'last',
    weights_sha256: 'not a digest',
    producer: 'a test',
  })
  const file = await readTensorFile(folder.file('x.safetensors', bytes))
  expect(file.tensors.map(({ name }) => name)).toEqual(['early', 'late', 'extra'])
  expect(file.facts).toEqual({
    stages: ['early', 'gap', 'late'],
    computeDtype: 'bf16',
    tokens: [1, 2, 3],
    selection: 'last',
  })
  expect(file.metadata['producer']).toBe('a test')
  expect(file.warnings).toEqual([
    'metadata weights_sha256 is no SHA-256 in hex; it is left out',
    '1 tensors are not among the stages of the metadata; they come last',
    '1 stages of the metadata have no tensor in this file',
  ])
})

test('without stages the order is that of the data, whatever the header says', async () => {
  using folder = new Folder()
  const entry = (offsets: number[]) => ({ dtype: 'F32', shape: [1], data_offsets: offsets })
  const header = JSON.stringify({ late: entry([4, 8]), early: entry([0, 4]) })
  const path = folder.file('x.safetensors', rawSafetensors(header, new Uint8Array(8)))
  const { tensors } = await readTensorFile(path)
  expect(tensors.map(({ name }) => name)).toEqual(['early', 'late'])
})

test('a type that cannot be decoded is listed, and says so', async () => {
  using folder = new Folder()
  const stage = { ...f32('x', [1, 2]), dtype: 'C64', shape: [1] }
  const { tensors } = await readTensorFile(folder.file('x.safetensors', safetensors([stage])))
  expect(tensors[0]?.unreadable).toBe('element type C64 cannot be decoded')
})

/** Code of the refusal; anything but a refusal that names the file fails. */
test.each<[string, () => Promise<Buffer>]>([
  [
    'archive',
    () => zipped({ 'model/data.pkl': Buffer.from('x'), 'model/data/0': Buffer.from('y') }),
  ],
  ['bare', async () => Buffer.from('\x80\x02}q\x00.', 'latin1')],
])('a pickle of PyTorch (%s) is refused with the way out', async (_name, bytes) => {
  using folder = new Folder()
  const path = folder.file('model.pt', await bytes())
  await expect(readTensorFile(path)).rejects.toThrow(/pickle.*safetensors\.torch\.save_file/)
})

test('the index of shards is one file with the tensors of all', async () => {
  using folder = new Folder()
  folder.file('1.safetensors', safetensors([f32('x', [1, 2]), f32('y', [3, 4])]))
  folder.file('2.safetensors', safetensors([f32('z', [5, 6])]))
  const index = (map: Record<string, string>) =>
    folder.file('m.safetensors.index.json', Buffer.from(JSON.stringify({ weight_map: map })))
  const path = index({ x: '1.safetensors', y: '1.safetensors', z: '2.safetensors' })
  const whole = folder.file(
    'whole.safetensors',
    safetensors([f32('x', [1, 2]), f32('y', [3, 4]), f32('z', [5, 7])]),
  )
  const pairs = await Array.fromAsync(compareFiles(path, whole))
  expect(pairs.map(({ stage, pair }) => [stage, pair?.maxAbsDiff.value])).toEqual([
    ['x', 0],
    ['y', 0],
    ['z', 1],
  ])
  index({ x: '../1.safetensors' })
  await expect(readTensorFile(path)).rejects.toThrow(/no \.safetensors file beside the index/)
  index({ w: '1.safetensors' })
  await expect(readTensorFile(path)).rejects.toThrow(/does not hold the tensor/)
})

async function refusalOf(bytes: Buffer, name: string): Promise<string> {
  using folder = new Folder()
  const path = folder.file(name, bytes)
  const refused = await readTensorFile(path).catch((error: unknown) => error)
  if (!(refused instanceof TensorFileError)) throw new Error('not refused', { cause: refused })
  expect(refused.path).toBe(path)
  return refused.code
}

function one({ offsets = [0, 16] as unknown, shape = [4] as unknown, dtype = 'F32' as unknown }) {
  return rawSafetensors(JSON.stringify({ x: { dtype, shape, data_offsets: offsets } }), four)
}

function overlapping(): Buffer {
  const entry = { dtype: 'F32', shape: [4], data_offsets: [0, 16] }
  return rawSafetensors(JSON.stringify({ x: entry, y: entry }), four)
}

function twice(first: string, second: string): Buffer {
  const entry = '{"dtype":"F32","shape":[4],"data_offsets":[0,16]}'
  return rawSafetensors(`{${first}:${entry},${second}:${entry}}`, four)
}

function badUtf8(): Buffer {
  const bytes = one({})
  bytes[11] = 0xff
  return bytes
}

function plain(changes: {
  name?: string
  dims?: (number | bigint)[]
  type?: number
  offset?: bigint
}) {
  return { name: 'x', dims: [4], type: 0, data: four, ...changes }
}

function number(key: string, value: number) {
  return { key, type: 4, value: u32(value) }
}

function deepArray(depth: number): Buffer {
  const level = Buffer.concat([u32(9), u64(1)])
  return Buffer.concat([...Array.from({ length: depth }, () => level), u32(4), u64(1), u32(7)])
}

function longArray(length: number) {
  return { key: 'k', type: 9, value: Buffer.concat([u32(8), u64(length), text('a')]) }
}

function headOf(parts: { tensors?: number; entries?: bigint; rest: Buffer; pad: number }): Buffer {
  const { tensors = 0, entries = 0n, rest, pad } = parts
  const counts = [u64(tensors), u64(entries)]
  return Buffer.concat([Buffer.from('GGUF'), u32(3), ...counts, rest, Buffer.alloc(pad)])
}

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value
  return bytes
}

/** A zip archive of one deflated entry that claims to inflate to `size` bytes. */
function zipOf(name: string, data: Buffer, size: number): Buffer {
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(8, 4)
  common.writeUInt32LE(data.length, 14)
  common.writeUInt32LE(size, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data])
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end])
}
