import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'

type Locking = (stores: Omit<Stores, 'transaction' | 'openSnapshot'>) => Promise<void>

const locks: Readonly<Record<string, Locking>> = {
  'of all datastores': stores => stores.datastores.lockAll(),
  'of a project': stores => stores.quotas.lock('p'),
  'of the sealing of secrets': stores => stores.instances.lockSealing(),
}

for (const engine of engines) {
  describe(`on an empty database of ${engine.name}, the lock`, async () => {
    for (const [name, lock] of Object.entries(locks))
      test(`${name} has one holder at a time, who sees what the one before has written`, async () => {
        const url = await engine.createDatabase()
        // Two pools, as two machines would have.
        const databases = [
          await openDatabase(url, { poolSizeMax: 5, create: true }),
          await openDatabase(url, { poolSizeMax: 5, create: true }),
        ]
        await migrate(databases[0]!)
        const machines = databases.map(openStores)
        const counts: number[] = []
        let holders = 0
        const hold = (_: unknown, index: number) =>
          machines[index % 2]!.transaction(async stores => {
            await lock(stores)
            holders++
            try {
              assert.equal(holders, 1)
              const { length } = await stores.datastores.list()
              await stores.datastores.insert({ id: `d${index}`, name: `d${index}`, defaultVersionId: null })
              assert.equal(holders, 1)
              counts.push(length)
            } finally {
              holders--
            }
          })
        try {
          await Promise.all(Array.from({ length: 12 }, hold))
          assert.deepEqual(
            counts,
            Array.from(counts, (_, index) => index),
          )
        } finally {
          await Promise.all(databases.map(database => database.close()))
        }
      })
  })
}
