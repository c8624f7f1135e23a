/**
 * The filter of system calls that bubblewrap loads before a diagnostic starts: a program of the
 * classic BPF, which the kernel runs for each call. What is on the list fails with EPERM, as it would
 * for want of a right; all else goes on, so that drivers and compilers work.
 *
 * Instructions as in Linux' `include/uapi/linux/filter.h`, data and answers as in `seccomp.h`.
 */
import { clone3, looked, refused, type Numbers } from './syscalls.ts'

type Machine = keyof Numbers

/** Op code, value, and how many instructions are left out if the comparison holds, or does not. */
type Instruction = readonly [code: number, k: number, ifTrue?: number, ifFalse?: number]

const load = (offset: number): Instruction => [0x20, offset]
const answer = (what: number): Instruction => [0x06, what]
const unlessEqual = (k: number, skip: number): Instruction => [0x15, k, 0, skip]
const ifEqual = (k: number, skip: number): Instruction => [0x15, k, skip, 0]
const unlessBits = (k: number, skip: number): Instruction => [0x45, k, 0, skip]
const unlessAtLeast = (k: number, skip: number): Instruction => [0x35, k, 0, skip]

/** Of `struct seccomp_data`, little-endian. */
const number = 0
const architecture = 4
const firstArgument = 16

const allow = 0x7fff_0000
const refuse = 0x0005_0000 | 1
const unknown = 0x0005_0000 | 38

const architectures: Record<Machine, number> = { x64: 0xc000_003e, arm64: 0xc000_00b7 }
/** Calls of the other convention that 64-bit kernels of x86 answer, too. */
const x32 = 0x4000_0000

/** Of `clone` and `unshare`: mount, cgroup, host name, IPC, user, process, network. */
const namespaces = 0x7e02_0000
const attach = 16
const seize = 0x4206
/** Local, IPv4, IPv6 and netlink. Others, such as those of virtual machines, are in no namespace. */
const families = [1, 2, 10, 16]

/** As bytes; null for a machine whose numbers are not known. */
export function seccompFilter(machine: string = process.arch): Uint8Array | null {
  if (machine !== 'x64' && machine !== 'arm64') return null
  const program = [
    load(architecture),
    ifEqual(architectures[machine], 1),
    answer(refuse),
    load(number),
    ...(machine === 'x64' ? [unlessAtLeast(x32, 1), answer(refuse)] : []),
    ...when(clone3[machine], [answer(unknown)]),
    ...Object.values(refused).flatMap((numbers) => when(numbers[machine], [answer(refuse)])),
    ...[looked.clone, looked.unshare].flatMap((numbers) =>
      when(numbers[machine], [
        load(firstArgument),
        unlessBits(namespaces, 1),
        answer(refuse),
        answer(allow),
      ]),
    ),
    ...when(looked.ptrace[machine], [
      load(firstArgument),
      ...[attach, seize].flatMap((request) => [unlessEqual(request, 1), answer(refuse)]),
      answer(allow),
    ]),
    ...when(looked.socket[machine], [
      load(firstArgument),
      ...families.flatMap((family) => [unlessEqual(family, 1), answer(allow)]),
      answer(refuse),
    ]),
    answer(allow),
  ]
  return encoded(program)
}

/** These for one call; null: the machine has none. */
function when(call: number | null, then: readonly Instruction[]): Instruction[] {
  return call === null ? [] : [unlessEqual(call, then.length), ...then]
}

/** Eight bytes each: `struct sock_filter`. */
function encoded(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, [code, k, ifTrue = 0, ifFalse = 0]] of program.entries()) {
    const at = index * 8
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(ifTrue, at + 2)
    bytes.writeUInt8(ifFalse, at + 3)
    bytes.writeUInt32LE(k, at + 4)
  }
  return bytes
}
