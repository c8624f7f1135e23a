/** The app behind a proxy, as the guide sets it up. */
import { execa } from 'execa'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const supported = join(import.meta.dirname, '../../app/github/supported.ts')
const script = `const { requireSupported } = await import(${JSON.stringify(supported)})
await requireSupported('http://api.codicil.invalid', { warn: console.error })`

it('calls go through the proxy of the environment where NODE_USE_ENV_PROXY is set', async () => {
  const asked: string[] = []
  const proxy = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end('{}')
  })
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((done) => {
    proxy.listen(0, '127.0.0.1', done)
  })
  const { port } = proxy.address() as AddressInfo
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${port}` }
  await execa(process.execPath, ['--input-type=module', '--eval', script], { env })
  proxy.close()
  expect(asked.join()).toContain('api.codicil.invalid')
})
