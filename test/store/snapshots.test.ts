import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Snapshot, Stores } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, metadataOf } from './rows.ts'

const namesIn = async ({ datastores }: Pick<Stores, 'datastores'>) => (await datastores.list()).map(({ name }) => name)

for (const engine of engines)
  describe(`what reads much, on ${engine.name}`, { concurrency: false }, () => {
    test('sees one moment, while others write and see what was written', async t => {
      const { stores, openAgain } = await freshDatabase(t, engine)
      const elsewhere = (await openAgain()).stores
      await addDatastore(stores, 'before')
      const { stores: ofMoment, close } = await stores.openSnapshot()
      assert.deepEqual(await namesIn(ofMoment), ['before'])
      await addDatastore(stores, 'here')
      await stores.transaction(inside => addDatastore(inside, 'in a transaction'))
      await addDatastore(elsewhere, 'there')
      assert.deepEqual(await namesIn(ofMoment), ['before'])
      assert.deepEqual(await namesIn(stores), ['before', 'here', 'in a transaction', 'there'])
      await close()
      const next = await stores.openSnapshot()
      assert.equal((await namesIn(next.stores)).length, 4)
      await next.close()
    })

    test('cannot write', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { stores: ofMoment, close } = await stores.openSnapshot()
      await assert.rejects(addDatastore(ofMoment, 'x'))
      await close()
      assert.deepEqual(await namesIn(stores), [])
    })

    test('happens twice at a time; who comes then waits, and sees what was written until then', async t => {
      const { stores } = await freshDatabase(t, engine)
      const [first, second] = [await stores.openSnapshot(), await stores.openSnapshot()]
      let third: Snapshot | undefined
      const waiting = stores.openSnapshot().then(snapshot => {
        third = snapshot
      })
      await namesIn(first.stores)
      await addDatastore(stores, 'later')
      assert.equal(third, undefined)
      await second.close()
      await waiting
      assert.deepEqual(await namesIn(third!.stores), ['later'])
      assert.deepEqual(await namesIn(first.stores), [])
      await Promise.all([first.close(), third!.close()])
    })

    test('other requests do not wait for a transaction to end, and do not see what it has written', async t => {
      const { stores } = await freshDatabase(t, engine)
      await stores.transaction(async inside => {
        await addDatastore(inside, 'not yet')
        assert.deepEqual(await namesIn(stores), [])
        assert.deepEqual(await namesIn(inside), ['not yet'])
      })
      assert.deepEqual(await namesIn(stores), ['not yet'])
    })

    test('one writes after the other, inside of transactions and outside', async t => {
      const { stores } = await freshDatabase(t, engine)
      const version = await addVersion(stores)
      const write = async (n: number) => {
        const row = () => metadataOf(version.id, `f${n}`)
        if (n % 2 === 0) return stores.metadata.insert([row()])
        await stores.transaction(async inside => {
          await inside.metadata.insert([row()])
          assert.ok((await inside.metadata.list(version.id, ['flavor'])).some(({ value }) => value === `f${n}`))
        })
      }
      await Promise.all(Array.from({ length: 30 }, (_, n) => write(n)))
      assert.equal((await stores.metadata.list(version.id, ['flavor'])).length, 30)
    })

    test('the event loop turns while many rows are read', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const version = await addVersion(stores)
      await stores.transaction(async inside => {
        for (let from = 0; from < 60_000; from += 1000) {
          const rows = Array.from({ length: 1000 }, (_, n) => metadataOf(version.id, `f${from + n}`))
          await inside.metadata.insert(rows)
        }
      })
      const { stores: ofMoment, close } = await stores.openSnapshot()
      let turns = 0
      let isReading = true
      const turn = () => {
        turns++
        if (isReading) setImmediate(turn)
      }
      setImmediate(turn)
      const rows = await ofMoment.metadata.briefOf([version.id], ['flavor'])
      isReading = false
      await close()
      assert.equal(rows.get(version.id)!.length, 60_000)
      assert.ok(turns > 1, `${turns} turns, on ${database.dialect.name}`)
    })
  })
