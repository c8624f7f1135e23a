import { execa } from 'execa'
import type { Ending, ReceivedRequest } from './api.ts'
import { sees } from './call.ts'
import { Refusal } from './reply.ts'
import { gitEnvironment } from './git/run-git.ts'
import type { Stage } from './stage.ts'

const pattern = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/

export function isGitRequest(url: URL): boolean {
  return pattern.test(url.pathname)
}

/**
 * Cloning and fetching by git's smart HTTP, through git's own `http-backend`. Read only: branches
 * move by the API and by the stand-in itself. Public repositories need no token.
 */
export async function serveGit(stage: Stage, received: ReceivedRequest): Promise<Ending> {
  const { method, url, headers, body } = received
  const [, owner = '', name = '', service = ''] = pattern.exec(url.pathname) ?? []
  const repository = stage.world.repository(owner, name)
  const identity = identify(stage, headers.authorization)
  if (identity === undefined || !repository || !sees(identity, repository)) {
    return {
      status: 401,
      body: Buffer.from('Repository not found or no access.\n'),
      headers: { 'www-authenticate': 'Basic realm="GitHub"', 'content-type': 'text/plain' },
    }
  }
  if (service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack') {
    return {
      status: 403,
      body: Buffer.from('The stand-in does not take pushes over HTTP.\n'),
      headers: { 'content-type': 'text/plain' },
    }
  }
  const { stdout } = await execa('git', ['http-backend'], {
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: repository.git.directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${service}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: headers['git-protocol'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    extendEnv: false,
    input: body,
    encoding: 'buffer',
    stripFinalNewline: false,
  })
  return fromCgi(Buffer.from(stdout))
}

function identify(stage: Stage, authorization: string | undefined) {
  try {
    return stage.credentials.identify(authorization)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Headers, an empty line, then the body; the status is a header of its own. */
function fromCgi(output: Buffer): Ending {
  const end = output.indexOf('\r\n\r\n')
  const lines = output.subarray(0, end).toString().split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const { status = '200', ...rest } = headers
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) }
}
