import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootArchive, shares } from './boot-archive.ts'
import { root } from './checkout.ts'
import type { DebianFiles } from './debian-files.ts'
import { channels, makeRootDisk } from './root-disk.ts'

/** Old enough to have no vectors of 256 bits, which take long to emulate; new enough for everything in Debian. */
const processor = 'Nehalem'
const memoryMb = 3072
const cpus = 2

/**
 * Runs a shell command as root in a machine of its own, which has unified control groups, systemd and no network, and hands
 * on what it writes. Returns its exit code. The processor is emulated, so no right and no device of this machine is needed.
 */
export async function runInMachine(
  debian: DebianFiles,
  command: string,
  { timeoutMs, write }: { timeoutMs: number; write: (chunk: Buffer) => void },
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-machine-'))
  const file = (name: string) => join(folder, name)
  try {
    writeFileSync(file('boot.cpio'), bootArchive(debian))
    const disk = makeRootDisk(folder, command)
    // QEMU takes the end of its input for a hang-up, after which the machine waits for ever with what it writes.
    const qemu = spawn('qemu-system-x86_64', machineArguments(debian.kernel, disk, file), {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await Promise.race([once(qemu, 'spawn'), once(qemu, 'error').then(([error]) => Promise.reject(error))])
    // The machine has as much work as processors can do; whoever else is here goes first.
    setPriority(qemu.pid!, 5)
    const endWithUs = () => qemu.kill('SIGKILL')
    process.once('exit', endWithUs)
    const deadline = setTimeout(() => qemu.kill('SIGKILL'), timeoutMs)
    qemu.stdout!.on('data', write)
    await once(qemu, 'close')
    clearTimeout(deadline)
    process.off('exit', endWithUs)
    return exitCodeIn(file(channels.exitCode)) ?? failed(file('console'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function machineArguments(kernel: string, disk: string, file: (name: string) => string): string[] {
  const share = (name: string, path: string) => [
    ...['-fsdev', `local,id=${name},path=${path},readonly=on,security_model=none,multidevs=remap`],
    ...['-device', `virtio-9p-pci,fsdev=${name},mount_tag=${name}`],
  ]
  const port = (name: string) => ['-device', `virtserialport,chardev=${name},name=${name}`]
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-nic', 'none', '-no-reboot'],
    ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', processor],
    ...['-smp', String(cpus), '-m', `${memoryMb}M`],
    ...['-kernel', kernel, '-initrd', file('boot.cpio')],
    ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off systemd.show_status=no'],
    ...['-drive', `if=virtio,format=raw,file=${disk},cache=unsafe`],
    ...['-device', 'virtio-rng-pci'],
    ...share(shares.usr, '/usr'),
    ...share(shares.checkout, root),
    ...['-serial', `file:${file('console')}`],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `stdio,id=${channels.output},signal=off`, ...port(channels.output)],
    ...['-chardev', `file,id=${channels.exitCode},path=${file(channels.exitCode)}`, ...port(channels.exitCode)],
  ]
}

function exitCodeIn(file: string): number | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return /^\d+\n$/.test(text) ? Number(text) : undefined
}

function failed(consoleFile: string): never {
  const lines = existsSync(consoleFile) ? readFileSync(consoleFile, 'utf8').split('\n').slice(-40).join('\n') : ''
  throw new Error(`the machine ended, or ran out of time, without an exit code of the command. Its console:\n${lines}`)
}
