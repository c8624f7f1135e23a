/** A PostgreSQL of its own, in a folder that goes with it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

const versions = '/usr/lib/postgresql'
/** Folder of PostgreSQL's programs; null where there are none. */
export const programs =
  process.env['POSTGRES_PROGRAMS'] ??
  (existsSync(versions) ? join(versions, readdirSync(versions).sort().at(-1) ?? '', 'bin') : null)
// PostgreSQL refuses to run as root.
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

export class Postgres {
  readonly port: number
  readonly process: ChildProcess
  readonly #folder: string

  private constructor(port: number, server: ChildProcess, folder: string) {
    this.port = port
    this.process = server
    this.#folder = folder
  }

  /**
   * @param settings of the server, beyond its defaults; without `fsync=off` it writes as in service
   * @param by a program and its arguments that start the server
   */
  static async start(settings: readonly string[] = [], by: readonly string[] = []) {
    const folder = mkdtempSync(join(tmpdir(), 'codicil-postgres-'))
    if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid)
    const data = join(folder, 'data')
    const made = spawnSync(
      program('initdb'),
      ['-D', data, '-U', 'codicil', '--auth=trust', '-N', '--locale=C', '-E', 'UTF8'],
      { ...nobody, cwd: folder },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
    const port = await freePort()
    const [file = '', ...args] = [...by, program('postgres'), '-D', data, '-p', `${port}`]
    const options = ['listen_addresses=127.0.0.1', ...settings].flatMap((one) => ['-c', one])
    const server = spawn(file, [...args, '-k', folder, ...options], {
      ...nobody,
      cwd: folder,
      stdio: 'ignore',
    })
    const postgres = new Postgres(port, server, folder)
    await until(() => spawnSync(program('pg_isready'), postgres.#at()).status === 0)
    return postgres
  }

  /** @returns where a new, empty database is reached */
  create(database: string): string {
    const made = spawnSync(program('createdb'), [...this.#at(), '-U', 'codicil', database])
    if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr}`)
    return this.url(database)
  }

  url(database: string): string {
    return `postgres://codicil@127.0.0.1:${this.port}/${database}`
  }

  /** Ends whatever uses a database, and the database. */
  drop(database: string): void {
    const args = [...this.#at(), '-U', 'codicil', '--force', database]
    const gone = spawnSync(program('dropdb'), args)
    if (gone.status !== 0) throw new Error(`dropdb failed: ${gone.stderr}`)
  }

  async stop(): Promise<void> {
    await end(this.process)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #at(): string[] {
    return ['-h', '127.0.0.1', '-p', `${this.port}`]
  }
}

function program(name: string): string {
  return join(programs ?? '', name)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Ends a process at once, and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
