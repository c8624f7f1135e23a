/** What of the machine a diagnostic sees in its sandbox, and where; as arguments of bubblewrap. */
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Built, Place } from './isolation.ts'
import { ownFolders } from './own-folders.ts'
import { holds, toolchains } from './toolchains.ts'

/** Of /etc only what programs need to be loaded and to know names; nothing that could hold keys. */
const etc = words(
  'alternatives ld.so.cache ld.so.conf ld.so.conf.d localtime nsswitch.conf passwd group ssl/certs OpenCL vulkan glvnd',
).map((name) => `/etc/${name}`)

/** How names are looked up, and whose certificates are trusted. */
const etcOfNetwork = words(
  'resolv.conf hosts host.conf gai.conf services protocols pki ca-certificates',
).map((name) => `/etc/${name}`)

/** The same for every diagnostic. */
export const system: readonly string[] = [
  ...words('/usr /bin /sbin /lib /lib32 /lib64 /sys /opt/bin/nvidia-smi').flatMap((path) =>
    readOnly(path),
  ),
  ...wayTo(etc),
  ...etc.flatMap((path) => readOnly(path)),
  ...words('--proc /proc --dev /dev'),
]

const gpus = words('nvidiactl nvidia-uvm nvidia-uvm-tools nvidia-modeset nvidia-caps')
  .concat(Array.from({ length: 16 }, (_, index) => `nvidia${index}`))
  .flatMap((name) => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`])

/** Of one diagnostic. */
export async function places(place: Place): Promise<string[]> {
  const { scratch, source } = place
  const tools = toolchains(place)
  const hidden = runnerInSystem()
  return [
    ...hidden.flatMap((folder) => ['--tmpfs', folder]),
    ...gpus,
    // Both are on the disk, where what they take is counted, under the names that everybody knows.
    ...writable(join(scratch, 'tmp'), '/tmp'),
    ...writable(join(scratch, 'shm'), '/dev/shm'),
    ...(place.network ? etcOfNetwork.flatMap((path) => readOnly(path)) : []),
    ...wayTo([...tools.seen, source, scratch]),
    ...tools.seen.flatMap((path) => readOnly(path)),
    ...(await checkout(source)),
    ...writable(scratch),
    ...builtBySetup(place.built),
    ...tools.stores.flatMap(([from, seenAs]) => ['--ro-bind-try', from, seenAs]),
    // The checkout is read-only, so home, caches and build output go to the scratch folder.
    ...variable('HOME', join(scratch, 'home')),
    ...variable('XDG_CACHE_HOME', join(scratch, 'cache')),
    ...variable('CARGO_TARGET_DIR', join(buildFolder(place), 'cargo')),
    ...Object.entries(tools.variables).flatMap(([name, value]) => variable(name, value)),
    ...hidden.flatMap((folder) => ['--remount-ro', folder]),
    '--chdir',
    source,
  ]
}

/** A runner that lies in what everybody sees, such as /usr/local: an empty folder stands there. */
function runnerInSystem(): string[] {
  return ownFolders()
    .filter((folder) => folder.startsWith('/usr/'))
    .filter((folder, _, all) => !all.some((other) => other !== folder && holds(other, folder)))
}

/** Where a script builds: `setup` for all, a diagnostic for itself. */
export function buildFolder({ built, scratch }: Place): string {
  return built?.writable ? built.seenAs : join(scratch, 'build')
}

function builtBySetup(built: Built | null): string[] {
  if (built === null) return []
  const bind = built.writable ? writable : readOnly
  return [...wayTo([built.seenAs]), ...bind(built.path, built.seenAs)]
}

/** The folders above, which bubblewrap would make so that only root may pass. */
function wayTo(paths: readonly string[]): string[] {
  const above = paths.flatMap((path) => {
    const parts = path.split('/').slice(1, -1)
    return parts.map((_, depth) => `/${parts.slice(0, depth + 1).join('/')}`)
  })
  return [...new Set(above)].flatMap((folder) => ['--dir', folder])
}

/**
 * The checkout, read-only. One that only its owner may enter, such as a temporary folder, is laid out
 * entry by entry: another user would otherwise be shut out by the folder itself.
 */
async function checkout(source: string): Promise<string[]> {
  const { mode } = await lstat(source)
  if ((mode & 0o005) === 0o005) return readOnly(source)
  const entries = await readdir(source, { withFileTypes: true })
  const laid = entries.map(async (entry) => {
    const path = join(source, entry.name)
    // Bound, a link would be followed here, with the rights of the runner.
    return entry.isSymbolicLink() ? ['--symlink', await readlink(path), path] : readOnly(path)
  })
  return ['--dir', source, ...(await Promise.all(laid)).flat()]
}

function readOnly(path: string, seenAs = path): string[] {
  return ['--ro-bind-try', path, seenAs]
}

function writable(path: string, seenAs = path): string[] {
  return ['--bind', path, seenAs]
}

function variable(name: string, value: string): string[] {
  return ['--setenv', name, value]
}

function words(text: string): string[] {
  return text.split(' ')
}
