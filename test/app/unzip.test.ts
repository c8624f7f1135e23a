import { describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { unzip } from '../../app/core/unzip.ts'
import { zipOf } from './zip.ts'

const limits = { entries: 10, fileBytes: 1000, totalBytes: 2000 }
const text = (value: string) => Buffer.from(value)

describe('an archive from a run', () => {
  it('is unpacked to the bytes that were packed', async () => {
    const zip = await zipOf({ 'evidence.json': text('{}'), 'logs/a.txt': text('a\r\n') })
    const files = await unzip(zip, limits)
    expect([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['evidence.json', '{}'],
      ['logs/a.txt', 'a\r\n'],
    ])
  })

  it('may list its folders', async () => {
    const zip = await zipOf({ 'logs/a.txt': text('a') }, (file) => file.addEmptyDirectory('logs'))
    expect([...(await unzip(zip, limits)).keys()]).toEqual(['logs/a.txt'])
  })

  it.each([
    ['a path that climbs', '../evil.txt'],
    ['a path that climbs from within', 'logs/../../evil.txt'],
    ['an absolute path', '/etc/evil.txt'],
    ['a drive', 'C:/evil.txt'],
    ['backslashes', 'logs\\..\\evil.txt'],
  ])('is refused whole for %s', async (_, path) => {
    const zip = renamed(
      await zipOf({ 'fine.txt': text('fine'), ['x'.repeat(path.length)]: text('evil') }),
      path,
    )
    await expect(unzip(zip, limits)).rejects.toMatchObject({ code: 'bad-archive' })
  })

  it.each([
    ['a symbolic link', 0o120777],
    ['a device', 0o060644],
    ['a pipe', 0o010644],
    ['a socket', 0o140644],
  ])('is refused whole for %s', async (_, mode) => {
    const zip = await zipOf({ 'fine.txt': text('fine') }, (file) =>
      file.addBuffer(text('/proc/self/environ'), 'link', { mode }),
    )
    await expect(unzip(zip, limits)).rejects.toThrow(/"link" is a link or a device/)
  })

  it('is refused whole for two entries of one name', async () => {
    const zip = renamed(await zipOf({ 'a.txt': text('1'), 'b.txt': text('2') }), 'a.txt', 'b.txt')
    await expect(unzip(zip, limits)).rejects.toThrow(/Two entries are called "a.txt"/)
  })

  it('is refused whole for names that differ in case only', async () => {
    const zip = await zipOf({ 'a.txt': text('1'), 'A.txt': text('2') })
    await expect(unzip(zip, limits)).rejects.toThrow(/Two entries/)
  })

  it.each([
    ['a device of Windows', 'logs/aux.txt'],
    ['a device of Windows in capitals', 'CON'],
    ['a dot at the end', 'logs/a.'],
    ['a blank at the end of a folder', 'logs /a'],
    ['a colon', 'logs/a:b'],
  ])('is refused whole for %s', async (_, path) => {
    await expect(unzip(await zipOf({ [path]: text('a') }), limits)).rejects.toMatchObject({
      code: 'bad-archive',
    })
  })

  it('is refused whole for a file beside a folder of its name', async () => {
    const zip = await zipOf({ logs: text('1'), 'logs/a.txt': text('2') })
    await expect(unzip(zip, limits)).rejects.toThrow(/"logs" is both a file and a folder/)
  })

  it.each([
    ['case', 'Logs/a.txt', 'logs/b.txt'],
    ['form of Unicode', 'caf\u00e9/a.txt', 'cafe\u0301/b.txt'],
  ])('is refused whole for folders that differ in %s only', async (_, one, other) => {
    const zip = await zipOf({ [one]: text('1'), [other]: text('2') })
    await expect(unzip(zip, limits)).rejects.toThrow(/are one name on some systems/)
  })

  it('is refused whole for a local header that tells another name', async () => {
    const zip = await zipOf({ 'fine.txt': text('fine') })
    zip.write('evil', zip.indexOf('fine.txt'))
    await expect(unzip(zip, limits)).rejects.toThrow(/described in two ways/)
  })

  it('is stopped at too many entries before any is read', async () => {
    const names = Array.from({ length: 11 }, (_, index) => [`${index}.txt`, text('')] as const)
    await expect(unzip(await zipOf(Object.fromEntries(names)), limits)).rejects.toThrow(
      /11 entries; 10 are allowed/,
    )
  })

  it('is stopped at a file that says it is too large', async () => {
    const zip = await zipOf({ 'zeros.bin': Buffer.alloc(1001) })
    await expect(unzip(zip, limits)).rejects.toThrow(/"zeros.bin" has 1001 bytes/)
  })

  it('is stopped at the total of all files', async () => {
    const part = Buffer.alloc(900)
    const zip = await zipOf({ 'a.bin': part, 'b.bin': part, 'c.bin': part })
    await expect(unzip(zip, limits)).rejects.toThrow(/"c.bin" has 900 bytes; 200 are left/)
  })

  it('is stopped at a file with more bytes than it says', async () => {
    const zip = await zipOf({ 'bomb.bin': Buffer.alloc(1_000_000) })
    await expect(unzip(saying(zip, 1_000_000, 10), limits)).rejects.toMatchObject({
      code: 'bad-archive',
    })
  })

  it('is stopped at a file with fewer bytes than it says', async () => {
    const zip = await zipOf({ 'short.bin': Buffer.alloc(500) })
    await expect(unzip(saying(zip, 500, 900), limits)).rejects.toMatchObject({
      code: 'bad-archive',
    })
  })

  it('is stopped at content that does not fit its checksum', async () => {
    const file = new ZipFile()
    file.addBuffer(text('before'), 'a.txt', { compress: false })
    file.end()
    const zip = Buffer.concat(await Array.fromAsync(file.outputStream as AsyncIterable<Buffer>))
    zip.write('after!', zip.indexOf('before'))
    await expect(unzip(zip, limits)).rejects.toMatchObject({ code: 'bad-archive' })
  })

  it('does not look into an archive within it', async () => {
    const inner = await zipOf({ 'within.txt': text('x') })
    const files = await unzip(await zipOf({ 'inner.zip': inner }), limits)
    expect([...files.keys()]).toEqual(['inner.zip'])
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a web page', text('<!doctype html><title>Sign in</title>')],
    ['half an archive', Buffer.from('504b0304140000000800', 'hex')],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(unzip(bytes, limits)).rejects.toThrow(/cannot be read as a zip/)
  })
})

/** Writes another name of the same length over an entry's, in both places where it stands. */
function renamed(zip: Buffer, to: string, from = 'x'.repeat(to.length)): Buffer {
  for (let at = zip.indexOf(from); at !== -1; at = zip.indexOf(from, at + 1)) zip.write(to, at)
  return zip
}

/** Lets an archive of one entry lie about the entry's size. */
function saying(zip: Buffer, real: number, said: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(real)
  for (let at = zip.indexOf(size); at !== -1; at = zip.indexOf(size, at + 1)) {
    zip.writeUInt32LE(said, at)
  }
  return zip
}
