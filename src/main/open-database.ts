import { type Config, type ConfigSource, loadConfig, placesInWords } from '../config/config.ts'
import { type Database, openDatabase } from '../db/database.ts'
import type { ConnectOptions } from '../db/dialects/dialect.ts'
import { migrate, pendingMigrations, recreate } from '../db/migrations/index.ts'
import { Fault } from '../model/fault.ts'

/** Opens the configured database. Throws a Fault with a message for the operator. */
export async function openConfiguredDatabase(
  config: Config,
  options: Omit<ConnectOptions, 'poolSizeMax'>,
): Promise<Database> {
  if (config.connection === undefined)
    throw new Fault(
      `${placesInWords(config)}: [database] connection is required. Specify the URL of the database, such as mysql+pymysql://USER:PASSWORD@HOST/trove, postgresql://USER:PASSWORD@HOST/trove or sqlite:////var/lib/trove-ts/trove.sqlite.`,
    )
  try {
    // As in SQLAlchemy, 0 is no limit.
    const poolSizeMax = config.poolSizeMax || Number.POSITIVE_INFINITY
    return await openDatabase(config.connection, { poolSizeMax, ...options })
  } catch (error) {
    if (error instanceof Fault || !(error instanceof Error)) throw error
    const { connection } = config.origins
    const place = connection.from === 'default' ? '' : `${connection.place}: `
    throw new Fault(`${place}[database] connection: ${error.message}.`, { cause: error })
  }
}

/** Throws a Fault that says what to do unless the schema is up to date. */
export async function requireSchema(database: Database): Promise<void> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return
  throw new Fault(
    `The database ${database.shown} is not set up, or not up to date. Run \`trove-manage db_sync\` first.`,
  )
}

export const schemaOf = (database: Database) => ({
  shown: database.shown,
  sync: () => migrate(database),
  recreate: () => recreate(database),
  async importFrom(source: ConfigSource, say: (progress: string) => void) {
    const from = await openConfiguredDatabase(loadConfig(source, {}), { create: false, isSource: true })
    try {
      const { copyDatabase } = await import('../db/copy.ts')
      return { from: from.shown, rows: await copyDatabase(from, database, say) }
    } finally {
      await from.close()
    }
  },
})
