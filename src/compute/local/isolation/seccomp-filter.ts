/** One instruction of the classic Berkeley packet filter. `whenTrue` and `whenFalse` are the instructions to skip. */
type Instruction = Readonly<{ code: number; whenTrue: number; whenFalse: number; value: number }>

const instruction = (code: number, value: number, whenTrue = 0, whenFalse = 0): Instruction => ({
  code,
  whenTrue,
  whenFalse,
  value,
})
const load = (offset: number) => instruction(0x20, offset)
const mask = (bits: number) => instruction(0x54, bits)
const finish = (value: number) => instruction(0x06, value)
const allow = finish(0x7fff_0000)
const fail = (error: number) => finish(0x0005_0000 | error)

/** Runs the block if the loaded number equals the value, is at least the value, or has one of its bits. */
const ifEqual = (value: number, block: Instruction[]) => [instruction(0x15, value, 0, block.length), ...block]
const ifAtLeast = (value: number, block: Instruction[]) => [instruction(0x35, value, 0, block.length), ...block]
const ifAny = (bits: number, block: Instruction[]) => [instruction(0x45, bits, 0, block.length), ...block]
const unlessEqual = (value: number, block: Instruction[]) => [instruction(0x15, value, block.length, 0), ...block]

/** Offsets in `struct seccomp_data` on a little-endian machine; those of arguments are of their lower half. */
const numberOffset = 0
const architectureOffset = 4
const argumentOffset = (index: number) => 16 + 8 * index

const errors = { EPERM: 1, EACCES: 13, ENOSYS: 38, EAFNOSUPPORT: 97 }
const families = { unix: 1, inet: 2, inet6: 10 }
const streamType = 1
const typeBits = 0xf
const tcp = 6
const fastOpenFlag = 0x2000_0000
const newUserFlag = 0x1000_0000
const firstX32Number = 0x4000_0000

/** From `linux/audit.h`, `arch/x86/entry/syscalls/syscall_64.tbl` and `asm-generic/unistd.h`. */
const machines = {
  x64: {
    audit: 0xc000_003e,
    ...{
      socket: 41,
      socketpair: 53,
      connect: 42,
      sendto: 44,
      sendmsg: 46,
      sendmmsg: 307,
      clone: 56,
      unshare: 272,
      setns: 308,
    },
    ...{ add_key: 248, request_key: 249, keyctl: 250, ptrace: 101, syslog: 103 },
  },
  arm64: {
    audit: 0xc000_00b7,
    ...{
      socket: 198,
      socketpair: 199,
      connect: 203,
      sendto: 206,
      sendmsg: 211,
      sendmmsg: 269,
      clone: 220,
      unshare: 97,
      setns: 268,
    },
    ...{ add_key: 217, request_key: 218, keyctl: 219, ptrace: 117, syslog: 116 },
  },
} as const
/** System calls that have the same number on all machines. */
const everywhere = { io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, clone3: 435 }

/**
 * Returns the system call filter of a database server, in the format of the kernel
 * (https://docs.kernel.org/userspace-api/seccomp_filter.html). A server may listen and accept, but not connect, so that
 * it reaches no other instance, no service of this machine and no network. It cannot make user namespaces, and has no
 * access to the keys that the kernel stores for a user, nor to the kernel's log. Forbidden calls fail with an error
 * that programs can handle. Undefined for an architecture whose call numbers are not listed here.
 */
export function seccompFilter(architecture: string = process.arch): Buffer | undefined {
  const calls = architecture === 'x64' || architecture === 'arm64' ? machines[architecture] : undefined
  if (!calls) return undefined
  const instructions = [
    load(architectureOffset),
    ...unlessEqual(calls.audit, [fail(errors.EPERM)]),
    load(numberOffset),
    // x86-64 has a second set of numbers for the same calls.
    ...ifAtLeast(firstX32Number, [fail(errors.EPERM)]),
    ...ifEqual(calls.connect, [fail(errors.EACCES)]),
    ...ifEqual(calls.socket, socketRules),
    ...ifEqual(calls.socketpair, [...streamsOnly, allow]),
    // With this flag, a send call opens a connection.
    ...ifEqual(calls.sendto, [load(argumentOffset(3)), ...ifAny(fastOpenFlag, [fail(errors.EACCES)]), allow]),
    ...ifEqual(calls.sendmsg, [load(argumentOffset(2)), ...ifAny(fastOpenFlag, [fail(errors.EACCES)]), allow]),
    ...ifEqual(calls.sendmmsg, [load(argumentOffset(3)), ...ifAny(fastOpenFlag, [fail(errors.EACCES)]), allow]),
    ...ifEqual(calls.clone, [load(argumentOffset(0)), ...ifAny(newUserFlag, [fail(errors.EPERM)]), allow]),
    // A filter cannot read the flags of clone3, nor the calls that a program makes through io_uring.
    ...Object.values(everywhere).flatMap(number => ifEqual(number, [fail(errors.ENOSYS)])),
    ...forbidden.flatMap(name => ifEqual(calls[name], [fail(errors.EPERM)])),
    allow,
  ]
  return Buffer.concat(instructions.map(encoded))
}

const forbidden = ['unshare', 'setns', 'ptrace', 'add_key', 'request_key', 'keyctl', 'syslog'] as const

/**
 * A socket that can send without connecting first could reach outside the instance. That includes a pair of datagram
 * sockets, since each of them may send to any address.
 */
const streamsOnly = [load(argumentOffset(1)), mask(typeBits), ...unlessEqual(streamType, [fail(errors.EACCES)])]

/** Allows streams over TCP, and Unix sockets. */
const socketRules = [
  ...streamsOnly,
  load(argumentOffset(2)),
  ...unlessEqual(0, unlessEqual(tcp, [fail(errors.EACCES)])),
  load(argumentOffset(0)),
  ...Object.values(families).flatMap(family => ifEqual(family, [allow])),
  fail(errors.EAFNOSUPPORT),
]

function encoded({ code, whenTrue, whenFalse, value }: Instruction): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(whenTrue, 2)
  bytes.writeUInt8(whenFalse, 3)
  bytes.writeUInt32LE(value >>> 0, 4)
  return bytes
}
