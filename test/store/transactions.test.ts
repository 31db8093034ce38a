import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DuplicateRow, type Stores } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, eventOf, everything, metadataOf, values, type Writable } from './rows.ts'

/** How often anyone in this process has tried to begin a transaction on this SQLite file since. */
function countBeginnings(t: TestContext, file: string): () => number {
  const { prepare } = DatabaseSync.prototype
  let count = 0
  t.mock.method(DatabaseSync.prototype, 'prepare', function (this: DatabaseSync, text: string) {
    if (text === 'begin immediate' && this.location() === file) count++
    return prepare.call(this, text)
  })
  return () => count
}

for (const engine of engines) {
  describe(`side by side on ${engine.name}`, { concurrency: true }, () => {
    describe('a transaction', () => {
      test('that fails leaves nothing, whatever made it fail', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        await stores.metadata.insert([metadataOf(id, 'taken')])
        const before = await everything(database)
        const fail = (last: (stores: Writable) => Promise<void>) =>
          stores.transaction(async stores => {
            await addVersion(stores)
            await stores.metadata.insert([metadataOf(id, '1')])
            await stores.events.append([eventOf(id, '1')])
            await last(stores)
          })
        await assert.rejects(
          fail(async () => {
            throw new Error('changed my mind')
          }),
          /changed my mind/,
        )
        assert.deepEqual(await everything(database), before)
        await assert.rejects(
          fail(stores => stores.metadata.insert([metadataOf(id, 'taken')])),
          DuplicateRow,
        )
        assert.deepEqual(await everything(database), before)
      })

      test('that waits for another one does not bring this process to a standstill', async t => {
        const { stores, database, openAgain } = await freshDatabase(t, engine)
        const other = await openAgain()
        const { id } = await addVersion(stores)
        const attempts = engine.name === 'sqlite' ? countBeginnings(t, database.shown) : undefined
        let waiting: Promise<unknown> | undefined
        await stores.transaction(async stores => {
          await stores.versions.lock(id)
          // SQLite, left to itself, would wait for a second with all else standing still: this timer would then be due
          // before the second attempt. However slow the machine is, timers go off in the order in which they are due.
          const timer = setTimeout(500)
          waiting = other.stores.transaction(stores => stores.versions.lock(id))
          await timer
        })
        if (attempts) assert.ok(attempts() > 2, `${attempts()} attempts`)
        await waiting
      })

      test('gives back what its work gives back, and is seen by others once it has ended', async t => {
        const { stores, openAgain } = await freshDatabase(t, engine)
        const other = (await openAgain()).stores
        const name = await stores.transaction(async stores => {
          const datastore = await addDatastore(stores, 'mysql')
          assert.equal(await other.datastores.byId(datastore.id), undefined)
          return datastore.name
        })
        assert.equal((await other.datastores.byName(name))?.name, 'mysql')
      })

      test('that is overtaken with the row it means to add runs again, and finds that row', async t => {
        const { stores, openAgain } = await freshDatabase(t, engine)
        const pools = [stores, (await openAgain()).stores]
        const findOrAdd = (stores: Stores) =>
          stores.transaction(async stores => {
            if (await stores.datastores.byName('mysql')) return 'found'
            await addDatastore(stores, 'mysql')
            return 'added'
          })
        const did = await Promise.all(Array.from({ length: 10 }, (_, index) => findOrAdd(pools[index % 2]!)))
        assert.deepEqual(did.sort(), ['added', ...Array(9).fill('found')])
      })

      test('that gets in the way of another runs again, and both end well', async t => {
        const { stores, database, openAgain } = await freshDatabase(t, engine)
        const [one, two] = [await addVersion(stores), await addVersion(stores)]
        const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
        const lockBoth = (stores: Stores, index: 0 | 1, [first, second]: [string, string]) =>
          stores.transaction(async stores => {
            await stores.versions.lock(first)
            both[index]!.resolve()
            // Each holds one and waits for the other's; where a transaction excludes the others that cannot come to be.
            if (database.dialect.locksRows) await both[1 - index]!.promise
            await stores.versions.lock(second)
            await stores.metadata.insert([metadataOf(first, `by ${index}`)])
          })
        await Promise.all([
          lockBoth(stores, 0, [one.id, two.id]),
          lockBoth((await openAgain()).stores, 1, [two.id, one.id]),
        ])
        assert.deepEqual(values(await stores.metadata.list(one.id, ['flavor'])), ['by 0'])
        assert.deepEqual(values(await stores.metadata.list(two.id, ['flavor'])), ['by 1'])
      })
    })

    describe('the lock on a version', () => {
      test('gives the version, or undefined when there is none', async t => {
        const { stores } = await freshDatabase(t, engine)
        const version = await addVersion(stores)
        await stores.transaction(async stores => {
          assert.deepEqual(await stores.versions.lock(version.id), version)
          assert.equal(await stores.versions.lock(newId()), undefined)
        })
      })

      test('keeps another writer out until its transaction ends', async t => {
        const { stores, openAgain } = await freshDatabase(t, engine)
        const other = await openAgain()
        const { id } = await addVersion(stores)
        const said: string[] = []
        let second: Promise<void> | undefined
        await stores.transaction(async stores => {
          await stores.versions.lock(id)
          second = other.stores.transaction(async stores => {
            await stores.versions.lock(id)
            said.push(`the second one has the lock and sees ${values(await stores.metadata.list(id, ['flavor']))}`)
          })
          // Round trips enough for the second one to get in, if it could.
          for (let again = 0; again < 20; again++) await stores.versions.byId(id)
          await stores.metadata.insert([metadataOf(id, '1')])
          said.push('the first one is done')
        })
        await second
        assert.deepEqual(said, ['the first one is done', 'the second one has the lock and sees 1'])
      })

      test('shows what others wrote before it was granted, even to a transaction that had read already', async t => {
        const { stores, database, openAgain } = await freshDatabase(t, engine)
        const other = await openAgain()
        const { id } = await addVersion(stores)
        const hasRead = Promise.withResolvers<void>()
        let second: Promise<string[]> | undefined
        await stores.transaction(async stores => {
          await stores.versions.lock(id)
          second = other.stores.transaction(async stores => {
            await stores.metadata.list(id, ['flavor'])
            hasRead.resolve()
            await stores.versions.lock(id)
            return values(await stores.metadata.list(id, ['flavor']))
          })
          // Where a whole transaction excludes the others, the second one has not even begun.
          if (database.dialect.locksRows) await hasRead.promise
          await stores.metadata.insert([metadataOf(id, '1')])
        })
        assert.deepEqual(await second, ['1'])
      })

      test('is undefined for one who waited while the version was removed', async t => {
        const { stores, openAgain } = await freshDatabase(t, engine)
        const other = await openAgain()
        const { id } = await addVersion(stores)
        let second: Promise<unknown> | undefined
        await stores.transaction(async stores => {
          await stores.versions.lock(id)
          second = other.stores.transaction(stores => stores.versions.lock(id))
          await stores.versions.remove(id)
        })
        assert.equal(await second, undefined)
      })

      test('makes 24 read-and-write transactions from two pools lose nothing', async t => {
        const { stores, openAgain } = await freshDatabase(t, engine)
        const pools = [stores, (await openAgain()).stores]
        const { id } = await addVersion(stores, { packages: '0' })
        const increment = (stores: Stores) =>
          stores.transaction(async stores => {
            const version = await stores.versions.lock(id)
            await stores.versions.update({ ...version!, packages: String(Number(version!.packages) + 1) })
          })
        await Promise.all(Array.from({ length: 24 }, (_, index) => increment(pools[index % 2]!)))
        assert.equal((await stores.versions.byId(id))?.packages, '24')
      })
    })
  })
}
