/** Isolation by bubblewrap: own namespaces, a read-only system, nothing of the runner. */
import { readFile } from 'node:fs/promises'
import { ask } from '../process/command.ts'
import { firstExecutable } from '../files.ts'
import { RunRefusal } from '../refusal.ts'
import { bash, type Isolation } from './isolation.ts'
import { seccompFilter } from './seccomp.ts'
import { places, system } from './view.ts'

/** Where bubblewrap and setpriv are looked for. */
export interface Tools {
  bwrap: readonly string[]
  setpriv: readonly string[]
  /** `1` where AppArmor keeps ordinary programs from making user namespaces. */
  restriction: string
}

const usualTools: Tools = {
  bwrap: ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'],
  setpriv: ['/usr/bin/setpriv', '/bin/setpriv'],
  restriction: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
}

/** The number that systems give to nobody: it has a name everywhere and owns no files. */
const nobody = 65_534

/** @throws RunRefusal if bwrap is not there or may not make namespaces. */
export async function bubblewrap(
  tools: Tools = usualTools,
  root = process.getuid?.() === 0,
): Promise<Isolation> {
  const file = await firstExecutable(tools.bwrap)
  if (file === undefined) throw refusal(`there is no bwrap at ${tools.bwrap.join(', ')}`)
  const user = root ? await otherUser(tools) : sameUser
  const filter = seccompFilter()
  // As the last of the options: it is read from the standard input here, from descriptor 3 later.
  const filtered = (descriptor: number) => (filter ? ['--seccomp', `${descriptor}`] : [])
  const fixed = [...apart, '--unshare-net', ...user.namespaces, ...system, ...filtered(0)]
  const tried = await ask(file, [...fixed, '--', ...user.enter, '/bin/true'], 10_000, filter)
  if (tried.code !== 0) {
    const why = `${file} failed: ${tried.stderr.trim()}`
    throw (await isRestricted(tools.restriction)) ? refusedByAppArmor(file, why) : refusal(why)
  }
  return {
    kind: 'bubblewrap',
    detail: `${user.detail} Own process, network, IPC and host-name namespaces, killed as a whole; ${filter ? 'system calls filtered' : 'system calls not filtered on this machine'}; system and checkout read-only; network only for a diagnostic whose settings grant it; nothing visible of the runner and of the home folder but the toolchains on PATH.`,
    user: user.user,
    owner: user.owner,
    async commandLine(script, place) {
      const inner = bash(script)
      return {
        file,
        args: [
          ...apart,
          ...(place.network ? [] : ['--unshare-net']),
          ...user.namespaces,
          ...system,
          ...(await places(place)),
          ...filtered(3),
          '--',
          ...user.enter,
          inner.file,
          ...inner.args,
        ],
        ...(filter && { given: filter }),
      }
    },
  }
}

function refusal(why: string): RunRefusal {
  return new RunRefusal(
    'no-isolation',
    `The diagnostics are isolated by bubblewrap, but ${why}. Install it on the runner, or allow it to make namespaces, or set "isolation: none".`,
  )
}

async function isRestricted(file: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')).trim() === '1'
}

/** As of Ubuntu 23.10, where the kernel asks for a profile that allows it. */
function refusedByAppArmor(file: string, why: string): RunRefusal {
  const profile = [
    'abi <abi/4.0>,',
    'include <tunables/global>',
    `profile bwrap ${file} flags=(unconfined) {`,
    '  userns,',
    '  include if exists <local/bwrap>',
    '}',
  ]
  return new RunRefusal(
    'no-isolation',
    [
      `The diagnostics are isolated by bubblewrap, but ${why}. AppArmor keeps programs without a profile from making namespaces (kernel.apparmor_restrict_unprivileged_userns is 1). As root, write this to /etc/apparmor.d/bwrap, then run: apparmor_parser -r /etc/apparmor.d/bwrap`,
      ...profile,
    ].join('\n'),
  )
}

/** Whose process the diagnostic is, and how it becomes that. */
interface User extends Pick<Isolation, 'user' | 'owner' | 'detail'> {
  namespaces: readonly string[]
  /** Goes before the command. */
  enter: readonly string[]
}

const apart = options(
  '--unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --hostname codicil --die-with-parent --new-session --cap-drop ALL',
)

/**
 * Of an ordinary user there is no other to become: nobody's number inside, but outside, the files and
 * processes are still those of the runner's user. What keeps them apart are the namespaces.
 */
const sameUser: User = {
  user: 'runner',
  owner: null,
  detail:
    'The user of the runner, in an own user namespace: what the runner may read is out of sight, not out of its rights.',
  namespaces: options(`--unshare-user --uid ${nobody} --gid ${nobody}`),
  enter: [],
}

/**
 * Root lays out the places, also below folders that only root may enter, and is left for good before
 * the first command: no capability is kept, and bubblewrap has set that none can be had again.
 */
async function otherUser({ setpriv }: Tools): Promise<User> {
  const file = await firstExecutable(setpriv)
  if (file === undefined) {
    throw refusal(`there is no setpriv at ${setpriv.join(', ')} to leave root with`)
  }
  return {
    user: 'other',
    owner: nobody,
    detail: 'Another user than the runner, without any capability.',
    namespaces: options('--cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_SETPCAP'),
    enter: [
      file,
      ...options(
        `--reuid=${nobody} --regid=${nobody} --clear-groups --inh-caps=-all --bounding-set=-all`,
      ),
    ],
  }
}

function options(text: string): string[] {
  return text.split(' ')
}
