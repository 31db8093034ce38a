import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { LocalComputeOptions } from '../../src/compute/local/compute.ts'
import type { Compute } from '../../src/ports/compute.ts'
import { enginePath } from '../engines/index.ts'
import { hostileEngines } from './hostile-server.ts'

/** How the service runs, and which means of isolation are missing. */
export type HostKind = Readonly<{
  title: string
  user: 'root' | 'ordinary'
  /** Missing programs of the system. */
  without?: readonly string[]
  /** True if root cannot give each instance its own user, so that all run as one. */
  hasOneUser?: boolean
}>

type Method = Exclude<keyof Compute, 'server'>
export type Call = Readonly<{ number: number; method: Method; args: readonly unknown[] }>
type Answer = Readonly<{ number: number; result?: unknown; failure?: string; cause?: string }>

/** A service on this machine, reduced to a folder with secrets and its compute driver. */
export type Host = Readonly<{
  kind: HostKind
  uid: number
  /** The service's own folder. */
  folder: string
  instances: string
  /** The driver in another process, the service: it runs as the user and without the means that `kind` states. */
  compute: Pick<Compute, Method>
  pid(): number
  /** Kills that process, and starts another one. */
  replace(): Promise<void>
  close(): Promise<void>
}>

export const secret = 'secret-of-the-service'
const ordinaryUid = 54_321
const repository = join(import.meta.dirname, '../..')
export const isRoot = process.getuid?.() === 0

/** The users that this test run can use. Root can also run as an ordinary user, so that one run covers both. */
export const users: readonly HostKind['user'][] = isRoot ? ['root', 'ordinary'] : ['ordinary']

/** The reason why a kind of host is impossible here; undefined if it is possible. */
export const impossible = ({ user, without = [] }: HostKind): string | undefined => {
  if (isRoot) return undefined
  return user === 'root' || without.length > 0 ? 'NOT RUN: only root can remove this means of isolation' : undefined
}

export async function openHost(kind: HostKind): Promise<Host> {
  // Not in /tmp: every instance has its own /tmp, so a write there would not show whether it got out.
  const base = mkdtempSync('/var/tmp/trove-ts-attacks-')
  chmodSync(base, 0o755)
  const folder = join(base, 'service')
  const uid = kind.user === 'ordinary' && isRoot ? ordinaryUid : process.getuid!()
  const options: LocalComputeOptions = {
    folder: join(folder, 'instances'),
    ramMbMax: 64_000,
    enginePath: [hostileEngines(join(base, 'engines')), ...enginePath],
    // Ids that no system has, since the last one is reserved.
    ...(kind.hasOneUser ? { userIds: { min: 0xffff_fffe, max: 0xffff_ffff } } : {}),
  }
  makeService(folder, uid)
  const start = () => startProcess(base, kind, uid, options)
  let current = await start()
  const compute = new Proxy({} as Host['compute'], {
    get: (_, method) => (method === 'then' ? undefined : (...args: unknown[]) => current.ask(method as Method, args)),
  })
  return {
    kind,
    uid,
    folder,
    instances: options.folder,
    compute,
    pid: () => current.child.pid!,
    async replace() {
      await end(current.child)
      current = await start()
    },
    async close() {
      try {
        for (const id of await compute.instanceIds()) await compute.remove(id)
        rmSync(base, { recursive: true, force: true })
      } finally {
        await end(current.child)
      }
    },
  }
}

const end = async (child: ChildProcess) => {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  child.kill('SIGKILL')
  await exited
}

/** The names of secret files that a service stores beside its instances. */
export const secretFiles = ['secret.key', 'identity.json', 'clouds.yaml', 'trove.sqlite', 'server.sock.key']

function makeService(folder: string, uid: number) {
  mkdirSync(folder, { mode: 0o711 })
  for (const name of secretFiles) writeFileSync(join(folder, name), `${secret}\n`, { mode: 0o600 })
  for (const path of [folder, ...secretFiles.map(name => join(folder, name))]) chownSync(path, uid, uid)
}

type Running = Readonly<{ child: ChildProcess; ask(method: Method, args: readonly unknown[]): Promise<unknown> }>

async function startProcess(base: string, kind: HostKind, uid: number, options: LocalComputeOptions): Promise<Running> {
  const [file, ...args] = commandLine(base, kind, uid, options)
  const child = spawn(file!, args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', HOME: base, TMPDIR: '/tmp', TROVE_SECRET: secret, UV_THREADPOOL_SIZE: '4' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let last = 0
  child.on('message', (answer: Answer) => waiting.get(answer.number)?.resolve(answer))
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The process of the service has ended.'))
  })
  const answer = (number: number) => {
    const promised = Promise.withResolvers<Answer>()
    waiting.set(number, promised)
    return promised.promise.finally(() => waiting.delete(number))
  }
  await answer(0)
  return {
    child,
    async ask(method, args) {
      const answered = answer(++last)
      child.send({ number: last, method, args } satisfies Call)
      const { result, failure, cause } = await answered
      if (failure !== undefined) throw new Error(failure, { cause })
      return result
    },
  }
}

/**
 * Mounts the checkout where an ordinary user can access it, and covers missing programs with /dev/null. Only this
 * process and its children see these mounts.
 */
const inNamespace = `
  set -e
  mkdir -p "$1/checkout" && mount --bind "$2" "$1/checkout" && shift 2
  while [ "$1" != -- ]; do mount --bind /dev/null "$1"; shift; done
  shift
  exec "$@"`

function commandLine(base: string, { user, without = [] }: HostKind, uid: number, options: LocalComputeOptions) {
  const words = (node: string, root: string) => [
    ...[node, '--disable-warning=ExperimentalWarning', join(root, relative(repository, import.meta.dirname))],
    JSON.stringify(options),
  ]
  const script = (words: string[]) => words.with(2, join(words[2]!, 'compute-process.ts'))
  if (!isRoot || (user === 'root' && without.length === 0)) return script(words(process.execPath, repository))
  // Use a copy of setpriv, because setpriv may be one of the missing programs.
  const setpriv = join(base, 'setpriv')
  copyFileSync('/usr/bin/setpriv', setpriv)
  const checkout = join(base, 'checkout')
  const isOurs = process.execPath.startsWith(`${repository}/`)
  const node = isOurs ? join(checkout, relative(repository, process.execPath)) : process.execPath
  const changeUser = [setpriv, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--inh-caps=-all', '--']
  return [
    ...[
      '/usr/bin/unshare',
      '--mount',
      '--propagation',
      'private',
      '/bin/sh',
      '-c',
      inNamespace,
      'sh',
      base,
      repository,
    ],
    ...without.map(program => `/usr/bin/${program}`),
    '--',
    ...(user === 'ordinary' ? changeUser : []),
    ...script(words(node, checkout)),
  ]
}
