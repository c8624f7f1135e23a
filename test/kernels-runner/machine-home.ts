/** A home for a runner: with rustup's toolchain, and a pyenv of its own making. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** @param own the toolchain must be in the home itself, because its user may not enter another one */
export function makeHome(home: string, own: boolean): string {
  for (const [name, text] of [
    ['libexec/pyenv', '#!/bin/sh\nshift\nexec "$PYENV_ROOT/versions/3.0.0/bin/$@"\n'],
    ['shims/python3', '#!/bin/sh\nexec "$PYENV_ROOT/libexec/pyenv" exec "${0##*/}" "$@"\n'],
  ] as const) {
    put(join(home, '.pyenv', name), text)
  }
  mkdirSync(join(home, '.pyenv/versions/3.0.0/bin'), { recursive: true })
  symlinkSync('/usr/bin/python3', join(home, '.pyenv/versions/3.0.0/bin/python3'))
  if (!existsSync(join(homedir(), '.rustup/toolchains'))) return home
  if (!own) {
    for (const name of ['.cargo', '.rustup']) symlinkSync(join(homedir(), name), join(home, name))
    return home
  }
  linkToolchain(home)
  return home
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o755 })
}

/** The default toolchain by hard links: a folder of another user cannot be entered. */
function linkToolchain(home: string): void {
  const of = join(homedir(), '.rustup')
  const name = execFileSync('rustup', ['show', 'active-toolchain'], {
    env: { HOME: homedir(), PATH: `${homedir()}/.cargo/bin:/usr/bin:/bin` },
  })
    .toString()
    .split(' ')[0]
  const target = join(home, '.rustup/toolchains', name ?? '')
  mkdirSync(target, { recursive: true })
  cpSync(join(of, 'settings.toml'), join(home, '.rustup/settings.toml'))
  mkdirSync(join(home, '.rustup/update-hashes'))
  mkdirSync(join(home, '.cargo'))
  for (const [from, to] of [
    [join(homedir(), '.cargo/bin'), join(home, '.cargo/bin')],
    [join(of, 'toolchains', name ?? '', 'bin'), join(target, 'bin')],
    [join(of, 'toolchains', name ?? '', 'lib'), join(target, 'lib')],
  ] as const) {
    // By `cp`, which copies where the link would lead to another file system.
    execFileSync('/bin/sh', ['-c', 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"', from, to])
  }
}
