/**
 * The parts of MariaDB and MySQL that are the same: engine settings, command line, recognising processes, reading the
 * log. Their differences are in `mariadb.ts` and `mysql.ts`; users, databases and root are administered in
 * `administration.ts`. Everything that a tenant must not change is given on the command line, because a server can
 * change its option files but not its arguments.
 */

import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import { greets } from '../../host/ports.ts'
import type { Engine, InstalledEngine, ServeOptions } from '../engine.ts'
import { serverAtFirstUse } from '../server-at-first-use.ts'
import { nameProblem } from './names.ts'

export const mysqlFamily = {
  extraFiles: () => ({}),
  controlFiles: {},
  leftoverNames: [],
  settingsText,
  settingsOf,
  // The server listens slightly too early: until it sends greetings, a signal to stop may be lost.
  accepts: greets,
  // The first signal is lost if the server is still starting, so it is sent again.
  stopSignals: [
    { signal: 'SIGTERM', patienceMs: 10_000 },
    { signal: 'SIGTERM', patienceMs: 30_000 },
  ],
  failureReason,
  nameProblem,
  server: (address, adminPassword) =>
    serverAtFirstUse(async () => (await import('./administration.ts')).mysqlServer(address, adminPassword)),
} satisfies Partial<Engine>

/** The folder that the paths of an installation are relative to: `/usr` for `/usr/sbin/mariadbd`. */
export const baseFolder = ({ program }: InstalledEngine): string => dirname(dirname(realpathSync(program)))

/** Arguments for every instance. They are on the command line, so that an option file cannot change them. */
export const servingArguments = (
  installed: InstalledEngine,
  { folder, settingsFile, temporaryFolder, address }: ServeOptions,
) => [
  ...[`--defaults-file=${settingsFile}`, `--basedir=${baseFolder(installed)}`, `--datadir=${folder}`],
  // A server does not start if its pid file is left over or not a regular file. This folder is empty at each start.
  `--pid-file=${join(temporaryFolder, 'server.pid')}`,
  // With an empty name, there is no Unix socket.
  ...[`--bind-address=${address.host}`, `--port=${address.port}`, '--socket='],
  // Users are distinguished by their address, never by the answer of a name server.
  '--skip-name-resolve',
  // Nothing replicates from this server, so a binary log would only use up disk space.
  '--skip-log-bin',
  ...['--character-set-server=utf8mb4', '--default-time-zone=+00:00'],
  // At its start, a server removes temporary files of other servers from this folder.
  `--tmpdir=${temporaryFolder}`,
  // No library can be loaded, whatever the tables of plugins and functions contain.
  '--plugin-dir=/nonexistent',
  // A client that does not log in within 5 seconds loses its connection.
  '--connect-timeout=5',
]

/** Recognises processes of these programs, and their data folder, by their arguments. */
export function processMatchers(programs: readonly string[]): Pick<Engine, 'serves' | 'belongsTo'> {
  const program = new RegExp(`(?:^|[/ ])(?:${programs.join('|')})(?: |$)`)
  return {
    serves: (command, dataFolder) => program.test(command) && `${command} `.includes(` --datadir=${dataFolder} `),
    belongsTo: (command, _id, homeFolder) => program.test(command) && command.includes(` --datadir=${homeFolder}/`),
  }
}

const settingName = /^[a-z][a-z0-9_-]*$/i

function settingsText(settings: EngineSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!settingName.test(name) || value.includes('\0'))
      throw new Fault(`The setting '${name}' cannot be written into an option file.`)
    return `${name} = "${escaped(value)}"\n`
  })
  return `# Written by trove-ts each time the instance is configured. Changes made here are lost.\n[mysqld]\n${lines.join('')}`
}

const escapes: readonly (readonly [character: string, letter: string])[] = [
  ['\\', '\\'],
  ['"', '"'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\t', 't'],
  ['\b', 'b'],
]

const escaped = (value: string) =>
  [...value]
    .map(character => {
      const letter = escapes.find(([plain]) => plain === character)?.[1]
      return letter === undefined ? character : `\\${letter}`
    })
    .join('')

function settingsOf(text: string): EngineSettings {
  const entries = [...text.matchAll(/^([\w-]+) = "(.*)"$/gm)].map(([, name, value]) => [
    name!,
    value!.replace(/\\(.)/g, (whole, letter) => escapes.find(([, code]) => code === letter)?.[0] ?? whole),
  ])
  return Object.fromEntries(entries)
}

function failureReason(log: string): string {
  const errors = [...log.matchAll(/\[ERROR\] (?:\[[^\]]*\] )*(.*)$/gm)]
    .map(([, words]) => words!.replace(/^\/\S*\/(\w+): /, '').trim())
    .filter(words => words !== '' && !/^(?:Aborting|Aborted)/.test(words))
  const words = errors.at(-1) ?? log.trimEnd().split('\n').at(-1)!
  // Users must not see the paths of the server's files.
  return words
    .slice(0, 2000)
    .replace(/\/[^\s'"]*\/([^\s/'"]+)/g, '$1')
    .slice(0, 300)
}
