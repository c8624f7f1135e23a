/** Archives for tests, made in memory. */
import { ZipFile } from 'yazl'

export async function zipOf(
  files: Record<string, Uint8Array>,
  more: (file: ZipFile) => void = () => {},
): Promise<Buffer> {
  const file = new ZipFile()
  // The same files give the same bytes, whenever they are packed.
  const mtime = new Date('2026-03-01T00:00:00Z')
  for (const [path, bytes] of Object.entries(files)) {
    file.addBuffer(Buffer.from(bytes), path, { mtime })
  }
  more(file)
  file.end()
  return Buffer.concat(await Array.fromAsync(file.outputStream as AsyncIterable<Buffer>))
}
