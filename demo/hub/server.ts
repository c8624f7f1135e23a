import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApi, type Ending, type ReceivedRequest } from './api.ts'
import type { Faults } from './faults.ts'
import { renderPage } from './pages.ts'
import type { RecordedRequest } from './requests.ts'
import { answerResultsCall, isResultsCall } from './results.ts'
import { isGitRequest, serveGit } from './smart-http.ts'
import type { Stage } from './stage.ts'

/** First parts of paths that belong to the API; all others are pages for people. */
const apiRoots = new Set(
  'app installation repos repositories users user orgs meta rate_limit search graphql'.split(' '),
)

/**
 * One server for what GitHub spreads over several names: the REST API, the Actions results service,
 * git over HTTP, and pages.
 */
export class HubServer {
  readonly #server: Server
  #handle: ((received: ReceivedRequest) => Promise<Ending>) | undefined

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ message: `The stand-in failed: ${detail}`, status: '500' }))
      })
    })
  }

  /** @returns the origin, without a slash at the end */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  serve(stage: Stage, faults: Faults, log: RecordedRequest[]): void {
    const api = createApi(stage, faults, log)
    this.#handle = async (received) => {
      const { method, url, headers } = received
      if (isResultsCall(url.pathname)) {
        return withFault(faults, received, () =>
          answerResultsCall(stage, url.pathname, headers.authorization, jsonOf(received.body)),
        )
      }
      if (isGitRequest(url)) return serveGit(stage, received)
      const root = url.pathname.split('/')[1] ?? ''
      const wantsJson = /json/.test(headers.accept ?? '')
      if (apiRoots.has(root) || wantsJson || method !== 'GET') return api(received)
      return renderPage(stage, url)
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const ending = await this.#handle?.({
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks),
    })
    if (ending === 'hang') return
    if (ending === 'reset' || ending === undefined) return void request.socket.destroy()
    const { status, body, headers } = ending
    response.writeHead(status, headers ?? { 'content-type': 'application/json' })
    if (body === undefined) response.end()
    else response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body))
  }
}

/** Faults for calls that are not the REST API's. */
async function withFault(
  faults: Faults,
  { method, url }: ReceivedRequest,
  act: () => Ending,
): Promise<Ending> {
  const fault = faults.meet({ method, path: url.pathname })
  if (fault?.status === 'held') {
    await fault.held?.()
    return act()
  }
  const failed =
    fault && (typeof fault.status === 'string' ? fault.status : { status: fault.status, body: {} })
  if (fault?.when === 'before' && failed) return failed
  const ending = act()
  return failed ?? ending
}

function jsonOf(body: Buffer): Record<string, unknown> {
  return JSON.parse(body.toString() || '{}') as Record<string, unknown>
}
