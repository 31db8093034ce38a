import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import type { Engine, Installed } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { administrator } from './connection.ts'
import { admits } from './greeting.ts'
import { nameProblem } from './names.ts'
import { npmPostgresqlFolder } from './npm-postgresql.ts'
import { pinnedSettings } from './pinned-settings.ts'
import { postgresqlServer } from './server.ts'
import { postgresqlSizes } from './sizes.ts'

const accessFile = 'pg_hba.conf'

/** Nobody without a password, and nobody from elsewhere. There is no line for Unix sockets: there are none. */
const hostBasedAuthentication = `# TYPE  DATABASE  USER  ADDRESS       METHOD
host    all       all   127.0.0.1/32  scram-sha-256
host    all       all   ::1/128       scram-sha-256
`

export const postgresql: Engine = {
  manager: 'postgresql',
  settingsFor: postgresqlSizes,
  servers: ['postgres'],
  bundled: npmPostgresqlFolder,
  recognise(said) {
    const version = /^postgres \(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(said)?.[1]
    // Older ones let everybody make tables in every database.
    if (version === undefined || !isAtLeast(version, '15')) return undefined
    return { engine: 'postgresql', label: 'PostgreSQL', version, series: version.split('.', 1)[0]! }
  },
  passwordFileText: password => password,
  initialise: (installed, dataFolder, passwordFile) => ({
    file: join(programFolder(installed), 'initdb'),
    args: [
      ...['-D', dataFolder, `--username=${administrator}`, `--pwfile=${passwordFile}`],
      ...['--auth-host=scram-sha-256', '--auth-local=reject'],
      ...['--encoding=UTF8', ...locale(installed), '--data-checksums', '--no-instructions'],
    ],
  }),
  finishing: () => ({}),
  settingsText,
  settingsOf,
  controlFiles: { [accessFile]: hostBasedAuthentication },
  // With ALTER SYSTEM, a superuser of a release before could have named programs and libraries there.
  walFolder: 'pg_wal',
  leftOver: ['postmaster.pid', 'postgresql.auto.conf'],
  serve: ({ program, image }, { id, folder, settingsFile, homeFolder, address }) => ({
    file: program,
    // On the command line, because neither a setting nor ALTER SYSTEM can change what stands there.
    args: [
      ...['-D', folder, '-c', `cluster_name=${id}`],
      // Not those in the data folder, which the server may write.
      ...['-c', `config_file=${settingsFile}`, '-c', `hba_file=${join(homeFolder, accessFile)}`],
      ...['-c', 'timezone=UTC', '-c', 'log_timezone=UTC', '-c', 'default_text_search_config=pg_catalog.english'],
      ...['-c', `listen_addresses=${address.host}`, '-c', `port=${address.port}`, '-c', 'unix_socket_directories='],
      // The log goes to the file that the driver opened, so that the first words and the last ones stand in one place.
      ...['-c', 'logging_collector=off', '-c', 'log_destination=stderr'],
      ...pinnedSettings(image.version),
    ],
  }),
  accepts: admits,
  serves: (command, dataFolder) => isProgram(command) && `${command} `.includes(` -D ${dataFolder} `),
  belongsTo: (command, id, homeFolder) =>
    command.startsWith(`postgres: ${id}: `) || (isProgram(command) && command.includes(` -D ${homeFolder}/`)),
  stopSignals: [
    { signal: 'SIGINT', patienceMs: 20_000 },
    { signal: 'SIGQUIT', patienceMs: 5_000 },
  ],
  lastWords,
  nameProblem,
  server: postgresqlServer,
}

/** Debian's `postgres` is often found by a link; its other programs lie beside the file itself. */
const programFolder = ({ program }: Installed) => dirname(realpathSync(program))

/** Code points, with the letter case of all of Unicode: the same on every machine, whatever locales it has. */
const locale = ({ image }: Installed) =>
  isAtLeast(image.version, '17')
    ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    : ['--locale=C.UTF-8']

const isProgram = (command: string) => /(?:^|\/)(?:postgres|initdb)(?: |$)/.test(command)

const settingName = /^[a-z_][a-z0-9_.]*$/i

function settingsText(settings: EngineSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!settingName.test(name) || value.includes('\0'))
      throw new Fault(`The setting '${name}' cannot be written into PostgreSQL's configuration.`)
    return `${name} = '${quoted(value)}'\n`
  })
  return `# Written by trove-ts at every configuration of the instance; changes made here are lost.\n${lines.join('')}`
}

const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line of the file cannot hold them, so they are what is looked for
const quoted = (value: string) => value.replace(/[\x01-\x1f\x7f\\]/g, octal).replaceAll("'", "''")

function settingsOf(text: string): EngineSettings {
  const found = [...text.matchAll(/^([\w.]+) = '(.*)'$/gm)].map(([, name, value]) => [
    name!,
    value!
      .replaceAll("''", "'")
      .replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))),
  ])
  return Object.fromEntries(found)
}

function lastWords(log: string): string {
  const messages = [...log.matchAll(/\b(LOG|ERROR|FATAL|PANIC):\s+(.*)$/gm)].map(match => ({
    level: match[1]!,
    // Where its files lie is nothing to a user.
    words: match[2]!.replace(/ in file "[^"]*"(?: line \d+)?/, ''),
  }))
  const last = messages.findLastIndex(({ level }) => level === 'FATAL' || level === 'PANIC')
  const fatal = messages[last]
  if (!fatal) return log.trimEnd().split('\n').at(-1)!.slice(0, 300)
  // A mistake in a setting is named before the line that merely says that there was one.
  const isBySetting = /^configuration file .* contains errors$/.test(fatal.words)
  return ((isBySetting ? messages[last - 1] : undefined) ?? fatal).words.slice(0, 300)
}
