/**
 * This folder contains the schema. `changes` lists all migrations; each is a table or columns, in a file of its own. A released
 * migration never changes, and migrations only add, so that an older program, and a real Trove, can work on a newer schema.
 * Trove's own tables are created only if they are missing.
 */

import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { Fault } from '../../model/fault.ts'
import type { Database } from '../database.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { datastores } from './0001-datastores.ts'
import { datastoreVersions } from './0002-datastore-versions.ts'
import { datastoreVersionMetadata } from './0003-datastore-version-metadata.ts'
import { configurations } from './0004-configurations.ts'
import { clusters } from './0005-clusters.ts'
import { instances } from './0006-instances.ts'
import { policyEvents } from './0007-trovets-policy-events.ts'
import { serviceStatuses } from './0008-datastore-statuses.ts'
import { instanceFaults } from './0009-instance-faults.ts'
import { quotas } from './0010-quotas.ts'
import { rootEnabledHistory } from './0011-root-enabled-history.ts'
import { intents } from './0012-trovets-instances.ts'
import { projects } from './0013-trovets-projects.ts'
import { volumeType } from './0014-trovets-volume-type.ts'
import { isolationColumns } from './0015-trovets-isolation.ts'
import { walBytesColumn } from './0016-trovets-wal-bytes.ts'
import { admissions } from './0017-trovets-admissions.ts'
import { rules } from './0018-trovets-rules.ts'
import { eventLevels } from './0019-trovets-event-levels.ts'
import { eventDatastore } from './0020-trovets-event-datastores.ts'
import { waivers } from './0021-trovets-waivers.ts'
import { eventFlavorName } from './0022-trovets-flavor-names.ts'
import { eventUndo } from './0023-trovets-event-undo.ts'
import { versionIndexes } from './0024-trovets-version-indexes.ts'
import { workIndexes } from './0025-trovets-work-indexes.ts'
import { eventIndexes } from './0026-trovets-event-indexes.ts'
import { type AddedColumn, addColumn } from './add-column.ts'
import { type AddedIndex, addIndex } from './add-index.ts'
import { createTable, type TableShape } from './create-table.ts'

/** The migrations, in the order in which they run. */
const changes: Readonly<Record<string, TableShape | AddedColumn | readonly (AddedColumn | AddedIndex)[]>> = {
  '0001-datastores': datastores,
  '0002-datastore-versions': datastoreVersions,
  '0003-datastore-version-metadata': datastoreVersionMetadata,
  '0004-configurations': configurations,
  '0005-clusters': clusters,
  '0006-instances': instances,
  '0007-trovets-policy-events': policyEvents,
  '0008-datastore-statuses': serviceStatuses,
  '0009-instance-faults': instanceFaults,
  '0010-quotas': quotas,
  '0011-root-enabled-history': rootEnabledHistory,
  '0012-trovets-instances': intents,
  '0013-trovets-projects': projects,
  '0014-trovets-volume-type': volumeType,
  '0015-trovets-isolation': isolationColumns,
  '0016-trovets-wal-bytes': [walBytesColumn],
  '0017-trovets-admissions': admissions,
  '0018-trovets-rules': rules,
  '0019-trovets-event-levels': eventLevels,
  '0020-trovets-event-datastores': eventDatastore,
  '0021-trovets-waivers': waivers,
  '0022-trovets-flavor-names': eventFlavorName,
  '0023-trovets-event-undo': eventUndo,
  '0024-trovets-version-indexes': versionIndexes,
  '0025-trovets-work-indexes': workIndexes,
  '0026-trovets-event-indexes': eventIndexes,
}

/** What a migration adds to existing tables; undefined when it creates a table. */
const additionsOf = (change: (typeof changes)[string]): readonly (AddedColumn | AddedIndex)[] | undefined =>
  'table' in change ? [change] : 'length' in change ? change : undefined

const columnsOf = (change: (typeof changes)[string]): readonly AddedColumn[] =>
  (additionsOf(change) ?? []).filter(addition => 'column' in addition)

/** Every table after all migrations. A table comes before the tables that refer to it. */
export const tables: readonly TableShape[] = Object.values(changes).flatMap(change => {
  if ('table' in change || 'length' in change) return []
  const added = Object.values(changes)
    .flatMap(columnsOf)
    .filter(({ table }) => table === change.name)
    .map(({ column, type }) => [column, type] as const)
  return [{ ...change, columns: { ...change.columns, ...Object.fromEntries(added) } }]
})

const migrationsFor = (dialect: Dialect): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [
      name,
      {
        async up(db) {
          if (!('table' in change || 'length' in change)) return createTable(db, dialect, change)
          for (const addition of additionsOf(change)!)
            await ('column' in addition ? addColumn(db, dialect, addition) : addIndex(db, dialect, addition))
        },
      } satisfies Migration,
    ]),
  )

const migrator = ({ kysely, dialect }: Database) =>
  new Migrator({
    db: kysely,
    provider: { getMigrations: async () => migrationsFor(dialect) },
    migrationTableName: 'trovets_migrations',
    migrationLockTableName: 'trovets_migrations_lock',
  })

/**
 * Upgrades the schema to the latest version. Several processes may call it at once: the others wait and then have nothing to
 * do. It can be repeated at any time, also after it was killed.
 *
 * @returns the names of the migrations that this call ran
 */
export async function migrate(database: Database): Promise<string[]> {
  const { pending, unknown } = await compare(database)
  if (unknown.length > 0) {
    // Migrations only add, so an older version of the program still finds everything that it needs.
    const advice =
      pending.length === 0 ? 'This version of the program works on it without an upgrade.' : 'Use the newer version.'
    throw new Fault(
      `The schema of ${database.shown} could not be upgraded: a newer version of this program has added ${unknown.join(', ')}. ${advice}`,
    )
  }
  const { error, results } = await migrator(database).migrateToLatest()
  if (error) {
    const failed = results?.find(result => result.status === 'Error')?.migrationName ?? 'the first step'
    throw new Fault(`The schema of ${database.shown} could not be upgraded: the upgrade stopped at ${failed}.`, {
      cause: error,
    })
  }
  return (results ?? []).filter(result => result.status === 'Success').map(result => result.migrationName)
}

/** The migrations that have not run on this database yet. */
export const pendingMigrations = async (database: Database): Promise<string[]> => (await compare(database)).pending

/** The migrations that only the program has (`pending`), and those that only the database has (`unknown`). */
async function compare(database: Database): Promise<{ pending: string[]; unknown: string[] }> {
  await requireTransactions(database)
  const tables = await database.kysely.introspection.getTables()
  if (!tables.some(table => table.name === 'trovets_migrations')) return { pending: Object.keys(changes), unknown: [] }
  const done = await sql<{ name: string }>`select name from trovets_migrations`.execute(database.kysely)
  const names = new Set(done.rows.map(row => row.name))
  return {
    pending: Object.keys(changes).filter(name => !names.has(name)),
    unknown: [...names].filter(name => !(name in changes)),
  }
}

/** Throws a Fault if tables of ours or of Trove have no transactions, as in MyISAM: a failed change could be half done. */
async function requireTransactions({ kysely, dialect, shown }: Database): Promise<void> {
  const names = new Set<string>(tables.map(({ name }) => name))
  const withoutTransactions = (await dialect.tablesWithoutTransactions?.(kysely)) ?? []
  const affected = withoutTransactions.filter(({ table }) => names.has(table))
  if (affected.length === 0) return
  const list = affected.map(({ table, storageEngine }) => `${table} (${storageEngine})`).join(', ')
  throw new Fault(
    `Tables of ${shown} have no transactions: ${list}. Convert each with ALTER TABLE name ENGINE=InnoDB, then try again.`,
  )
}

/** Drops every table, including Trove's, and recreates the schema. */
export async function recreate(database: Database): Promise<string[]> {
  await database.dialect.dropAllTables(database.kysely)
  return migrate(database)
}
