/** What of the real tools of this machine the sandbox shows, and what the job log says where it is not enough. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner

beforeEach(async () => {
  runner = await StandInRunner.start()
})

afterEach(async () => {
  await runner.dispose()
})

const home = homedir()
const env = {
  HOME: home,
  PATH: `${home}/.cargo/bin:${home}/.pyenv/shims:${home}/.pyenv/bin:/usr/local/bin:/usr/bin:/bin`,
}
const usable = await bubblewrap().then(
  () => true,
  () => false,
)
const rustup = usable && existsSync(join(home, '.rustup/toolchains'))
const pyenv = usable && existsSync(join(home, '.pyenv/libexec/pyenv'))

function has(tool: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { env })
    return usable
  } catch {
    return false
  }
}

/** What a script prints in the sandbox, with the error output behind it, and what the job log says. */
async function isolated(script: string, more: Record<string, string> = {}) {
  await runner.settings({ one: `{ ${script}\n} 2>&1` }, { isolation: 'bubblewrap' })
  const { stdout } = await runner.run({}, { ...env, ...more })
  return { printed: await runner.read('logs/one.stdout.log'), said: stdout }
}

async function crate(manifest = '') {
  await runner.write('Cargo.toml', `[package]\nname = "probe"\nversion = "0.1.0"\n${manifest}`)
  await runner.write('src/lib.rs', '')
}

describe.skipIf(!rustup)('cargo of rustup in the sandbox (skipped where it is not)', () => {
  it('says what to do where there is no Cargo.lock', async () => {
    await crate()
    const { said } = await isolated('cargo build')
    expect(said).toContain('Commit the file, or build a copy')
  })

  it('builds a copy of the checkout', async () => {
    await crate()
    const copy = 'cp -r . "$CODICIL_BUILD/source"; cd "$CODICIL_BUILD/source"; cargo build'
    expect((await isolated(copy)).printed).toContain('Finished')
  })

  it('says where a dependency can come from that is not there', async () => {
    await crate('[dependencies]\nitoa = "1"\n')
    const { said } = await isolated('cargo build')
    expect(said).toContain('A diagnostic has no network. Vendor what it depends on')
  })

  it('sees what cargo has fetched and its configuration, and no credentials', async () => {
    const cargo = await fetched('[net]\nretry = 1\n')
    const look =
      'cd $CARGO_HOME; cat registry/cache/*/a.crate config.toml; ls; touch registry/cache/x || true; touch registry/src'
    const { printed } = await isolated(look, { CARGO_HOME: cargo })
    expect(printed).toMatch(
      /^fetched\n\[net\]\nretry = 1\nconfig.toml\ngit\nregistry\ntouch: .*Read/,
    )
  })

  it('sees no configuration that holds a token', async () => {
    const cargo = await fetched('[registry]\ntoken = "x"\n')
    const { printed } = await isolated('ls $CARGO_HOME', { CARGO_HOME: cargo })
    expect(printed).toBe('git\nregistry\n')
  })
})

/** A folder of cargo's with a fetched package and credentials. */
async function fetched(configuration: string): Promise<string> {
  const cargo = join(runner.folder, 'cargo')
  await mkdir(join(cargo, 'registry/cache/index'), { recursive: true })
  await writeFile(join(cargo, 'registry/cache/index/a.crate'), 'fetched\n')
  await writeFile(join(cargo, 'config.toml'), configuration)
  await writeFile(join(cargo, 'credentials.toml'), 'token = "x"\n')
  return cargo
}

describe.skipIf(!pyenv)('python of pyenv in the sandbox (skipped where it is not)', () => {
  it('runs', async () => {
    const { printed } = await isolated('python3 -c "import sys; print(6 * 7, sys.prefix)"')
    expect(printed).toMatch(/^42 .*\.pyenv\/versions\//)
  })

  it('runs in a virtual environment that lies elsewhere', async () => {
    const venv = join(runner.folder, 'venv')
    execFileSync('python3', ['-m', 'venv', '--without-pip', venv], { env })
    const { printed } = await isolated('python3 -c "import sys; print(sys.prefix)"', {
      HOME: join(runner.folder, 'home'),
      VIRTUAL_ENV: venv,
      PATH: `${venv}/bin:/usr/bin:/bin`,
    })
    expect(printed).toMatch(/venv\n$/)
  })
})

describe.skipIf(!usable)('a toolchain by what marks it', () => {
  it('is seen whole for its programs on PATH, as of conda', async () => {
    const conda = join(runner.folder, 'conda')
    for (const folder of ['bin', 'lib', 'conda-meta']) {
      await mkdir(join(conda, folder), { recursive: true })
    }
    await writeFile(join(conda, 'lib/answer'), '42\n')
    await symlink('../lib/answer', join(conda, 'bin/answer'))
    const path = `${conda}/bin:/usr/bin:/bin`
    const { printed } = await isolated(`cat ${conda}/bin/answer`, { PATH: path })
    expect(printed).toBe('42\n')
  })

  it('is not what merely lies beside a folder on PATH', async () => {
    const local = join(runner.folder, 'local')
    for (const folder of ['bin', 'share']) await mkdir(join(local, folder), { recursive: true })
    const path = `${local}/bin:/usr/bin:/bin`
    expect((await isolated(`ls ${local}`, { PATH: path })).printed).toBe('bin\n')
  })
})

const kernel = `#include <cstdio>
int main() { std::printf("built %d\\n", 6 * 7); }
`

describe.skipIf(!has('make') || !has('g++'))(
  'make in the sandbox (skipped where it is not)',
  () => {
    beforeEach(async () => {
      await runner.write('k.cpp', kernel)
      await runner.write('Makefile', 'B ?= .\n$(B)/k: k.cpp\n\tg++ k.cpp -o $(B)/k\n')
    })

    it('fails in the checkout, and the log says where it may write', async () => {
      expect((await isolated('make')).said).toContain('Write what is built to $CODICIL_BUILD')
    })
  },
)
