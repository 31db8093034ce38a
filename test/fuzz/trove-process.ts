import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { issueToken } from '../../src/identity/embedded/tokens.ts'
import { openPorts } from '../../src/main/compose.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { logIn } from '../world.ts'
import { writeWorldFiles } from '../world-files.ts'
import { type LogWatch, watchLog } from './log-watch.ts'
import { passwordMark } from './values.ts'

/** Who sends requests, and below which project each is at home. */
const people = {
  admin: { projectId: 'admin-project', roles: ['admin'] },
  member: { projectId: 'member-project', roles: ['member'] },
  reader: { projectId: 'member-project', roles: ['reader'] },
  roleless: { projectId: 'member-project', roles: [] },
  stranger: { projectId: 'other-project', roles: ['member'] },
} as const

export type Person = keyof typeof people
export const projectOf = (person: Person): string => people[person].projectId

/** The service as an operator starts it: a process of its own, on a folder that is thrown away afterwards. */
export type Service = Readonly<{
  port: number
  dataDir: string
  /** For looking behind its back. */
  database: Database
  ports: Ports
  log: LogWatch
  tokens: Readonly<Record<Person, string>>
  /** Tokens that end up anywhere in a request, and so may be in the log as a part of a URL. */
  careless: Readonly<{ tokens: Readonly<Record<Person, string>> }>
  expiredToken: string
  /** MiB that its process holds in memory. */
  memoryMb(): number
  /** How it ended, if it did. */
  ended(): string | undefined
  stop(): Promise<void>
}>

const program = join(import.meta.dirname, '..', '..', 'bin', 'trove-all-in-one.js')
const noLimit = ['instances', 'volumes', 'ram'].map(what => `max_${what}_per_tenant = -1`)

/** @param connection SQLAlchemy URL of an empty database; SQLite in the folder when left out */
export async function startService(connection?: string): Promise<Service> {
  const { dataDir, configFile } = await writeWorldFiles({
    ...(connection === undefined ? {} : { connection }),
    people,
    conf: {
      DEFAULT: ['default_datastore = postgresql', 'max_accepted_volume_size = 1000000', ...noLimit],
      trovets: ['rate_limits = false', 'token_expiration = 1000000', 'decision_callers = admin-user'],
    },
  })
  const child = spawn(process.execPath, [program, '--config-file', configFile, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // However this process ends, its service ends with it.
  process.once('exit', () => child.kill('SIGTERM'))
  const log = watchLog()
  let said = ''
  let ended: string | undefined
  const ready = Promise.withResolvers<number>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
    const port = /ready at http:\/\/127\.0\.0\.1:(\d+)[\s\S]*\n\n$/.exec(said)?.[1]
    if (port) ready.resolve(Number(port))
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => log.hear(chunk))
  const closed = once(child, 'close').then(([code, signal]) => {
    ended = `it ended with ${signal ?? code}: ${said.slice(-500)}${log.tail().join('\n')}`
    ready.reject(new Error(ended))
  })
  const port = await ready.promise
  const config = loadConfig({ places: [{ file: configFile }], dataDir }, {})
  const database = await openConfiguredDatabase(config, { create: false })
  const tokens = await logInAll(`http://127.0.0.1:${port}`)
  for (const secret of [passwordMark, ...Object.values(tokens), ...Object.keys(people).map(name => `${name}-pass`)])
    log.keepSecret(secret)
  return {
    port,
    dataDir,
    database,
    ports: openPorts(config, database, () => {}),
    log,
    tokens,
    careless: { tokens: await logInAll(`http://127.0.0.1:${port}`) },
    expiredToken: expiredToken(join(dataDir, 'identity.json')),
    memoryMb: () => memoryMb(child.pid!),
    ended: () => ended,
    async stop() {
      if (ended === undefined) child.kill('SIGTERM')
      await closed
      await database.close()
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function logInAll(url: string): Promise<Record<Person, string>> {
  const names = Object.keys(people) as Person[]
  const tokens = await Promise.all(names.map(name => logIn(url, name)))
  return Object.fromEntries(names.map((name, at) => [name, tokens[at]])) as Record<Person, string>
}

function expiredToken(identityFile: string): string {
  const { signing_key: key } = JSON.parse(readFileSync(identityFile, 'utf8'))
  const claims = { user: 'member-user', project: projectOf('member'), methods: ['password'], password: '', epoch: 0 }
  return issueToken(claims, key, new Date(Date.now() - 2 * 3_600_000), 3600).token
}

function memoryMb(pid: number): number {
  try {
    return Math.round(
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024,
    )
  } catch {
    // Other systems have no /proc; the figure is missing then, not the run.
    return Number.NaN
  }
}
