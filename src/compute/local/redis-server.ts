import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Address } from '../../ports/compute.ts'
import type { DatabaseServer } from '../../ports/database-server.ts'
import { type Ask, administrator, inRedis, type Target } from './redis-connection.ts'
import { Refusal } from './redis-protocol.ts'

/** Who a client is that gives a password and no name: Redis' own superuser. */
const superuser = 'default'

/** Passwords are handed over as hashes, so that they are in no log and no list of commands. */
const hashOf = (password: string) => `#${createHash('sha256').update(password).digest('hex')}`

/**
 * Every command on every key, and what one looks after one's own data with. Not what would take the server out of our
 * hands or beyond its flavor: ACL, CONFIG SET, MODULE, SHUTDOWN, REPLICAOF … Trove hides CONFIG from its tenants as well.
 */
const superuserRights = [
  ...['~*', '&*', '+@all', '-@admin', '+config|get', '+acl|whoami', '+client', '+monitor', '+slowlog', '+latency'],
  ...['+save', '+bgsave', '+bgrewriteaof'],
]

/** The users that a new server knows: the administrator, and nobody else. */
export const firstUsers = (adminPassword: string): string =>
  `user ${superuser} off resetpass -@all\nuser ${administrator} on ${hashOf(adminPassword)} ~* &* +@all\n`

const loadMs = 60_000
const glanceMs = 100

export function redisServer(address: Address, password: string): DatabaseServer {
  const target: Target = { address, password }
  return {
    contents: undefined,
    answers: () =>
      isUp(target).then(
        () => true,
        () => false,
      ),
    async enableRoot(rootPassword) {
      await inRedis(target, async ask => {
        await ask('ACL', 'SETUSER', superuser, 'reset', 'on', hashOf(rootPassword), ...superuserRights)
        await ask('ACL', 'SAVE')
      })
      return superuser
    },
    secure: async () => {},
    changePassword: async () => {},
    async disableRoot() {
      await inRedis(target, async ask => {
        await ask('ACL', 'SETUSER', superuser, 'off', 'resetpass')
        await ask('CLIENT', 'KILL', 'USER', superuser)
        await ask('ACL', 'SAVE')
      })
    },
  }
}

/** Rejects unless it is. A server that reads its data back from the disk says so, and is waited for. */
async function isUp(target: Target): Promise<void> {
  const giveUpAtMs = performance.now() + loadMs
  while (!(await inRedis(target, isLoaded)) && performance.now() < giveUpAtMs) await setTimeout(glanceMs)
  await inRedis(target, ask => ask('DBSIZE'))
}

const isLoaded = (ask: Ask) =>
  ask('DBSIZE').then(
    () => true,
    error => {
      if (error instanceof Refusal && error.message.startsWith('LOADING')) return false
      throw error
    },
  )
