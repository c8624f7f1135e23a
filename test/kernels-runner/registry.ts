/** A registry of cargo's on loopback, with one package: `half`, version 1.0.0. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const half = {
  manifest: '[package]\nname = "half"\nversion = "1.0.0"\n',
  source: 'pub fn half(x: f64) -> f64 { x / 2.0 }\n',
}

export interface Registry {
  /** A `.cargo/config.toml` that has it in place of crates.io. */
  configuration: string
  /** Paths that were asked for. */
  asked: string[]
  stop(): void
}

export async function startRegistry(): Promise<Registry> {
  const packed = await pack()
  const cksum = createHash('sha256').update(packed).digest('hex')
  const line = { name: 'half', vers: '1.0.0', deps: [], cksum, features: {}, yanked: false }
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const answers: Record<string, string | Buffer> = {
      '/config.json': JSON.stringify({ dl: `${at()}dl/{crate}` }),
      '/ha/lf/half': `${JSON.stringify(line)}\n`,
      '/dl/half': packed,
    }
    response.writeHead(answers[url] === undefined ? 404 : 200).end(answers[url])
  })
  const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    configuration: `[source.crates-io]\nreplace-with = "near"\n[source.near]\nregistry = "sparse+${at()}"\n`,
    asked,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function pack(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'codicil-packed-'))
  await mkdir(join(folder, 'half-1.0.0/src'), { recursive: true })
  await writeFile(join(folder, 'half-1.0.0/Cargo.toml'), half.manifest)
  await writeFile(join(folder, 'half-1.0.0/src/lib.rs'), half.source)
  execFileSync('tar', ['-czf', 'half.crate', 'half-1.0.0'], { cwd: folder })
  const packed = await readFile(join(folder, 'half.crate'))
  await rm(folder, { recursive: true })
  return packed
}
