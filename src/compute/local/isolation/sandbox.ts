import { lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from '../host/account.ts'

/** The files that a command sees besides the system's own programs, which are read-only. */
export type View = Readonly<{
  writable: readonly string[]
  readable: readonly string[]
  /** Files that are mounted over a file of the system: source → target. */
  inPlaceOf?: Readonly<Record<string, string>>
  workingFolder: string
  /** Maximum size of the files in memory (`/dev/shm`, `/tmp`), in bytes. */
  sharedMemoryBytes: number
}>

export type SandboxOptions = Readonly<{
  bubblewrap: string
  /** Number of the open file that the filter of system calls is read from. */
  filterFd?: number | undefined
  /** Number of the open file that the pid is written to. */
  infoFd?: number | undefined
  /** True if the command ends together with this process. A server does not: the next worker continues with it. */
  endsWithUs: boolean
}>

/**
 * Returns the words that precede a command to restrict what it sees (https://github.com/containers/bubblewrap): it sees
 * only its own files, processes and shared memory. When its first process ends, all others end, too. Root needs no user
 * namespace for that, which many machines do not allow; the command is still root inside, and must change to its user
 * there.
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
    // Otherwise an ordinary user could store files there without a limit. Mounts inside these folders are not affected.
    ...[...hidden, '/dev', '/'].flatMap(path => ['--remount-ro', path]),
    ...['--chdir', view.workingFolder],
    ...(options.filterFd === undefined ? [] : ['--seccomp', String(options.filterFd)]),
    ...(options.infoFd === undefined ? [] : ['--info-fd', String(options.infoFd)]),
    '--',
  ]
}

/** The folders that contain all instances, if they are below `/usr`, which every command sees: they have to be hidden. */
const sharedFolders = ({ writable }: View) => [
  ...new Set(writable.filter(path => path.startsWith('/usr/')).map(path => dirname(dirname(path)))),
]

/**
 * All parent folders, from the top down. They are made explicitly, because bubblewrap would make them accessible only
 * to root.
 */
function foldersAbove(paths: readonly string[]): string[] {
  const above = (path: string): string[] => {
    const folder = dirname(path)
    return folder === path ? [] : [...above(folder), folder]
  }
  return [...new Set(paths.flatMap(above))].filter(folder => folder !== '/')
}

/** The words that precede a command to change from root to a user, irreversibly and without any rights of root. */
export const asUser = (setpriv: string, { uid, gid }: Account): string[] => [
  setpriv,
  ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
  ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
]

/** The words that precede a command to run it as root with only these rights (capabilities(7)). */
export const withRights = (setpriv: string, ...rights: readonly string[]): string[] => [
  setpriv,
  ...['--inh-caps=-all', `--bounding-set=${['-all', ...rights.map(right => `+${right}`)].join(',')}`],
  ...['--no-new-privs', '--'],
]

/** The folders of the system. Most of them are links into `/usr` today, but on some systems they are real folders. */
function systemFolders(): string[] {
  const besidesUsr = ['/bin', '/sbin', '/lib', '/lib64', '/lib32', '/libx32'].flatMap(path => {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (!status) return []
    return status.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
  })
  // The list of libraries, the links to alternative programs, and the time zone.
  const systemFiles = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime']
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...besidesUsr,
    '--dir',
    '/etc',
    ...systemFiles.flatMap(path => ['--ro-bind-try', path, path]),
  ]
}
