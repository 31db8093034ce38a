import type { Account } from '../host/account.ts'
import type { Command } from '../host/processes.ts'
import { systemProgram } from '../host/system-program.ts'
import type { IsolatingMachine } from './isolating-machine.ts'
import { asUser, type SandboxOptions, sandbox, type View } from './sandbox.ts'

/** A command with everything around it, and what spawning it needs besides. */
export type Launched = Command & Readonly<{ spawnAs: { uid?: number; gid?: number } }>

/** Open files of a launched server after stdin, stdout and stderr: where it says who it is, and where its filter comes from. */
export const infoFd = 3
export const filterFd = 4

/** Ends with the words after `--`. A process that moves into a group takes along what it becomes. */
const joinGroups = 'while [ "$1" != -- ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
/** As bubblewrap says it of the process inside. */
const sayWho = `printf '{"child-pid": %d}' $$ >&${infoFd}; exec ${infoFd}>&-; exec "$@"`

/**
 * A server with everything around it. The words take effect one after the other, each in the process of the one before: the
 * lock that only one server of an instance has, its control groups, and then its user and its view. It says on `infoFd`
 * which process it is, as `{"child-pid": 1234}`.
 */
export function launchServer(
  { file, args }: Command,
  around: Around & Readonly<{ lockFile: string; groups: readonly string[] }>,
): Launched {
  const { machine, lockFile, groups } = around
  const [flock, limits] = [systemProgram('flock'), systemProgram('prlimit')]
  const words = [
    ...(flock ? [flock, '--nonblock', '--no-fork', lockFile] : []),
    ...(groups.length > 0 ? ['/bin/sh', '-c', joinGroups, 'sh', ...groups, '--'] : []),
    // The memory of a server that crashed would end up among its data.
    ...(limits ? [limits, '--core=0:0'] : []),
    ...(machine.bubblewrap ? [] : ['/bin/sh', '-c', sayWho, 'sh']),
  ]
  return enclosed(words, { file, args }, around, {
    endsWithUs: false,
    infoFd,
    ...(machine.filter ? { filterFd } : {}),
  })
}

/** A command that does something for an instance and ends, as the user of the instance and with its view. */
export const launchTool = (command: Command, around: Around): Launched =>
  enclosed([], command, around, { endsWithUs: true })

/** What a command of an instance is launched with. A user of its own is for root to give; others are who they are. */
type Around = Readonly<{ machine: IsolatingMachine; user: Account | undefined; view: View }>

function enclosed(
  words: readonly string[],
  { file, args }: Command,
  { machine: { bubblewrap }, user, view }: Around,
  options: Omit<SandboxOptions, 'bubblewrap'>,
): Launched {
  const setpriv = systemProgram('setpriv')
  const [first, ...rest] = [
    ...words,
    ...(bubblewrap ? sandbox(view, { bubblewrap, ...options }) : []),
    ...(user && setpriv ? asUser(setpriv, user) : []),
    ...[file, ...args],
  ]
  // Without that program, as on macOS, the system call that makes a process is all there is.
  const spawnAs = user && !setpriv ? { uid: user.uid, gid: user.gid } : {}
  return { file: first!, args: rest, spawnAs }
}
