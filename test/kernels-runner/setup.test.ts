import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { plainLog } from '../../kernels-runner/job-log.ts'
import { runDiagnostics } from '../../kernels-runner/run.ts'
import { startRegistry, type Registry } from './registry.ts'
import { headline, judge, parseSettings, readBundle } from '../../spec-tools/index.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const usable = await bubblewrap().then(
  () => true,
  () => false,
)
const home = homedir()
const cargo = usable && existsSync(join(home, '.rustup/toolchains'))

let folder: string
let runs: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-setup-'))
  runs = 0
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, content: string | Uint8Array) {
  const file = join(folder, 'source', path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}

async function run(setup: object, script: string, isolation = 'bubblewrap') {
  const source = join(folder, 'source')
  await mkdir(source, { recursive: true })
  const text = JSON.stringify({
    specs: [{ id: 'a', path: 'a.md' }],
    setup,
    diagnostics: { d1: { run: `{ ${script}\n} 2>&1`, needs: 'cpu' } },
    isolation,
    canary: false,
  })
  const { files, evidence } = await runDiagnostics(
    {
      request: { id: 'local', repository: null, pullRequest: null, sha: '0'.repeat(40) },
      run: { id: null, attempt: null },
      settings: {
        value: parseSettings(text),
        bytes: Buffer.from(text),
        sha256: sha256(Buffer.from(text)),
      },
      investigation: null,
      source,
      out: join(folder, `bundle-${runs++}`),
      allowNoGpu: false,
      mask: [],
    },
    {
      env: { HOME: home, PATH: `${home}/.cargo/bin:/usr/local/bin:/usr/bin:/bin` },
      now: () => new Date(),
      log: plainLog(() => undefined),
      signal: new AbortController().signal,
      nvidiaSmi: [],
      cache: join(folder, 'cache'),
      temp: folder,
    },
  )
  const shown = (path: string) => files.get(path) && Buffer.from(files.get(path)!).toString()
  const bundle = readBundle(files, sha256)
  return {
    setup: evidence.setup,
    partial: evidence.partial,
    headline: headline(evidence, judge(bundle)),
    printed: shown('logs/d1.stdout.log'),
    log: shown('logs/_setup.log'),
    digests: shown('setup.sha256'),
  }
}

describe.skipIf(!usable)('setup in the sandbox (skipped where there is none)', () => {
  it('writes what the diagnostics see read-only, and states its digests', async () => {
    const { printed, digests, setup, log } = await run(
      { run: 'echo built; echo 42 > "$CODICIL_BUILD/answer"' },
      'cat "$CODICIL_SETUP/answer"; touch "$CODICIL_SETUP/more" || true',
    )
    expect(printed).toMatch(/^42\ntouch: .*Read-only file system\n$/)
    expect({ log, digests }).toEqual({
      log: 'built\n',
      digests: `${sha256(Buffer.from('42\n'))}  answer\n`,
    })
    expect(setup).toMatchObject({
      network: 'none',
      cached: false,
      built: { files: 1, whole: true },
    })
  })

  it('that fails keeps everything from being run, and is told with its last lines', async () => {
    const {
      headline: told,
      printed,
      partial,
      setup,
    } = await run(
      { run: 'echo compiling; echo "error: no such crate" >&2; exit 3' },
      'echo measured',
    )
    expect(told).toContain(
      'INFRA: setup: exit code 3; it ended with: compiling / error: no such crate',
    )
    expect({ printed, code: setup?.exit.code }).toEqual({ printed: undefined, code: 3 })
    expect(partial[0]).toContain('INFRA, no diagnostic was run: setup')
  })

  it('is stopped at its own limit of time', async () => {
    const { headline: told } = await run({ run: 'sleep 60', timeout: '1s' }, 'echo measured')
    expect(told).toContain('INFRA: setup: stopped at its time limit of 1s')
  })

  it('makes a virtual environment that runs', async () => {
    const { printed } = await run(
      { run: 'python3 -m venv --without-pip "$CODICIL_BUILD/venv"' },
      '"$CODICIL_SETUP/venv/bin/python" -c "import sys; print(sys.prefix)"',
    )
    expect(printed).toBe('/codicil/setup/venv\n')
  })

  it('is kept for later runs with the same files of its key, and only for these', async () => {
    await put('lock', '1')
    const once = { run: 'cat lock; date +%s%N > "$CODICIL_BUILD/when"', key: ['lock'] }
    const look = 'cat "$CODICIL_SETUP/when"'
    const first = await run(once, look)
    const again = await run(once, look)
    expect(again.printed).toBe(first.printed)
    expect(again.setup).toEqual({ ...first.setup, cached: true })
    expect(again.digests).toBe(first.digests)
    await put('lock', '2')
    const other = await run(once, look)
    expect(other.setup?.cached).toBe(false)
    expect(other.printed).not.toBe(first.printed)
  })

  it('sees nothing of the checkout that what is kept does not depend on', async () => {
    await put('lock', '1')
    await put('pins/a/list', '2')
    await put('source.c', 'of one pull request')
    const { log } = await run({ run: 'find . -type f | sort', key: ['lock', 'pins'] }, 'true')
    expect(log).toBe('./lock\n./pins/a/list\n')
  })

  it('that failed is not kept', async () => {
    await put('lock', '1')
    await run({ run: 'exit 1', key: ['lock'] }, 'true')
    expect(await readdir(join(folder, 'cache/setup')).catch(() => [])).toEqual([])
  })

  it.each(['missing', '../outside', '/etc/hostname'])(
    'is refused where its key names %s',
    async (path) => {
      await writeFile(join(folder, 'outside'), 'x')
      await expect(run({ run: 'true', key: [path] }, 'true')).rejects.toMatchObject({
        code: 'no-key-file',
      })
    },
  )
})

describe('setup without isolation', () => {
  it('is built each time: what is kept could be written by a diagnostic', async () => {
    await put('lock', '1')
    const once = { run: 'echo 1 > "$CODICIL_BUILD/x"', key: ['lock'] }
    await run(once, 'echo 2 > "$CODICIL_SETUP/x"', 'none')
    const { printed, setup } = await run(once, 'cat "$CODICIL_SETUP/x"', 'none')
    expect({ printed, cached: setup?.cached }).toEqual({ printed: '1\n', cached: false })
  })
})

describe.skipIf(!cargo)(
  'cargo with a dependency that setup fetches (skipped without cargo)',
  () => {
    let registry: Registry
    beforeEach(async () => {
      registry = await startRegistry()
    })
    afterEach(() => registry.stop())

    it('runs its example without the network, and fetches once', async () => {
      await put(
        'Cargo.toml',
        '[package]\nname = "probe"\nversion = "0.1.0"\n[dependencies]\nhalf = "1"\n',
      )
      await put('src/lib.rs', '')
      await put('examples/diag.rs', 'fn main() { println!("h {}", half::half(7.0)); }\n')
      await put('.cargo/config.toml', registry.configuration)
      await execa(join(home, '.cargo/bin/cargo'), ['generate-lockfile'], {
        cwd: join(folder, 'source'),
        env: { HOME: home, CARGO_HOME: join(folder, 'cargo') },
      })
      const { asked } = registry
      asked.length = 0
      const fetching = {
        run: 'cargo fetch --locked',
        network: true,
        key: ['Cargo.toml', 'Cargo.lock', '.cargo/config.toml', 'src/lib.rs'],
      }
      const example = 'cargo run --release --example diag'
      const first = await run(fetching, example)
      expect(first.headline + first.log + first.printed).toContain('h 3.5\n')
      expect(asked).toContain('/dl/half')
      asked.length = 0
      const again = await run(fetching, example)
      expect({ cached: again.setup?.cached, asked }).toEqual({ cached: true, asked: [] })
      expect(again.printed).toContain('h 3.5\n')
    })
  },
)
