import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { EngineBench, Login } from './engine-bench.ts'

const client = ['/usr/bin/redis-cli', '/usr/bin/valkey-cli'].find(existsSync) ?? 'redis-cli'

const argumentsOf = ({ address, user }: Login) => ['-h', address.host, '-p', String(address.port), '--user', user]
const environmentOf = ({ password }: Login) => ({ PATH: process.env.PATH, REDISCLI_AUTH: password })

/** A blank parts words, and quotes keep them together. */
const wordsOf = (statement: string) =>
  [...statement.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)

async function run(login: Login, words: readonly string[]): Promise<string> {
  const args = ['-e', ...argumentsOf(login), ...words]
  const { stdout } = await promisify(execFile)(client, args, { env: environmentOf(login), timeout: 10_000 })
  // A wrong password is told on stderr, and the command is given all the same.
  return stdout.trimEnd()
}

const redisFamily: Omit<EngineBench, 'engine' | 'isPromised'> = {
  administrator: 'os_admin',
  superuser: 'default',
  ownDatabase: undefined,
  async connect(login) {
    await run(login, ['PING'])
    return { ask: statement => run(login, wordsOf(statement)), end: async () => {} }
  },
  async holdOn(login) {
    const child: ChildProcess = spawn(client, [...argumentsOf(login), 'BLPOP', 'nobody-pushes-here', '600'], {
      env: environmentOf(login),
      stdio: 'ignore',
    })
    const ended = once(child, 'close')
    const isWaiting = async () => /cmd=blpop/.test(await run(login, ['CLIENT', 'LIST']))
    while (child.exitCode === null && !(await isWaiting()));
    return { ended: ended.then(() => {}) }
  },
  shown: async (session, name) => String(await session.ask(`CONFIG GET ${name}`)).split('\n')[1]!,
  writeRow: async (session, text) => void (await session.ask(`SADD goods '${text}'`)),
  rows: async session =>
    String(await session.ask('SMEMBERS goods'))
      .split('\n')
      .filter(row => row !== '')
      .sort(),
  settings: {
    maxclients: '100',
    maxmemory: '64mb',
    'notify-keyspace-events': 'AKE',
    'syslog-ident': 'it\'s "100%" \\ # ä',
  },
  changed: { maxclients: '133' },
  broken: { maxclients: 'many' },
  complaint: /maxclients.*many/,
  pidFile: 'redis.pid',
  pidFileText: pid => `${pid}\n`,
}

export const redis: EngineBench = { ...redisFamily, engine: 'redis', isPromised: true }
export const valkey: EngineBench = { ...redisFamily, engine: 'valkey', isPromised: false }
