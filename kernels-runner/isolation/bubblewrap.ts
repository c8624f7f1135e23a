/** Isolation by bubblewrap: own namespaces, a read-only system, nothing of the runner. */
import { join } from 'node:path'
import { ask } from '../command.ts'
import { firstExecutable } from '../files.ts'
import { RunRefusal } from '../refusal.ts'
import { bash, type Isolation, type Place } from './isolation.ts'

const usualPaths = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']

/** @throws RunRefusal if bwrap is not there or may not make namespaces. */
export async function bubblewrap(paths: readonly string[] = usualPaths): Promise<Isolation> {
  const file = await firstExecutable(paths)
  const tried = file && (await ask(file, [...namespaces, ...system, '/bin/true'], 10_000))
  if (!file || !tried || tried.code !== 0) {
    const why = tried ? `${file} failed: ${tried.stderr.trim()}` : `no bwrap at ${paths.join(', ')}`
    throw new RunRefusal(
      'NO_ISOLATION',
      `The settings ask for isolation by bubblewrap, but ${why}. Install it on the runner, or set "isolation: none".`,
    )
  }
  return {
    kind: 'bubblewrap',
    detail:
      'Own user, process, network, IPC and host-name namespaces, killed as a whole; system and checkout read-only; no network; nothing visible of the runner and of the home folder but the toolchains on PATH.',
    commandLine(script, place) {
      const inner = bash(script)
      return {
        file,
        args: [
          ...namespaces,
          ...system,
          ...gpus,
          ...toolchains(place),
          ...workplace(place),
          '--',
          inner.file,
          ...inner.args,
        ],
      }
    },
  }
}

const options = (text: string) => text.split(' ')

/** Nobody's number inside; outside, files are still those of the runner's user. */
const namespaces = options(
  '--unshare-all --uid 65534 --gid 65534 --hostname codicil --die-with-parent --new-session --cap-drop ALL',
)

/** Of /etc only what programs need to be loaded and to know names; nothing that could hold keys. */
const etc = options(
  'alternatives ld.so.cache ld.so.conf ld.so.conf.d localtime nsswitch.conf passwd group ssl/certs OpenCL vulkan glvnd',
).map((name) => `/etc/${name}`)

const system = [
  ...options('/usr /bin /sbin /lib /lib32 /lib64 /opt /sys').concat(etc).flatMap(readOnly),
  ...options('--proc /proc --dev /dev --tmpfs /tmp'),
]

const gpus = ['nvidiactl', 'nvidia-uvm', 'nvidia-uvm-tools', 'nvidia-modeset', 'nvidia-caps']
  .concat(Array.from({ length: 16 }, (_, index) => `nvidia${index}`))
  .flatMap((name) => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`])

/** Folders on PATH that the system does not cover, and what compilers and interpreters rest on. */
function toolchains({ env }: Place): string[] {
  const home = env['HOME'] ?? '/nonexistent'
  const onPath = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const roots = [
    env['RUSTUP_HOME'] ?? join(home, '.rustup'),
    env['CONDA_PREFIX'],
    env['VIRTUAL_ENV'],
  ]
  return [...onPath, ...roots.filter((folder) => folder !== undefined)]
    .filter((folder) => !/^\/(?:usr|bin|sbin|opt)(?:\/|$)/.test(folder))
    .flatMap(readOnly)
}

/** The checkout is read-only, so home, caches and build output go to the scratch folder. */
function workplace({ source, scratch }: Place): string[] {
  const inScratch = { HOME: 'home', XDG_CACHE_HOME: 'cache', CARGO_TARGET_DIR: 'target' }
  const variables = Object.entries(inScratch).flatMap(([name, folder]) => [
    '--setenv',
    name,
    join(scratch, folder),
  ])
  return [
    ...readOnly(source),
    '--bind',
    scratch,
    scratch,
    '--dir',
    join(scratch, 'home'),
    ...variables,
    '--chdir',
    source,
  ]
}

function readOnly(path: string): string[] {
  return ['--ro-bind-try', path, path]
}
