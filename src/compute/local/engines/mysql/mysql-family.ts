import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import { greets } from '../../host/ports.ts'
import type { Engine, Installed, Served } from '../engine.ts'
import { nameProblem } from './names.ts'
import { mysqlServer } from './server.ts'

/** What MariaDB and MySQL have in common; the rest stands in their own files. */
export const mysqlFamily: Pick<
  Engine,
  'settingsText' | 'settingsOf' | 'accepts' | 'stopSignals' | 'lastWords' | 'nameProblem' | 'server'
> = {
  settingsText,
  settingsOf,
  // It listens a moment too early: until somebody is greeted, a signal to stop may be lost.
  accepts: greets,
  // The first one may have come too early, while it was starting.
  stopSignals: [
    { signal: 'SIGTERM', patienceMs: 10_000 },
    { signal: 'SIGTERM', patienceMs: 30_000 },
  ],
  lastWords,
  nameProblem,
  server: mysqlServer,
}

/** The folder that an installation counts its paths from: `/usr` for `/usr/sbin/mariadbd`. */
export const baseFolder = ({ program }: Installed): string => dirname(dirname(realpathSync(program)))

/** What goes for every instance and stands on the command line, where an option file does not get at it. */
export const servingArguments = ({ folder, settingsFile, temporaryFolder, address }: Served) => [
  ...[`--defaults-file=${settingsFile}`, `--datadir=${folder}`],
  // A pid file that is left over, or is something else than a file, ends it: this folder is empty at each start.
  `--pid-file=${join(temporaryFolder, 'server.pid')}`,
  // No name for a Unix socket: then there is none.
  ...[`--bind-address=${address.host}`, `--port=${address.port}`, '--socket='],
  // Users are told apart by the address that they come from, never by what somebody's name server says of it.
  '--skip-name-resolve',
  // Nobody replicates from here, and what was written would only take up room.
  '--skip-log-bin',
  ...['--character-set-server=utf8mb4', '--default-time-zone=+00:00'],
  // A server removes what others like it left among its temporary files.
  `--tmpdir=${temporaryFolder}`,
  // No library is there to load, whatever the tables of plugins and functions say.
  '--plugin-dir=/nonexistent',
  // Whoever does not log in gives the connection back.
  '--connect-timeout=5',
]

/** By its arguments, whether a process of one of these programs serves a folder or makes it. */
export function processRecognisers(programs: readonly string[]): Pick<Engine, 'serves' | 'belongsTo'> {
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
  return `# Written by trove-ts at every configuration of the instance; changes made here are lost.\n[mysqld]\n${lines.join('')}`
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
  const found = [...text.matchAll(/^([\w-]+) = "(.*)"$/gm)].map(([, name, value]) => [
    name!,
    value!.replace(/\\(.)/g, (whole, letter) => escapes.find(([, known]) => known === letter)?.[0] ?? whole),
  ])
  return Object.fromEntries(found)
}

function lastWords(log: string): string {
  const errors = [...log.matchAll(/\[ERROR\] (?:\[[^\]]*\] )*(.*)$/gm)]
    .map(([, words]) => words!.replace(/^\/\S*\/(\w+): /, '').trim())
    .filter(words => words !== '' && !/^(?:Aborting|Aborted)/.test(words))
  const words = errors.at(-1) ?? log.trimEnd().split('\n').at(-1)!
  // Where its files lie is nothing to a user.
  return words
    .slice(0, 2000)
    .replace(/\/[^\s'"]*\/([^\s/'"]+)/g, '$1')
    .slice(0, 300)
}
