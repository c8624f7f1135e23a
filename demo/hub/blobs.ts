import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'

/** How long a signed link works, in milliseconds: a minute to read, by GitHub's documentation. */
const linkLife = { r: 60_000, w: 3_600_000 }

interface Blob {
  content: Buffer
  type: string
}

/**
 * A small Azure-like blob store on a host and port of its own, as GitHub keeps artifacts: reached by
 * signed links only, never by a token. An `Authorization` header sent here is a leak, and counted.
 */
export class BlobStore {
  readonly #blobs = new Map<string, Blob>()
  readonly #blocks = new Map<string, Map<string, Buffer>>()
  readonly #server: Server
  readonly #now: () => number
  readonly #faults: Faults
  #origin = ''
  /** Paths that were asked for with an `Authorization` header. */
  readonly leakedTokens: string[] = []

  constructor(faults: Faults, now: () => number = Date.now) {
    this.#now = now
    this.#faults = faults
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
    })
  }

  get origin(): string {
    return this.#origin
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, 'localhost', resolve))
    this.#origin = `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  content(name: string): Buffer | undefined {
    return this.#blobs.get(name)?.content
  }

  put(name: string, content: Buffer, type: string): void {
    this.#blobs.set(name, { content, type })
  }

  delete(name: string): void {
    this.#blobs.delete(name)
  }

  /** A link that allows one thing with one blob for a while: `r` to read, `w` to write. */
  signedUrl(name: string, permission: 'r' | 'w', fileName?: string): string {
    const url = new URL(`/actions-results/artifacts/${name}`, this.#origin)
    url.searchParams.set('se', new Date(this.#now() + linkLife[permission]).toISOString())
    url.searchParams.set('sp', permission)
    if (fileName) url.searchParams.set('rscd', `attachment; filename="${fileName}"`)
    url.searchParams.set('sig', signature(url))
    return url.href
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#origin)
    const name = url.pathname.split('/').at(-1) ?? ''
    const method = request.method ?? 'GET'
    const content = await readBody(request)
    if (request.headers.authorization) this.leakedTokens.push(url.pathname)
    const fault = this.#faults.meet({ method, path: url.pathname + url.search })
    if (fault?.status === 'reset') return void request.socket.destroy()
    if (fault?.status === 'hang') return
    if (typeof fault?.status === 'number') {
      return void response.writeHead(fault.status, fault.headers).end()
    }
    if (!this.#allows(url, method === 'PUT' ? 'w' : 'r')) {
      return void response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error><Code>AuthenticationFailed</Code></Error>')
    }
    if (method === 'PUT') this.#write(url, name, content, request, response)
    else this.#read(url, name, method, response)
  }

  #write(
    url: URL,
    name: string,
    content: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const blocks = this.#blocks.get(name) ?? new Map<string, Buffer>()
    const component = url.searchParams.get('comp')
    if (component === 'block') {
      this.#blocks.set(name, blocks.set(url.searchParams.get('blockid') ?? '', content))
    } else {
      const type = String(request.headers['x-ms-blob-content-type'] ?? 'application/octet-stream')
      const parts = component === 'blocklist' ? listedBlocks(content, blocks) : [content]
      this.put(name, Buffer.concat(parts), type)
    }
    response.writeHead(201, {
      etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
      'last-modified': new Date(this.#now()).toUTCString(),
      'x-ms-request-server-encrypted': 'true',
      'x-ms-version': '2024-11-04',
    })
    response.end()
  }

  #read(url: URL, name: string, method: string, response: ServerResponse): void {
    const blob = this.#blobs.get(name)
    if (!blob) return void response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': blob.type,
      'content-length': blob.content.length,
      'content-disposition': url.searchParams.get('rscd') ?? 'attachment',
    })
    response.end(method === 'HEAD' ? undefined : blob.content)
  }

  #allows(url: URL, permission: string): boolean {
    const given = url.searchParams.get('sig')
    const plain = new URL(url)
    for (const added of ['sig', 'comp', 'blockid', 'timeout']) plain.searchParams.delete(added)
    const expires = Date.parse(url.searchParams.get('se') ?? '')
    return (
      given === signature(plain) &&
      url.searchParams.get('sp') === permission &&
      expires > this.#now()
    )
  }
}

function signature(url: URL): string {
  return createHash('sha256').update(`blob key ${url.pathname}${url.search}`).digest('base64url')
}

/** The blocks that a Put Block List names, in its order. */
function listedBlocks(list: Buffer, blocks: Map<string, Buffer>): Buffer[] {
  const ids = [...list.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)]
  return ids.map(([, id = '']) => blocks.get(id) ?? Buffer.alloc(0))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
