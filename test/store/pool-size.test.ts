import { equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { loadConfig } from '../../src/config/config.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import { engines } from '../servers/engines.ts'

/** More than the default of the option, and than those of the drivers. */
const atOnce = 15

for (const engine of engines.filter(({ name }) => name !== 'sqlite'))
  describe(`[database] max_pool_size on ${engine.name}`, () => {
    test('0 is no limit, as in SQLAlchemy', async t => {
      const environment = { OS_DATABASE__CONNECTION: await engine.createDatabase(), OS_DATABASE__MAX_POOL_SIZE: '0' }
      const database = await openConfiguredDatabase(loadConfig({}, environment), { create: true })
      t.after(() => database.close())
      const all = Promise.withResolvers<void>()
      let connections = 0
      const hold = () =>
        database.kysely.connection().execute(async connection => {
          await sql`select 1`.execute(connection)
          if (++connections === atOnce) all.resolve()
          await all.promise
        })
      await Promise.all(Array.from({ length: atOnce }, hold))
      equal(connections, atOnce)
    })
  })
