/** The built Action as a runner starts it: a child process with a runner's folders and variables. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Evidence } from '../../spec-tools/index.ts'
import { dist } from './dist.ts'

export const builtAction = join(dist, 'index.js')
export const headSha = '0123456789abcdef0123456789abcdef01234567'

type DiagnosticFile = {
  run: string
  timeout?: string
  needs?: 'cpu' | 'gpu'
  network?: boolean
}

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
  /** Outputs of the step. */
  outputs: Record<string, string>
  summary: string
}

/** One job on one runner; `dispose` removes its folders. */
export class StandInRunner {
  readonly folder: string
  readonly source: string
  readonly base: string
  readonly bundle: string
  readonly commandFiles: Record<string, string>

  private constructor(folder: string) {
    this.folder = folder
    this.source = join(folder, 'work/source')
    this.base = join(folder, 'work/base')
    this.bundle = join(folder, 'temp/codicil-evidence')
    this.commandFiles = Object.fromEntries(
      ['ENV', 'PATH', 'OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => [
        `GITHUB_${name}`,
        join(folder, 'temp/_runner_file_commands', `${name.toLowerCase()}_${randomUUID()}`),
      ]),
    )
  }

  static async start(): Promise<StandInRunner> {
    const runner = new StandInRunner(await mkdtemp(join(tmpdir(), 'codicil-runner-')))
    for (const folder of [runner.source, runner.base]) await mkdir(folder, { recursive: true })
    for (const file of Object.values(runner.commandFiles)) await put(file, '')
    return runner
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  /**
   * Settings of the default branch with these diagnostics, which need no GPU unless they say so, and
   * which are not isolated unless `more` says so: most tests are about something else.
   */
  async settings(diagnostics: Record<string, string | DiagnosticFile>, more: object = {}) {
    const written = Object.entries(diagnostics).map(([id, diagnostic]) => [
      id,
      typeof diagnostic === 'string'
        ? { run: diagnostic, needs: 'cpu' }
        : { needs: 'cpu', ...diagnostic },
    ])
    await put(
      join(this.base, '.github/codicil.yml'),
      stringify({
        specs: [{ id: 'probe', path: 'docs/spec.md' }],
        diagnostics: Object.fromEntries(written),
        isolation: 'none',
        ...more,
      }),
    )
  }

  /** A file of the pull request's checkout. */
  async write(path: string, content: string, mode = 0o644) {
    await put(join(this.source, path), content, mode)
  }

  /** Starts the Action; `inputs` and `env` override what a runner would give. */
  launch(
    inputs: Record<string, string> = {},
    env: Record<string, string> = {},
    action = builtAction,
    user?: number,
  ) {
    const given = {
      request: 'req-1',
      sha: headSha,
      'pull-request': '7',
      base: 'base',
      source: 'source',
      upload: 'false',
      'nvidia-smi': '/nowhere/nvidia-smi',
      ...inputs,
    }
    const child = spawn(process.execPath, [action], {
      cwd: join(this.folder, 'work'),
      ...(user !== undefined && { uid: user, gid: user }),
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: join(this.folder, 'home'),
        RUNNER_TEMP: join(this.folder, 'temp'),
        GITHUB_WORKSPACE: join(this.folder, 'work'),
        GITHUB_REPOSITORY: 'octo/spec',
        GITHUB_REPOSITORY_ID: '4711',
        GITHUB_RUN_ID: '99',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTIONS: 'true',
        ...this.commandFiles,
        ...Object.fromEntries(
          Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
        ...env,
      },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        this.#files().then((files) => resolve({ code, stdout, stderr, ...files }), reject)
      })
    })
    return { child, finished, printed: () => stdout }
  }

  run(inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Finished> {
    return this.launch(inputs, env).finished
  }

  async evidence(): Promise<Evidence> {
    return JSON.parse(await this.read('evidence.json')) as Evidence
  }

  /** A file of the bundle. */
  read(path: string): Promise<string> {
    return readFile(join(this.bundle, path), 'utf8')
  }

  /** The paths of the bundle's files. */
  async bundleFiles(): Promise<string[]> {
    const entries = await readdir(this.bundle, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.bundle.length + 1))
      .sort()
  }

  async #files(): Promise<Pick<Finished, 'outputs' | 'summary'>> {
    const output = await readFile(this.commandFiles['GITHUB_OUTPUT'] ?? '', 'utf8')
    const values = output.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)
    return {
      outputs: Object.fromEntries([...values].map(([, name, , value]) => [name, value])),
      summary: await readFile(this.commandFiles['GITHUB_STEP_SUMMARY'] ?? '', 'utf8'),
    }
  }
}

async function put(file: string, content: string, mode?: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content, mode === undefined ? {} : { mode })
}
