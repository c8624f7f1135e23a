/** Archives for tests, made in memory. */
import { ZipFile } from 'yazl'

export async function zipOf(
  files: Record<string, Uint8Array>,
  more: (file: ZipFile) => void = () => {},
): Promise<Buffer> {
  const file = new ZipFile()
  for (const [path, bytes] of Object.entries(files)) file.addBuffer(Buffer.from(bytes), path)
  more(file)
  file.end()
  return Buffer.concat(await Array.fromAsync(file.outputStream as AsyncIterable<Buffer>))
}
