import type { Account } from '../host/account.ts'
import type { Command } from '../host/processes.ts'
import { systemProgram } from '../host/system-program.ts'
import type { IsolatingMachine } from './isolating-machine.ts'
import { asUser, type SandboxOptions, sandbox, type View } from './sandbox.ts'

/** A command with its isolation around it, and the options for spawning it. */
export type LaunchCommand = Command & Readonly<{ spawnAs: { uid?: number; gid?: number } }>

/**
 * Open files of a launched server besides stdin, stdout and stderr: it reports its pid on one and reads its filter from
 * the other.
 */
export const infoFd = 3
export const filterFd = 4

/**
 * Moves its own process into the groups whose folders precede `--`, then executes the words after it, which inherit the
 * groups.
 */
const joinGroups = 'while [ "$1" != -- ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
/** Reports the pid in the same form as bubblewrap does. */
const reportPid = `printf '{"child-pid": %d}' $$ >&${infoFd}; exec ${infoFd}>&-; exec "$@"`

/**
 * Wraps a server in its isolation. Each part executes the next one in the same process: first the lock that only one
 * server of an instance can hold, then the control groups, then user and view. The pid is reported on `infoFd` as
 * `{"child-pid": 1234}`.
 */
export function launchServer(
  { file, args }: Command,
  surroundings: Surroundings & Readonly<{ lockFile: string; groups: readonly string[] }>,
): LaunchCommand {
  const { machine, lockFile, groups } = surroundings
  const [flock, limits] = [systemProgram('flock'), systemProgram('prlimit')]
  const words = [
    ...(flock ? [flock, '--nonblock', '--no-fork', lockFile] : []),
    ...(groups.length > 0 ? ['/bin/sh', '-c', joinGroups, 'sh', ...groups, '--'] : []),
    // Otherwise a server that crashes would dump its memory into its data folder.
    ...(limits ? [limits, '--core=0:0'] : []),
    ...(machine.bubblewrap ? [] : ['/bin/sh', '-c', reportPid, 'sh']),
  ]
  return wrapped(words, { file, args }, surroundings, {
    endsWithUs: false,
    infoFd,
    ...(machine.filter ? { filterFd } : {}),
  })
}

/**
 * Wraps a short-lived command that works for an instance: it runs as the user of the instance and sees what the
 * instance sees.
 */
export const launchTool = (command: Command, surroundings: Surroundings): LaunchCommand =>
  wrapped([], command, surroundings, { endsWithUs: true })

/** The isolation of a command. `user` is set only if we are root, since others cannot choose a user. */
type Surroundings = Readonly<{ machine: IsolatingMachine; user: Account | undefined; view: View }>

function wrapped(
  words: readonly string[],
  { file, args }: Command,
  { machine: { bubblewrap }, user, view }: Surroundings,
  options: Omit<SandboxOptions, 'bubblewrap'>,
): LaunchCommand {
  const setpriv = systemProgram('setpriv')
  const [first, ...rest] = [
    ...words,
    ...(bubblewrap ? sandbox(view, { bubblewrap, ...options }) : []),
    ...(user && setpriv ? asUser(setpriv, user) : []),
    ...[file, ...args],
  ]
  // Without setpriv, as on macOS, only `spawn` can change the user.
  const spawnAs = user && !setpriv ? { uid: user.uid, gid: user.gid } : {}
  return { file: first!, args: rest, spawnAs }
}
