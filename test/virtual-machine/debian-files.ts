import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installPackages, missingPackages } from '../openstack/packages.ts'
import { root } from './checkout.ts'

/** What the machine is emulated with, and what runs in it: it sees the /usr of this machine. */
const packages = ['qemu-system-x86', 'e2fsprogs', 'systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'bubblewrap']

/**
 * The kernel and the shell that boots it are unpacked here and never installed: this machine keeps its own. npm deletes the
 * folder with node_modules.
 */
const cache = join(root, 'node_modules/.cache/virtual-machine')

export type DebianFiles = Readonly<{ kernel: string; modulesFolder: string; busybox: string }>

/** The unpacked files; undefined while they are not there. */
export function debianFiles(): DebianFiles | undefined {
  const kernel = globSync('boot/vmlinuz-*', { cwd: cache })[0]
  if (kernel === undefined) return undefined
  const modulesFolder = globSync('lib/modules/*', { cwd: cache })[0]!
  return {
    kernel: join(cache, kernel),
    modulesFolder: join(cache, modulesFolder),
    busybox: join(cache, 'bin/busybox'),
  }
}

/** A line for each thing that is missing. */
export const missingForTheMachine = (): string[] => [
  ...missingPackages(packages).map(name => `the package ${name}`),
  ...(debianFiles() ? [] : ['a Debian kernel, unpacked']),
]

/** Installs and fetches what is missing. Needs root for the packages only. Throws an Error that says what failed. */
export function fetchMissing(): void {
  const missing = missingPackages(packages)
  if (missing.length > 0) installPackages(missing)
  if (!debianFiles()) fetchKernel()
}

function fetchKernel(): void {
  mkdirSync(dirname(cache), { recursive: true })
  const folder = mkdtempSync(`${cache}-`)
  try {
    // linux-image-amd64 is an empty package that depends on the newest kernel.
    const depends = output('apt-cache', ['depends', 'linux-image-amd64'], folder)
    const image = /Depends: (linux-image-\S+)/.exec(depends)?.[1]
    if (image === undefined) throw new Error(`linux-image-amd64 names no kernel: run apt-get update. ${depends}`)
    // apt-get drops root's rights for downloads, where it can; that user cannot write into our folder.
    output('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', image, 'busybox-static'], folder)
    const unpacked = join(folder, 'unpacked')
    mkdirSync(unpacked)
    for (const file of globSync('*.deb', { cwd: folder })) output('dpkg-deb', ['-x', file, unpacked], folder)
    renameSync(unpacked, cache)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function output(command: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`)
  return stdout
}
