/**
 * Redis and Valkey: how to find them, start them, and read their engine settings and log. Root and the administrator are
 * in `administration.ts`; the engine has no databases and users for the API to manage. Valkey began as Redis 7.2 and has
 * the same protocol and settings, so both have the same manager, the name by which Trove knows how to handle an engine;
 * they are separate images.
 */

import { join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import { accepts } from '../../host/ports.ts'
import type { Engine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { firstUsers, redisServer } from './administration.ts'
import { redisSizes } from './sizes.ts'

const usersFile = 'users.acl'

export const redis: Engine = {
  manager: 'redis',
  settingsFor: redisSizes,
  programNames: ['redis-server', 'valkey-server'],
  recognise(versionText) {
    const [, label, version] = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/.exec(versionText) ?? []
    // Older versions overwrite their command line, so their processes could not be recognised.
    if (label === undefined || version === undefined || !isAtLeast(version, '6.2')) return undefined
    return { engine: label.toLowerCase(), label, version, series: version.split('.', 1)[0]! }
  },
  passwordFileText: async () => '',
  initialise: () => undefined,
  extraFiles: adminPassword => ({ [usersFile]: firstUsers(adminPassword) }),
  controlFiles: {},
  leftoverNames: [],
  settingsText,
  settingsOf,
  serve: ({ program, image }, { id, folder, settingsFile, address }) => ({
    file: program,
    args: [
      ...[settingsFile, '--dir', folder, '--aclfile', join(folder, usersFile)],
      ...['--bind', address.host, '--port', String(address.port), '--unixsocket', '', '--daemonize', 'no'],
      ...['--set-proc-title', 'no', '--proc-title-template', `{title} ${id}`],
      // Every change is written to a file before the reply. If the whole machine fails, the last second is lost.
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
      ...pinned,
      ...(isAtLeast(image.version, '7.0') ? pinnedFrom7 : []),
    ],
  }),
  accepts,
  serves: (command, dataFolder) => isProgram(command) && `${command} `.includes(` --dir ${dataFolder} `),
  belongsTo: (command, id, homeFolder) =>
    // A process that the server has forked to rewrite its data.
    (/^(?:redis|valkey)-[a-z-]+ /.test(command) && command.endsWith(` ${id}`)) ||
    (isProgram(command) && command.includes(` --dir ${homeFolder}/`)),
  stopSignals: [{ signal: 'SIGTERM', patienceMs: 15_000 }],
  failureReason,
  nameProblem: () => undefined,
  server: redisServer,
}

/**
 * Settings that name files, addresses and programs. A server does not start with an unknown one, so newer ones are
 * separate.
 */
const pinned: readonly string[] = [
  ...['--dbfilename', 'dump.rdb', '--appendfilename', 'appendonly.aof', '--logfile', '', '--syslog-enabled', 'no'],
  ...['--tls-port', '0', '--cluster-enabled', 'no', '--protected-mode', 'yes', '--supervised', 'no'],
  // The data for RESTORE comes from a tenant, so it is checked.
  ...['--sanitize-dump-payload', 'yes'],
  // After a second of a script, the server accepts commands again, so that we can end the script within our deadline.
  ...['--lua-time-limit', '1000'],
]
const pinnedFrom7: readonly string[] = [
  ...['--enable-debug-command', 'no', '--enable-module-command', 'no', '--enable-protected-configs', 'no'],
  ...['--appenddirname', 'appendonlydir'],
  // Clients that do not read their replies are disconnected before they fill the memory of the flavor.
  ...['--maxmemory-clients', '20%'],
]

const isProgram = (command: string) => /(?:^|\/)(?:redis|valkey)-server(?: |$)/.test(command)

const settingName = /^[a-z][a-z0-9-]*$/

function settingsText(settings: EngineSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!settingName.test(name)) throw new Fault(`The setting '${name}' cannot be written into Redis' configuration.`)
    return `${name} "${escaped(value)}"\n`
  })
  return `# Written by trove-ts each time the instance is configured. Changes made here are lost.\n${lines.join('')}`
}

/** Escapes characters other than printable ASCII byte by byte, as Redis reads them. */
const escaped = (value: string) =>
  [...Buffer.from(value)]
    .map(byte =>
      byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')

function settingsOf(text: string): EngineSettings {
  const entries = [...text.matchAll(/^([a-z][a-z0-9-]*) "(.*)"$/gm)].map(([, name, value]) => {
    const bytes = value!.replace(/\\x([0-9a-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    return [name!, Buffer.from(bytes, 'latin1').toString('utf8')]
  })
  return Object.fromEntries(entries)
}

function failureReason(log: string): string {
  // The rejected line of the settings, followed by a line with the reason.
  const bySetting = /^>>> '(.*)'\n(.*)$/m.exec(log)
  if (bySetting) return `${bySetting[1]}: ${bySetting[2]}`.slice(0, 300)
  const warnings = [...log.matchAll(/^\d+:\w [^*#\n]*# (.*)$/gm)].map(([, words]) => words!)
  const words = warnings.findLast(words => !/^(?:WARNING|Configuration loaded|oO0OoO|Redis version)/.test(words))
  const last = words ?? log.trimEnd().split('\n').at(-1)!
  return last
    .slice(0, 2000)
    .replace(/\/\S*\/([^\s/]+)/g, '$1')
    .slice(0, 300)
}
