import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import type { DatabaseServer } from '../../../../ports/database-server.ts'
import { isAtLeast } from '../engine-image.ts'
import { type Ask, administrator, askRedis, changeRedis, saysBusy, type Target } from './connection.ts'
import { Refusal } from './protocol.ts'

/** Redis' own superuser: a client that sends a password without a name logs in as this user. */
const superuser = 'default'

/** Passwords are sent as hashes, so that they are in no log and no list of commands. */
const hashOf = (password: string) => `#${createHash('sha256').update(password).digest('hex')}`

/**
 * The rights of root: every command on every key, and commands for monitoring. Excluded are commands that take control
 * of the server (ACL, CLIENT KILL and PAUSE, CONFIG SET, SHUTDOWN; SCRIPT DEBUG, which stops it), exceed its flavor
 * (MODULE; SAVE and others that rewrite all data) or connect to other servers (MIGRATE, REPLICAOF, SYNC). CLIENT and
 * SCRIPT are removed completely and then granted by subcommand, which 6.2 supports as well; a subcommand that the
 * server does not know is an error.
 */
const superuserRights = (version: string): string[] => [
  ...['~*', '&*', '+@all', '-@admin', '-migrate', '-restore-asking', '-client', '-script'],
  ...['+acl|whoami', '+config|get', '+lastsave', '+role', '+monitor', '+slowlog', '+latency'],
  ...clientCommands.filter(([, since]) => isAtLeast(version, since)).map(([name]) => `+client|${name}`),
  ...['load', 'exists', 'flush', 'kill', 'help'].map(name => `+script|${name}`),
]

const clientCommands: readonly (readonly [name: string, since: string])[] = [
  ...[
    'id',
    'info',
    'list',
    'getname',
    'setname',
    'reply',
    'tracking',
    'trackinginfo',
    'caching',
    'getredir',
    'help',
  ].map(name => [name, '6.2'] as const),
  ...['setinfo', 'no-touch'].map(name => [name, '7.2'] as const),
]

/** Valkey also reports the Redis version that it is compatible with. */
async function versionOf(ask: Ask): Promise<string> {
  const version = /^redis_version:(\d+\.\d+)/m.exec(String(await ask('INFO', 'server')))?.[1]
  if (version === undefined) throw new Fault('The database server does not report its version.')
  return version
}

/** The users of a new server: only the administrator can log in. */
export const firstUsers = (adminPassword: string): string =>
  `user ${superuser} off resetpass -@all\nuser ${administrator} on ${hashOf(adminPassword)} ~* &* +@all\n`

const loadMs = 60_000
const pollMs = 100

export function redisServer(address: Address, password: string): DatabaseServer {
  const target: Target = { address, password }
  return {
    contents: undefined,
    answers: () =>
      isUp(target).then(
        () => true,
        // A server that is busy or has no free connection is running and serves its clients.
        saysBusy,
      ),
    async enableRoot(rootPassword) {
      await changeRedis(target, async ask => {
        const rights = superuserRights(await versionOf(ask))
        await ask('ACL', 'SETUSER', superuser, 'reset', 'on', hashOf(rootPassword), ...rights)
        await ask('ACL', 'SAVE')
      })
      return superuser
    },
    async disableRoot() {
      await changeRedis(target, async ask => {
        await ask('ACL', 'SETUSER', superuser, 'off', 'resetpass')
        await ask('CLIENT', 'KILL', 'USER', superuser)
        await ask('ACL', 'SAVE')
      })
    },
    secure: () => changeRedis(target, secure),
    changePassword: next =>
      changeRedis(target, async ask => {
        await ask('ACL', 'SETUSER', administrator, 'resetpass', hashOf(next))
        await ask('ACL', 'SAVE')
      }),
  }
}

/**
 * New rights apply to existing sessions from their next command on. Users that we did not create are deleted, with
 * their sessions.
 */
async function secure(ask: Ask): Promise<void> {
  const users = (await ask('ACL', 'USERS')) as string[]
  for (const user of users) if (![superuser, administrator].includes(user)) await ask('ACL', 'DELUSER', user)
  const [, flags] = (await ask('ACL', 'GETUSER', superuser)) as [string, string[]]
  const isOn = flags.includes('on') && !flags.includes('nopass')
  const rights = superuserRights(await versionOf(ask))
  if (isOn) await ask('ACL', 'SETUSER', superuser, 'resetkeys', 'resetchannels', '-@all', ...rights)
  else await ask('ACL', 'SETUSER', superuser, 'reset')
  await ask('ACL', 'SETUSER', administrator, '~*', '&*', '+@all')
  await ask('ACL', 'SAVE')
}

/** Rejects unless the server is up. Waits for a server that reports that it is still reading its data from the disk. */
async function isUp(target: Target): Promise<void> {
  const giveUpAtMs = performance.now() + loadMs
  while (!(await askRedis(target, isLoaded)) && performance.now() < giveUpAtMs) await setTimeout(pollMs)
  await askRedis(target, ask => ask('DBSIZE'))
}

const isLoaded = (ask: Ask) =>
  ask('DBSIZE').then(
    () => true,
    error => {
      if (error instanceof Refusal && error.message.startsWith('LOADING')) return false
      throw error
    },
  )
