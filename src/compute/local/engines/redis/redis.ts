import { join } from 'node:path'
import { Fault } from '../../../../model/fault.ts'
import type { EngineSettings } from '../../../../ports/compute.ts'
import { accepts } from '../../host/ports.ts'
import type { Engine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { firstUsers, redisServer } from './server.ts'
import { redisSizes } from './sizes.ts'

const usersFile = 'users.acl'

/**
 * Redis, and Valkey, which began as Redis 7.2 and speaks the same protocol with the same settings. Their manager, the
 * name by which Trove knows how to handle an engine, is therefore the same; as images they are two.
 */
export const redis: Engine = {
  manager: 'redis',
  settingsFor: redisSizes,
  servers: ['redis-server', 'valkey-server'],
  recognise(said) {
    const [, label, version] = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/.exec(said) ?? []
    // Older ones put other words in the place of their command line, and we would not know them again.
    if (label === undefined || version === undefined || !isAtLeast(version, '6.2')) return undefined
    return { engine: label.toLowerCase(), label, version, series: version.split('.', 1)[0]! }
  },
  passwordFileText: () => '',
  initialise: () => undefined,
  finishing: adminPassword => ({ [usersFile]: firstUsers(adminPassword) }),
  controlFiles: {},
  leftOver: [],
  settingsText,
  settingsOf,
  serve: ({ program, image }, { id, folder, settingsFile, address }) => ({
    file: program,
    args: [
      ...[settingsFile, '--dir', folder, '--aclfile', join(folder, usersFile)],
      ...['--bind', address.host, '--port', String(address.port), '--unixsocket', '', '--daemonize', 'no'],
      ...['--set-proc-title', 'no', '--proc-title-template', `{title} ${id}`],
      // Every change is written down before it is answered; a second of them is lost when the whole machine fails.
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
      ...pinned,
      ...(isAtLeast(image.version, '7.0') ? pinnedFrom7 : []),
    ],
  }),
  accepts,
  serves: (command, dataFolder) => isProgram(command) && `${command} `.includes(` --dir ${dataFolder} `),
  belongsTo: (command, id, homeFolder) =>
    // What it forks to write its data anew.
    (/^(?:redis|valkey)-[a-z-]+ /.test(command) && command.endsWith(` ${id}`)) ||
    (isProgram(command) && command.includes(` --dir ${homeFolder}/`)),
  stopSignals: [{ signal: 'SIGTERM', patienceMs: 15_000 }],
  lastWords,
  nameProblem: () => undefined,
  server: redisServer,
}

/** What names files, addresses and programs. An unknown one would stop the server, and older ones do not know them all. */
const pinned: readonly string[] = [
  ...['--dbfilename', 'dump.rdb', '--appendfilename', 'appendonly.aof', '--logfile', '', '--syslog-enabled', 'no'],
  ...['--tls-port', '0', '--cluster-enabled', 'no', '--protected-mode', 'yes', '--supervised', 'no'],
  // What RESTORE is given comes from a tenant, and is looked at before it is believed.
  ...['--sanitize-dump-payload', 'yes'],
  // A script lets others speak after a second: in time for us to end it within our deadline.
  ...['--lua-time-limit', '1000'],
]
const pinnedFrom7: readonly string[] = [
  ...['--enable-debug-command', 'no', '--enable-module-command', 'no', '--enable-protected-configs', 'no'],
  ...['--appenddirname', 'appendonlydir'],
  // Clients who do not fetch their replies are cut off before they fill the memory of the flavor.
  ...['--maxmemory-clients', '20%'],
]

const isProgram = (command: string) => /(?:^|\/)(?:redis|valkey)-server(?: |$)/.test(command)

const settingName = /^[a-z][a-z0-9-]*$/

function settingsText(settings: EngineSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!settingName.test(name)) throw new Fault(`The setting '${name}' cannot be written into Redis' configuration.`)
    return `${name} "${escaped(value)}"\n`
  })
  return `# Written by trove-ts at every configuration of the instance; changes made here are lost.\n${lines.join('')}`
}

/** Byte by byte where it is not plain: that is how Redis reads them back. */
const escaped = (value: string) =>
  [...Buffer.from(value)]
    .map(byte =>
      byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')

function settingsOf(text: string): EngineSettings {
  const found = [...text.matchAll(/^([a-z][a-z0-9-]*) "(.*)"$/gm)].map(([, name, value]) => {
    const bytes = value!.replace(/\\x([0-9a-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    return [name!, Buffer.from(bytes, 'latin1').toString('utf8')]
  })
  return Object.fromEntries(found)
}

function lastWords(log: string): string {
  // The line of the configuration, and on the next one what is wrong with it.
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
