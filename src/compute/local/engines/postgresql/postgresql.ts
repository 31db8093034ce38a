/**
 * PostgreSQL: how to find it, make its data, start it, and read its engine settings and its log. Users, databases and
 * root are administered in `administration.ts`; `secure.ts` revokes what earlier releases granted. Files that tenants
 * could change with SQL are ignored: access rules (pg_hba.conf) and settings are outside the data folder, or on the
 * command line.
 */

import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import type { Engine, InstalledEngine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { serverAtFirstUse } from '../server-at-first-use.ts'
import { administrator } from './account.ts'
import { admits } from './greeting.ts'
import { nameProblem } from './names.ts'
import { npmPostgresqlFolder } from './npm-postgresql.ts'
import { pinnedSettings } from './pinned-settings.ts'
import { postgresqlSizes } from './sizes.ts'

const accessFile = 'pg_hba.conf'

/**
 * Requires a password, and admits connections from this machine only. Unix sockets need no line, because there are
 * none.
 */
const hostBasedAuthentication = `# TYPE  DATABASE  USER  ADDRESS       METHOD
host    all       all   127.0.0.1/32  scram-sha-256
host    all       all   ::1/128       scram-sha-256
`

export const postgresql: Engine = {
  manager: 'postgresql',
  settingsFor: postgresqlSizes,
  programNames: ['postgres'],
  bundledFolder: npmPostgresqlFolder,
  recognise(versionText) {
    const version = /^postgres \(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(versionText)?.[1]
    // Older versions let every user create tables in every database.
    if (version === undefined || !isAtLeast(version, '15')) return undefined
    return { engine: 'postgresql', label: 'PostgreSQL', version, series: version.split('.', 1)[0]! }
  },
  passwordFileText: async password => password,
  initialise: (installed, dataFolder, passwordFile) => ({
    file: join(programFolder(installed), 'initdb'),
    args: [
      ...['-D', dataFolder, `--username=${administrator}`, `--pwfile=${passwordFile}`],
      ...['--auth-host=scram-sha-256', '--auth-local=reject'],
      ...['--encoding=UTF8', ...locale(installed), '--data-checksums', '--no-instructions'],
    ],
  }),
  extraFiles: () => ({}),
  settingsText,
  settingsOf,
  controlFiles: { [accessFile]: hostBasedAuthentication },
  walFolder: 'pg_wal',
  // With ALTER SYSTEM, a superuser of an earlier release could have named programs and libraries in postgresql.auto.conf.
  leftoverNames: ['postmaster.pid', 'postgresql.auto.conf'],
  serve: ({ program, image }, { id, folder, settingsFile, homeFolder, address }) => ({
    file: program,
    // Given on the command line, so that neither a settings file nor ALTER SYSTEM can change them.
    args: [
      ...['-D', folder, '-c', `cluster_name=${id}`],
      // The files of these names in the data folder are not used, because the server can write them.
      ...['-c', `config_file=${settingsFile}`, '-c', `hba_file=${join(homeFolder, accessFile)}`],
      ...['-c', 'timezone=UTC', '-c', 'log_timezone=UTC', '-c', 'default_text_search_config=pg_catalog.english'],
      ...['-c', `listen_addresses=${address.host}`, '-c', `port=${address.port}`, '-c', 'unix_socket_directories='],
      // The log goes to the file that the driver opened, so that all output of the server is in one place.
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
  failureReason,
  nameProblem,
  server: (address, adminPassword) =>
    serverAtFirstUse(async () => (await import('./administration.ts')).postgresqlServer(address, adminPassword)),
}

/**
 * The folder of the program file itself. On Debian, `postgres` is often found by a link, and the other programs are
 * beside the file.
 */
const programFolder = ({ program }: InstalledEngine) => dirname(realpathSync(program))

/**
 * Sorts by code point and knows the letter case of all of Unicode: the same on every machine, whatever locales it has.
 */
const locale = ({ image }: InstalledEngine) =>
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
  return `# Written by trove-ts each time the instance is configured. Changes made here are lost.\n${lines.join('')}`
}

const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line of the file cannot contain them, so they are searched for
const quoted = (value: string) => value.replace(/[\x01-\x1f\x7f\\]/g, octal).replaceAll("'", "''")

function settingsOf(text: string): EngineSettings {
  const entries = [...text.matchAll(/^([\w.]+) = '(.*)'$/gm)].map(([, name, value]) => [
    name!,
    value!
      .replaceAll("''", "'")
      .replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))),
  ])
  return Object.fromEntries(entries)
}

function failureReason(log: string): string {
  const messages = [...log.matchAll(/\b(LOG|ERROR|FATAL|PANIC):\s+(.*)$/gm)].map(match => ({
    level: match[1]!,
    // Users must not see the paths of the server's files.
    words: match[2]!.replace(/ in file "[^"]*"(?: line \d+)?/, ''),
  }))
  const last = messages.findLastIndex(({ level }) => level === 'FATAL' || level === 'PANIC')
  const fatal = messages[last]
  if (!fatal) return log.trimEnd().split('\n').at(-1)!.slice(0, 300)
  // For an error in a setting, the line before the last one names it.
  const isBySetting = /^configuration file .* contains errors$/.test(fatal.words)
  return ((isBySetting ? messages[last - 1] : undefined) ?? fatal).words.slice(0, 300)
}
