import { lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from '../host/account.ts'

/** What a command sees of the machine besides the system's own programs, which it may only read. */
export type View = Readonly<{
  writable: readonly string[]
  readable: readonly string[]
  /** Mounted over a file of the system: where from → where to. */
  inPlaceOf?: Readonly<Record<string, string>>
  workingFolder: string
  /** The most that may be kept in memory as files (`/dev/shm`, `/tmp`), in bytes. */
  sharedMemoryBytes: number
}>

export type SandboxOptions = Readonly<{
  bubblewrap: string
  /** Number of the open file that the filter of system calls is read from. */
  filterFd?: number | undefined
  /** Number of the open file that the process is named in. */
  infoFd?: number | undefined
  /** Whether it ends with us. A server does not: the next worker goes on with it. */
  endsWithUs: boolean
}>

/**
 * The words before a command that give it a view of its own (https://github.com/containers/bubblewrap): files, processes
 * and shared memory of nobody else. With its first process, everything that it started ends. Root needs no user namespace
 * for that, which many machines do not allow; it is still root inside, and has to become somebody else there.
 */
export function sandbox(view: View, options: SandboxOptions): string[] {
  const hidden = sharedFolders(view)
  return [
    options.bubblewrap,
    ...(process.getuid?.() === 0 ? [] : ['--unshare-user', '--disable-userns']),
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', 'localhost', '--unshare-cgroup-try'],
    ...(options.endsWithUs ? ['--die-with-parent'] : ['--as-pid-1']),
    ...systemFolders(),
    ...hidden.flatMap(path => ['--perms', '0755', '--tmpfs', path]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['/dev/shm', '/tmp'].flatMap(path => [
      ...['--perms', '1777', '--size', String(view.sharedMemoryBytes), '--tmpfs', path],
    ]),
    ...foldersAbove([...view.readable, ...view.writable]).flatMap(path => ['--dir', path]),
    ...view.readable.flatMap(path => ['--ro-bind', path, path]),
    ...Object.entries(view.inPlaceOf ?? {}).flatMap(([from, to]) => ['--ro-bind', from, to]),
    ...view.writable.flatMap(path => ['--bind', path, path]),
    // What is mounted in them stays as it is. Without it, an ordinary user could keep files there without a limit.
    ...[...hidden, '/dev', '/'].flatMap(path => ['--remount-ro', path]),
    ...['--chdir', view.workingFolder],
    ...(options.filterFd === undefined ? [] : ['--seccomp', String(options.filterFd)]),
    ...(options.infoFd === undefined ? [] : ['--info-fd', String(options.infoFd)]),
    '--',
  ]
}

/** The folders of all instances, where they are kept below one that every program of the system sees. */
const sharedFolders = ({ writable }: View) => [
  ...new Set(writable.filter(path => path.startsWith('/usr/')).map(path => dirname(dirname(path)))),
]

/** From the top down. Whoever runs inside has to get through them, and bubblewrap would make them for root alone. */
function foldersAbove(paths: readonly string[]): string[] {
  const above = (path: string): string[] => {
    const folder = dirname(path)
    return folder === path ? [] : [...above(folder), folder]
  }
  return [...new Set(paths.flatMap(above))].filter(folder => folder !== '/')
}

/** The words before a command that make root a user without any rights, for good. */
export const asUser = (setpriv: string, { uid, gid }: Account): string[] => [
  setpriv,
  ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
  ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
]

/** The words before a command that leave root, who stays root, with these of its rights (capabilities(7)). */
export const withRights = (setpriv: string, ...rights: readonly string[]): string[] => [
  setpriv,
  ...['--inh-caps=-all', `--bounding-set=${['-all', ...rights.map(right => `+${right}`)].join(',')}`],
  ...['--no-new-privs', '--'],
]

/** Today most of them are links into `/usr`; where they are not, they are folders of their own. */
function systemFolders(): string[] {
  const besides = ['/bin', '/sbin', '/lib', '/lib64', '/lib32', '/libx32'].flatMap(path => {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found) return []
    return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
  })
  // Where the libraries of the system are, and what they are called by other names.
  const settings = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime']
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...besides,
    '--dir',
    '/etc',
    ...settings.flatMap(path => ['--ro-bind-try', path, path]),
  ]
}
