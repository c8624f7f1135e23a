/** A browser that is at hand, driven over its DevTools protocol: pages to pictures and to measures. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const candidates = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

export interface View {
  /** In CSS pixels. */
  width: number
  dark: boolean
}

/** The only tab that is used; one thing is done in it after the other. */
export class Browser {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #heard = new Map<string, () => void>()
  #next = 1
  #session = ''

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data))))
  }

  /** @throws Error where there is no browser; `CHROMIUM` names one */
  static async start(): Promise<Browser> {
    const program = candidates.find((path) => path !== undefined && existsSync(path))
    if (program === undefined) throw new Error('There is no Chromium here; CHROMIUM can name one.')
    const profile = await mkdtemp(join(tmpdir(), 'codicil-browser-'))
    const child = spawn(
      program,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--font-render-hinting=none',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
      ],
      { stdio: 'ignore' },
    )
    const address = await addressIn(profile)
    const socket = new WebSocket(address)
    await once(socket, 'open')
    const browser = new Browser(child, profile, socket)
    const { targetId } = await browser.#send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await browser.#send('Target.attachToTarget', { targetId, flatten: true })
    browser.#session = String(sessionId)
    await browser.#send('Page.enable', {})
    return browser
  }

  async open(url: string, { width, dark }: View): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
    await this.#send('Emulation.setEmulatedMedia', { features })
    await this.#send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    })
    const loaded = new Promise<void>((resolve) => this.#heard.set('Page.loadEventFired', resolve))
    await this.#send('Page.navigate', { url })
    await loaded
  }

  /** The value of an expression in the page; a promise is waited for. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: Value }).value
  }

  /**
   * A PNG of what a selector finds first, or of the whole page.
   *
   * @param most height that is kept, in CSS pixels
   */
  async picture(selector: string | null, most: number): Promise<Buffer> {
    const box = await this.evaluate<{ x: number; y: number; width: number; height: number }>(
      `(() => { const r = document.querySelector(${JSON.stringify(selector ?? 'html')}).getBoundingClientRect();
        return { x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height } })()`,
    )
    const clip = { ...box, height: Math.min(box.height, most), scale: 1 }
    const { data } = await this.#send('Page.captureScreenshot', {
      format: 'png',
      clip,
      captureBeyondViewport: true,
    })
    return Buffer.from(String(data), 'base64')
  }

  async stop(): Promise<void> {
    this.#socket.close()
    this.#process.kill()
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  #send(method: string, params: object): Promise<Record<string, unknown>> {
    const id = this.#next++
    const session = this.#session === '' ? {} : { sessionId: this.#session }
    this.#socket.send(JSON.stringify({ id, method, params, ...session }))
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      )
    })
  }

  #hear(message: Answer & { method?: string }): void {
    if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message)
      this.#waiting.delete(message.id)
    } else if (message.method !== undefined) {
      this.#heard.get(message.method)?.()
    }
  }
}

interface Answer {
  id?: number
  result?: Record<string, unknown>
  error?: { message: string }
}

async function addressIn(profile: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '')
    const [port, path] = text.split('\n')
    if (port && path) return `ws://127.0.0.1:${port}${path}`
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The browser did not start within ten seconds.')
}
