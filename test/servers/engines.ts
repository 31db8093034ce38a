import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { startMariadb } from './mariadb.ts'
import { startPostgresql } from './postgresql.ts'
import type { Server } from './server.ts'
import { serverFolder } from './server-process.ts'

export type Engine = Readonly<{
  /** The name of the dialect. */
  name: 'sqlite' | 'postgresql' | 'mysql'
  /** Makes an empty database and gives its SQLAlchemy URL. The first call of a test process starts the server. */
  createDatabase(options?: { charset?: string }): Promise<string>
  /** A database with everything that is in another one, which nobody has open; undefined where that cannot be had cheaply. */
  copyDatabase(url: string): Promise<string | undefined>
}>

function engine(name: Engine['name'], start: () => Promise<Server>): Engine {
  let server: Promise<Server> | undefined
  after(async () => (await server)?.stop())
  return {
    name,
    async createDatabase(options) {
      server ??= start()
      return (await server).createDatabase(options)
    },
    copyDatabase: async from => (await server)?.copyDatabase?.(from),
  }
}

async function startSqlite(): Promise<Server> {
  const folder = serverFolder('sqlite', undefined, 'SIGKILL')
  const url = (database: string) => `sqlite:///${join(folder.path, database)}`
  let databases = 0
  const newUrl = () => url(`trove_${++databases}.db`)
  return {
    url,
    createDatabase: async () => newUrl(),
    async copyDatabase(from) {
      const to = newUrl()
      copyFileSync(from.slice('sqlite:///'.length), to.slice('sqlite:///'.length))
      return to
    },
    stop: () => folder.remove(),
  }
}

/**
 * The engines that a test loops over. MariaDB must be installed, so it is among them only in `npm run test:all`, which
 * sets TROVE_TS_TEST_SYSTEM=1.
 */
export const engines: readonly Engine[] = [
  engine('sqlite', startSqlite),
  engine('postgresql', startPostgresql),
  ...(process.env.TROVE_TS_TEST_SYSTEM === '1' ? [engine('mysql', startMariadb)] : []),
]
