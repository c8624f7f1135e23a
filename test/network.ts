/**
 * Blocks the network for every test: only loopback addresses and local sockets may be reached.
 * A test that needs more than that is testing somebody else's server.
 */
import net from 'node:net'

const loopback = new Set(['localhost', '127.0.0.1', '::1', undefined, ''])
const connect = net.Socket.prototype.connect

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const host = requestedHost(args)
  if (!loopback.has(host)) {
    throw new Error(`A test tried to reach ${host}; tests may only reach loopback addresses.`)
  }
  return (connect as (...all: unknown[]) => net.Socket).apply(this, args)
} as typeof connect

/** The host in the overloads `(options)`, `(port, host)`, `(path)` and the pre-normalised array. */
function requestedHost(args: unknown[]): string | undefined {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (typeof first === 'object' && first !== null) {
    return (first as { host?: string }).host
  }
  return typeof args[1] === 'string' ? args[1] : undefined
}
