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
  }
}

async function startSqlite(): Promise<Server> {
  const folder = serverFolder('sqlite', undefined, 'SIGKILL')
  const url = (database: string) => `sqlite:///${join(folder.path, database)}`
  let databases = 0
  return {
    url,
    createDatabase: async () => url(`trove_${++databases}.db`),
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
