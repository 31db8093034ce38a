/**
 * This folder contains the stores, one file for each kind of row: they implement `src/ports/stores.ts` with SQL that every
 * engine understands. Stores only read and write rows; checks and decisions are in the operations and in `src/rules/`. Names
 * are compared in TypeScript and not in SQL, because engines and collations differ (`names.ts`).
 */

import type { Kysely } from 'kysely'
import type { Stores } from '../../ports/stores.ts'
import { openGiveWay } from '../../turn/give-way.ts'
import { type Database, inTransaction, openReading } from '../database.ts'
import type { Tables } from '../tables.ts'
import { type AdmissionsBegun, admissionStore } from './admissions.ts'
import { datastoreVersionStore } from './datastore-versions.ts'
import { datastoreStore } from './datastores.ts'
import { hardwareStore } from './hardware.ts'
import { instanceStore } from './instances.ts'
import { versionColumns } from './newer-columns.ts'
import { policyEventStore } from './policy-events.ts'
import { policyRuleStore } from './policy-rules.ts'
import { quotaStore } from './quotas.ts'
import { versionMetadataStore } from './version-metadata.ts'
import { waiverStore } from './waivers.ts'

/** Opens the stores of a database. */
export function openStores(database: Database): Stores {
  const columns = versionColumns()
  const begun: AdmissionsBegun = { isKnown: false }
  const on = (db: Kysely<Tables>) => ({
    datastores: datastoreStore(db, database.dialect),
    versions: datastoreVersionStore(db, database.dialect, columns),
    metadata: versionMetadataStore(db, database.dialect),
    rules: policyRuleStore(db),
    waivers: waiverStore(db, database.dialect),
    events: policyEventStore(db, database.dialect),
    instances: instanceStore(db, database.dialect),
    hardware: hardwareStore(db, database.dialect),
    admissions: admissionStore(db, database.dialect, begun),
    quotas: quotaStore(db, database.dialect),
  })
  const turn = openTurns(snapshotsMax)
  return {
    ...on(database.kysely),
    changeStamp: database.dialect.changeStamp && (() => database.dialect.changeStamp!(database.kysely)),
    transaction: work => inTransaction(database, transaction => work(on(transaction))),
    async openSnapshot() {
      const endTurn = await turn()
      try {
        const reading = await openReading(database)
        return {
          stores: on(reading),
          giveWay: openGiveWay(),
          close: () => endReading(reading).finally(endTurn) as Promise<void>,
        }
      } catch (error) {
        endTurn()
        throw error
      }
    },
  }
}

/** Each takes a connection for as long as it reads, and other requests need some, too. */
const snapshotsMax = 2

/** Ending it saves nothing, so it does not matter whether the server is still there. */
const endReading = (reading: Awaited<ReturnType<typeof openReading>>): Promise<unknown> =>
  reading
    .rollback()
    .execute()
    .catch(() => {})

/** Waits until fewer than `max` turns are taken, and returns how to end the own turn. */
function openTurns(max: number): () => Promise<() => void> {
  const waiting: (() => void)[] = []
  let taken = 0
  const end = () => {
    const next = waiting.shift()
    if (next) next()
    else taken--
  }
  return async () => {
    if (taken < max) taken++
    else await new Promise<void>(resolve => waiting.push(resolve))
    return end
  }
}
