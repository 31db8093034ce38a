import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { freePort, type ServerFolder, serverFolder } from '../servers/server-process.ts'
import { passwords } from './keystone-client.ts'

/** A service of OpenStack as a process of its own, with a folder, a port and a log of its own. */
export type Service = Readonly<{
  url: string
  port: number
  folder: string
  /** Writes a file into its folder and gives the path. */
  write(name: string, text: string, mode?: number): string
  /** Runs one of its own programs to its end. */
  run(...command: readonly string[]): Promise<void>
  /** Runs a Python program with each of these arguments, one after the other; `module` has its function `main`. */
  runSeveral(module: string, commands: readonly (readonly string[])[]): Promise<void>
  /** Starts it and waits until it is ready; may be done again after `stop`. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Lets it stand still with all that it started: it takes connections, and answers nobody. */
  freeze(): void
  thaw(): void
  /** Ends it and removes all it wrote. */
  remove(): Promise<void>
}>

type Ready = (port: number) => Promise<void>

/** Ready once it answers anything over HTTP. */
const answersHttp: Ready = async port => {
  await (await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(5000) })).arrayBuffer()
}

/** Ready once it takes connections. */
export const listens: Ready = async port => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(port, '127.0.0.1', resolve).once('error', reject)
  await promise.finally(() => socket.destroy())
}

/** For what listens nowhere: others say whether it works. */
export const startsOnly: Ready = async () => {}

/** `run-several.py`: arguments are a module and a JSON text of lists of arguments. */
export const runSeveral = join(import.meta.dirname, 'run-several.py')

/**
 * @param environment what its programs find there, besides PATH and a home in their folder
 * @param command makes the command line that serves, out of the port
 */
export async function makeService(
  name: string,
  environment: (folder: string) => Readonly<Record<string, string>>,
  command: (port: number, folder: string) => readonly string[],
  ready = answersHttp,
): Promise<Service> {
  const port = await freePort()
  const inside: ServerFolder = serverFolder(name, undefined, 'SIGTERM')
  const url = `http://127.0.0.1:${port}`
  const variables = Object.entries({ PYTHONWARNINGS: 'ignore', LC_ALL: 'C.UTF-8', ...environment(inside.path) })
  const words = variables.map(([key, value]) => `${key}=${value}`)
  const run = (...command: readonly string[]) => inside.run('/usr/bin/env', [...words, ...command])
  let runs = false
  return {
    url,
    port,
    folder: inside.path,
    write(file, text, mode = 0o600) {
      const path = join(inside.path, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode })
      return path
    },
    run,
    runSeveral: (module, commands) => run('/usr/bin/python3', runSeveral, module, JSON.stringify(commands)),
    async start() {
      // Nobody would end the first of two.
      if (runs) throw new Error(`${name} runs already`)
      runs = true
      await inside.serve('/usr/bin/env', [...words, ...command(port, inside.path)], () => ready(port))
    },
    async stop() {
      await inside.stop()
      runs = false
    },
    freeze: () => inside.signalAll('SIGSTOP'),
    thaw: () => inside.signalAll('SIGCONT'),
    remove: () => inside.remove(),
  }
}

/**
 * A WSGI program under uWSGI. Its http-socket ends each connection after an answer without saying so; the header says it,
 * or clients would send on a connection that is being closed.
 *
 * @param isLoaded whether the program is loaded in each process, as one needs that opens connections while it is loaded
 */
export const underUwsgi = (
  program: string,
  port: number,
  processes: number,
  isLoaded: 'in each process' | 'once' = 'in each process',
): readonly string[] => [
  ...['/usr/bin/uwsgi-core', '--plugin', 'python3', '--http-socket', `127.0.0.1:${port}`, '--wsgi-file', program],
  ...['--master', '--processes', String(processes), '--enable-threads', '--need-app', '--die-on-term'],
  ...(isLoaded === 'once' ? [] : ['--lazy-apps']),
  ...['--no-orphans', '--buffer-size', '65535', '--disable-logging', '--add-header', 'Connection: close'],
]

/** How one service of OpenStack logs in to Keystone in order to ask another one. */
export const loginOf = (keystone: Service, username: string) => ({
  auth_url: `${keystone.url}/v3`,
  auth_type: 'password',
  region_name: 'RegionOne',
  project_domain_name: 'Default',
  user_domain_name: 'Default',
  project_name: 'service',
  username,
  password: passwords.service,
})

/**
 * What every service has to know of Keystone in order to believe tokens. Without a region, it would take any Keystone of
 * the catalogue, also one that a test has put behind a relay.
 */
export const authtoken = (keystone: Service, username: string) => ({
  ...loginOf(keystone, username),
  www_authenticate_uri: keystone.url,
  auth_url: keystone.url,
  service_token_roles_required: 'true',
})

/** Sections of an INI file. */
export const ini = (sections: Readonly<Record<string, Readonly<Record<string, string | number>>>>): string =>
  Object.entries(sections)
    .map(([name, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${String(value).replaceAll('$', '$$$$')}`)
      return `[${name}]\n${lines.join('\n')}\n`
    })
    .join('\n')
