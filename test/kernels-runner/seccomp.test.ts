/** The filter of system calls, as a real kernel carries it out in real bubblewrap. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bubblewrap } from '../../kernels-runner/isolation/bubblewrap.ts'
import { seccompFilter } from '../../kernels-runner/isolation/seccomp.ts'
import { looked, refused } from '../../kernels-runner/isolation/syscalls.ts'
import { StandInRunner } from './stand-in-runner.ts'

let runner: StandInRunner
beforeEach(async () => {
  runner = await StandInRunner.start()
})
afterEach(async () => {
  await runner.dispose()
})

const usable = await bubblewrap().then(
  () => true,
  () => false,
)
const machine = process.arch === 'arm64' ? 'arm64' : 'x64'
const python = usable && seccompFilter() !== null && existsSync('/usr/bin/python3')

/** Calls by number, and prints for each the name of its error. */
const caller = `import ctypes, errno, sys
libc = ctypes.CDLL(None, use_errno=True)
for line in sys.argv[1:]:
    name, *rest = line.split(',')
    ctypes.set_errno(0)
    result = libc.syscall(*[ctypes.c_long(int(each)) for each in rest])
    print(name, errno.errorcode.get(ctypes.get_errno()) if result == -1 else 'done')
`

/** What each of these calls comes to in the sandbox: name -> arguments, the number first. */
async function called(calls: Record<string, readonly (number | null)[]>) {
  await runner.write('call.py', caller)
  const given = Object.entries(calls).map(([name, numbers]) => `${name},${numbers.join(',')}`)
  const run = `/usr/bin/python3 call.py ${given.join(' ')}`
  await runner.settings({ one: run }, { isolation: 'bubblewrap' })
  const { stdout } = await runner.run()
  expect(stdout).toContain('exit code 0')
  const lines = (await runner.read('logs/one.stdout.log')).trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split(' ')))
}

describe.skipIf(!python)('a system call in the sandbox (skipped without bwrap and python3)', () => {
  it('of the list fails for want of a right, whoever the runner is', async () => {
    // With arguments that the kernel itself would refuse with another error, or take.
    const calls = Object.entries(refused).flatMap(([name, numbers]) => {
      const number = numbers[machine]
      return number === null ? [] : [[name, [number, -1, 0, 0, 0, 0]] as const]
    })
    const all = Object.fromEntries(calls)
    expect(await called(all)).toEqual(
      Object.fromEntries(Object.keys(all).map((name) => [name, 'EPERM'])),
    )
  })

  it('is refused or not by what it asks for', async () => {
    const { ptrace, clone, unshare, socket } = looked
    const user = 0x1000_0000
    const answers = await called({
      'user-namespace': [unshare[machine], user],
      'user-namespace-high-bits': [unshare[machine], 2 ** 33 + user],
      'user-namespace-by-clone': [clone[machine], user + 17, 0, 0, 0, 0],
      'network-namespace': [unshare[machine], 0x4000_0000],
      'files-of-its-own': [unshare[machine], 0x400],
      clone3: [435, 0, 0],
      attach: [ptrace[machine], 16, 1, 0, 0],
      seize: [ptrace[machine], 0x4206, 1, 0, 0],
      'be-traced': [ptrace[machine], 0, 0, 0, 0],
      'local-socket': [socket[machine], 1, 1, 0],
      'internet-socket': [socket[machine], 2, 1, 0],
      'socket-of-the-hypervisor': [socket[machine], 40, 1, 0],
      'socket-of-the-crypto-api': [socket[machine], 38, 5, 0],
      'packet-socket': [socket[machine], 17, 3, 0],
    })
    expect(answers).toEqual({
      'user-namespace': 'EPERM',
      'user-namespace-high-bits': 'EPERM',
      'user-namespace-by-clone': 'EPERM',
      'network-namespace': 'EPERM',
      'files-of-its-own': 'done',
      clone3: 'ENOSYS',
      attach: 'EPERM',
      seize: 'EPERM',
      'be-traced': 'done',
      'local-socket': 'done',
      'internet-socket': 'done',
      'socket-of-the-hypervisor': 'EPERM',
      'socket-of-the-crypto-api': 'EPERM',
      'packet-socket': 'EPERM',
    })
  })

  it.skipIf(machine !== 'x64')('by the numbers of another convention is refused', async () => {
    // x32: `getpid`, with the bit that marks it.
    expect(await called({ x32: [0x4000_0000 + 39] })).toEqual({ x32: 'EPERM' })
  })

  it('that is needed goes on: threads, processes, shared memory', async () => {
    const script = [
      'import threading, multiprocessing.shared_memory as m, subprocess, asyncio, socket',
      's = m.SharedMemory(create=True, size=8); s.buf[0] = 7',
      't = threading.Thread(target=lambda: print("thread", s.buf[0])); t.start(); t.join()',
      's.close(); s.unlink()',
      'print(subprocess.run(["/bin/echo", "child"], capture_output=True).stdout.decode(), end="")',
      'a, b = socket.socketpair(); a.send(b"pair"); print(b.recv(4).decode())',
      'asyncio.run(asyncio.sleep(0)); print("loop")',
    ]
    await runner.write('needed.py', script.join('\n'))
    await runner.settings({ one: '/usr/bin/python3 needed.py' }, { isolation: 'bubblewrap' })
    await runner.run()
    expect(await runner.read('logs/one.stdout.log')).toBe('thread 7\nchild\npair\nloop\n')
  })

  it('reaches no socket of the machine by an abstract name', async () => {
    const name = `codicil-${process.pid}`
    const server = createServer((socket) => socket.end('reached')).listen(`\0${name}`)
    try {
      const table = await readFile('/proc/net/unix', 'utf8')
      expect(table).toContain(`@${name}`)
      const script = `import socket\ns = socket.socket(socket.AF_UNIX)\ntry:\n  s.connect("\\0${name}"); print(s.recv(9))\nexcept OSError as e: print(type(e).__name__)\n`
      await runner.write('connect.py', script)
      await runner.settings({ one: '/usr/bin/python3 connect.py' }, { isolation: 'bubblewrap' })
      await runner.run()
      expect(await runner.read('logs/one.stdout.log')).toBe('ConnectionRefusedError\n')
    } finally {
      server.close()
    }
  })
})

const allowed = 0x7fff_0000
const refusal = 0x0005_0001

/** What the kernel's machine would answer, for as much of it as a filter is made of. */
function answer(filter: Buffer, call: { number: number; architecture: number; first?: number }) {
  const { number, architecture, first = 0 } = call
  const data: Record<number, number> = { 0: number, 4: architecture, 16: first }
  let loaded = 0
  for (let at = 0; ; at++) {
    const k = filter.readUInt32LE(at * 8 + 4)
    const jump = (holds: boolean) => filter[at * 8 + (holds ? 2 : 3)] ?? 0
    switch (filter.readUInt16LE(at * 8)) {
      case 0x20:
        loaded = data[k] ?? NaN
        break
      case 0x06:
        return k
      case 0x15:
        at += jump(loaded === k)
        break
      case 0x35:
        at += jump(loaded >= k)
        break
      case 0x45:
        at += jump((loaded & k) !== 0)
        break
      default:
        throw new Error(`no such instruction at ${at}`)
    }
  }
}

describe.each([
  ['x64', 0xc000_003e, { read: 0, ioctl: 16, mmap: 9, futex: 202, execve: 59, memfd_create: 319 }],
  ['arm64', 0xc000_00b7, { read: 63, ioctl: 29, mmap: 222, futex: 98, execve: 221, clone: 220 }],
] as const)('the filter of %s', (arch, architecture, needed) => {
  const filter = Buffer.from(seccompFilter(arch) ?? [])

  it('refuses what is on the list, and nothing that drivers and compilers need', () => {
    for (const numbers of Object.values(refused)) {
      const number = numbers[arch]
      if (number === null) continue
      expect(answer(filter, { number, architecture })).toBe(refusal)
    }
    for (const number of Object.values(needed)) {
      expect(answer(filter, { number, architecture })).toBe(allowed)
    }
    const clone = { number: looked.clone[arch], architecture }
    expect(answer(filter, { ...clone, first: 0x003d_0f00 })).toBe(allowed)
    expect(answer(filter, { ...clone, first: 0x1000_0011 })).toBe(refusal)
  })

  it('refuses every call of another architecture', () => {
    expect(answer(filter, { number: needed.read, architecture: 0x4000_0003 })).toBe(refusal)
  })
})

it('there is no filter where the numbers of the machine are not known', () => {
  expect(seccompFilter('riscv64')).toBeNull()
})
