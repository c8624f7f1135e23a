/**
 * The real tools of this machine in one run, with `setup`, by a runner of root, whose diagnostics are
 * another user, and by one of an ordinary user. What is not on the machine is left out, and that is
 * said in the title.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { chmod, chown, readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { parseSettings } from '../../spec-tools/index.ts'
import { half, startRegistry, type Registry } from './registry.ts'
import { makeHome } from './machine-home.ts'
import { StandInRunner } from './stand-in-runner.ts'

const isRoot = process.getuid?.() === 0
const usable = await bubblewrap().then(
  () => true,
  () => false,
)
/** The number of an ordinary user, as whom the runner is started. */
const ordinary = 54_321
const ordinaryMay = isRoot && (await mayMakeNamespaces())

async function mayMakeNamespaces(): Promise<boolean> {
  const bwrap = '--unshare-user --unshare-pid --ro-bind / / --proc /proc /bin/true'.split(' ')
  const asThat = [`--reuid=${ordinary}`, `--regid=${ordinary}`, '--clear-groups', '/usr/bin/bwrap']
  return promisify(execFile)('/usr/bin/setpriv', asThat.concat(bwrap)).then(
    () => true,
    () => false,
  )
}

const path = `${homedir()}/.cargo/bin:/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin`

/** Where a tool lies; null where it is not. */
function where(tool: string): string | null {
  try {
    const found = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { env: { PATH: path } })
    return found.toString().trim()
  } catch {
    return null
  }
}

const compiler = where('g++') !== null
const toolchain = [join(homedir(), '.rustup/toolchains')].filter(existsSync)
const present = {
  cargo: toolchain.length > 0 && where('cc') !== null,
  make: compiler && where('make') !== null,
  cmake: compiler && where('cmake') !== null,
  nvcc: compiler && where('nvcc') !== null,
  ccache: compiler && where('ccache') !== null,
  sccache: compiler && where('sccache') !== null,
  poetry: where('poetry') !== null,
  venv: existsSync('/usr/bin/python3'),
  pyenv: true,
}
type Tool = keyof typeof present
const absent = Object.entries(present).flatMap(([tool, there]) => (there ? [] : [tool]))
const leftOut = absent.length > 0 ? ` (without ${absent.join(', ')}, which are not here)` : ''

/** The commands of the example in the README, by the names of their diagnostics. */
function readmeExample(): Record<string, string> {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const [, text = ''] = /^## Settings\n+```yaml\n(.*?)^```/ms.exec(readme) ?? []
  const { diagnostics } = parseSettings(text)
  return Object.fromEntries(
    Object.entries(diagnostics).map(([id, one]) => [id, 'run' in one ? (one.run ?? '') : '']),
  )
}

const example = present.cargo ? readmeExample() : {}
const cpp = '#include <cstdio>\nint main() { std::printf("built %d\\n", 6 * 7); }\n'

const scripts: Partial<Record<Tool, string>> = {
  make: 'make B="$CODICIL_BUILD"; "$CODICIL_BUILD/k"',
  cmake: 'cmake -B "$CODICIL_BUILD"; cmake --build "$CODICIL_BUILD"; "$CODICIL_BUILD/k"',
  nvcc: 'nvcc k.cu -o "$CODICIL_BUILD/k"; "$CODICIL_BUILD/k"',
  ccache:
    'CCACHE_LOGFILE="$TMPDIR/log" ccache g++ -c k.cpp -o "$CODICIL_BUILD/k.o"; grep -o "Result: .*hit" "$TMPDIR/log"',
  // Its server is started and waited for here: on its own it gives that ten seconds.
  sccache:
    'SCCACHE_START_SERVER=1 SCCACHE_NO_DAEMON=1 sccache & until bash -c ": > /dev/tcp/127.0.0.1/4226" 2>/dev/null; do sleep 0.1; done; sccache g++ -c k.cpp -o "$CODICIL_BUILD/k.o"; sccache --show-stats; sccache --stop-server >/dev/null; echo built 42',
  poetry: 'unset VIRTUAL_ENV; poetry run python -c "import sys; print(sys.prefix)"',
  venv: 'python3 -c "import sys; print(sys.prefix)"',
  pyenv: '"$PYENV_ROOT/shims/python3" -c "print(6 * 7, \'by pyenv\')"',
}

/** What each must print. */
const expected: Record<string, RegExp> = {
  make: /built 42\n/,
  cmake: /built 42\n/,
  nvcc: /built 42\n/,
  ccache: /Result: .*hit\n/,
  sccache: /Compile requests +1\b.*built 42\n/s,
  poetry: /^\/codicil\/setup\/virtualenvs\/probe-\S+\n$/m,
  venv: /\/venv\n$/,
  pyenv: /^42 by pyenv\n$/,
  vendored: /^h 3\.5\n/m,
  'read-only': /^(touch: .*Read-only file system\n)+$/,
}

const users = [
  ['another user', undefined, usable && isRoot],
  ['an ordinary user', ordinary, usable && ordinaryMay],
  ['this user', undefined, usable && !isRoot],
] as const

for (const [who, user, may] of users) {
  describe.skipIf(!may)(`the tools of this machine by ${who}${leftOut}`, () => {
    toolsBy(user)
  })
}

function toolsBy(user: number | undefined): void {
  let runner: StandInRunner
  let registry: Registry
  let before: string[]
  const printed = (id: string) => runner.read(`logs/${id}.stdout.log`)
  const files = async () => (await readdir(runner.source, { recursive: true })).sort()

  beforeAll(async () => {
    runner = await StandInRunner.start()
    registry = await startRegistry()
    const home = makeHome(join(runner.folder, 'home'), user !== undefined || !isRoot)
    const environment = join(runner.folder, 'venv')
    if (present.venv) execFileSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', environment])
    await writeSources(runner, registry)
    warmCaches(runner, home)
    const tools = Object.entries(scripts).filter(([tool]) => present[tool as Tool])
    const all = {
      ...example,
      ...(present.cargo && { vendored: 'cd vendored; cargo run --quiet --example diag' }),
      ...Object.fromEntries(tools),
      'read-only':
        'for f in "$PYENV_ROOT" . "${RUSTUP_HOME:-.}" "${CCACHE_DIR:-.}" "$CODICIL_SETUP"; do touch "$f/x" || true; done',
    }
    const build = [
      ...(present.cargo ? ['cargo fetch --locked'] : []),
      ...(present.poetry ? ['unset VIRTUAL_ENV', 'poetry install --no-root'] : []),
      'echo done',
    ]
    await runner.settings(
      Object.fromEntries(Object.entries(all).map(([id, run]) => [id, `{ ${run}\n} 2>&1`])),
      { isolation: 'bubblewrap', setup: { run: build.join('\n'), network: true }, canary: false },
    )
    before = await files()
    await chmod(runner.folder, 0o755)
    if (user !== undefined) await giveAway(runner.folder, home, user)
    const { code, stdout } = await runner.launch(
      {},
      {
        HOME: home,
        VIRTUAL_ENV: environment,
        PATH: `${environment}/bin:${home}/.cargo/bin:/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin`,
      },
      undefined,
      user,
    ).finished
    const { setup } = await runner.evidence()
    const log = await runner.read('logs/_setup.log')
    expect({ code, setup: setup?.exit.code, stdout, log }).toMatchObject({ code: 0, setup: 0 })
  }, 120_000)

  afterAll(async () => {
    registry?.stop()
    await runner?.dispose()
  })

  it.runIf(present.cargo)(
    'run the example of the README, with a dependency from setup',
    async () => {
      expect(Object.keys(example).length).toBeGreaterThan(1)
      for (const [id, run] of Object.entries(example)) {
        expect(run).toMatch(/^cargo run .*--example/)
        expect(await printed(id)).toContain(`h 3.5 by ${run.split(' ').at(-1)}\n`)
      }
      expect(registry.asked).toContain('/dl/half')
    },
  )

  const seen = Object.keys(expected).filter((id) =>
    id === 'vendored' ? present.cargo : id === 'read-only' || present[id as Tool],
  )
  it.each(seen)('%s', async (id) => {
    expect(await printed(id)).toMatch(expected[id] ?? /^$/)
  })

  it('leave the checkout as it was, and say who they were', async () => {
    expect(await files()).toEqual(before)
    const { isolation, setup } = await runner.evidence()
    expect(isolation).toMatchObject({ user: isRoot && user === undefined ? 'other' : 'runner' })
    expect(setup).toMatchObject({ exit: { code: 0 }, network: 'host' })
  })
}

/** Sources for every tool: a crate with a fetched dependency, one with a vendored one, a kernel. */
async function writeSources(runner: StandInRunner, registry: Registry): Promise<void> {
  const manifest = '[package]\nname = "probe"\nversion = "0.1.0"\n[dependencies]\nhalf = "1"\n'
  await runner.write('Cargo.toml', `${manifest}[workspace]\nexclude = ["vendored"]\n`)
  await runner.write('src/lib.rs', '')
  for (const run of Object.values(example)) {
    const name = run.split(' ').at(-1) ?? ''
    const source = `fn main() { println!("h {} by ${name}", half::half(7.0)); }\n`
    await runner.write(`examples/${name}.rs`, source)
  }
  await runner.write('.cargo/config.toml', registry.configuration)
  await runner.write('vendored/Cargo.toml', manifest)
  await runner.write('vendored/src/lib.rs', '')
  await runner.write(
    'vendored/examples/diag.rs',
    'fn main() { println!("h {}", half::half(7.0)); }\n',
  )
  await runner.write(
    'vendored/.cargo/config.toml',
    '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
  )
  await runner.write('vendored/vendor/half/Cargo.toml', half.manifest)
  await runner.write('vendored/vendor/half/src/lib.rs', half.source)
  await runner.write('vendored/vendor/half/.cargo-checksum.json', '{"files":{},"package":null}')
  await runner.write('k.cpp', cpp)
  await runner.write('k.cu', `__global__ void k() {}\n${cpp}`)
  await runner.write('Makefile', 'B ?= .\n$(B)/k: k.cpp\n\tg++ k.cpp -o $(B)/k\n')
  await runner.write(
    'CMakeLists.txt',
    'cmake_minimum_required(VERSION 3.10)\nproject(k CXX)\nadd_executable(k k.cpp)\n',
  )
  await runner.write(
    'pyproject.toml',
    '[tool.poetry]\nname = "probe"\nversion = "0.1.0"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.8"\n',
  )
  if (present.poetry) {
    const env = { PATH: '/usr/bin:/bin', HOME: join(runner.folder, 'home') }
    execFileSync('poetry', ['lock'], { cwd: runner.source, env, stdio: 'pipe' })
  }
  if (!present.cargo) return
  const env = { HOME: homedir(), PATH: path, CARGO_HOME: join(runner.folder, 'locking') }
  for (const folder of ['.', 'vendored']) {
    const cwd = join(runner.source, folder)
    await execa('cargo', ['generate-lockfile'], { cwd, env, extendEnv: false })
  }
}

/** ccache has compiled the kernel before. */
function warmCaches(runner: StandInRunner, home: string): void {
  if (!present.ccache) return
  // ccache's keys hold the language of messages.
  const env = { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8' }
  const object = join(runner.folder, 'warm.o')
  execFileSync('ccache', ['g++', '-c', 'k.cpp', '-o', object], { cwd: runner.source, env })
  if (!present.sccache) return
  mkdirSync(join(home, '.cache/sccache'), { recursive: true })
}

/** Everything but what is linked, which keeps its owner. */
async function giveAway(folder: string, home: string, user: number): Promise<void> {
  for (const one of ['', ...(await readdir(folder, { recursive: true }))]) {
    const whole = join(folder, one)
    if (/\/\.(?:cargo|rustup)\/./.test(whole.slice(home.length - 1))) continue
    await chown(whole, user, user).catch(() => undefined)
  }
}
