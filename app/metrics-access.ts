/** Who may read the figures: whoever has the token, and without one only this machine itself. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** What proxies add: then the connection is of this machine, and who asks is not. */
const proxied = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|.*-(?:client|connecting)-ip)$/

/** @returns null, or the status and the words of a refusal */
export function refusedMetrics(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string } },
  token: string | null,
): { status: 401 | 403; message: string } | null {
  if (token !== null) {
    const given = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? '')?.[1]
    return given !== undefined && timingSafeEqual(digest(given), digest(token))
      ? null
      : { status: 401, message: 'The figures need the bearer token of CODICIL_METRICS_TOKEN.' }
  }
  const { remoteAddress: address = '' } = socket
  const local = address.includes(':')
    ? loopback.check(address, 'ipv6')
    : loopback.check(address || '0.0.0.0')
  return local && !Object.keys(headers).some((name) => proxied.test(name))
    ? null
    : {
        status: 403,
        message:
          'The figures are for this machine alone. Set CODICIL_METRICS_TOKEN, and send it as a bearer token.',
      }
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
