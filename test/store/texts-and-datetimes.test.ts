import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { Refused } from '../../src/model/refused.ts'
import { createDatastoreVersion, updateDatastore } from '../../src/operations/datastores/manage-datastore-versions.ts'
import { associateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { several } from '../extent.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addVersion, everything, noon, values } from './rows.ts'
import { printedSeed } from './seed.ts'

for (const engine of engines) {
  describe(`what is stored on ${engine.name}`, { concurrency: true }, () => {
    describe('datetimes', () => {
      const moments = {
        '2026-11-23 06:25:14': new Date('2026-11-23T06:25:14Z'),
        // In New York, the clock jumps over the one and strikes the other twice.
        '2026-03-08 02:30:00': new Date('2026-03-08T02:30:00Z'),
        '2026-11-01 01:30:00': new Date('2026-11-01T01:30:00Z'),
        '2026-12-31 23:59:59': new Date('2026-12-31T23:59:59.999Z'),
      }
      const zones = { 'America/New_York': 300, UTC: 0, 'Pacific/Kiritimati': -840 }
      for (const [zone, offsetMinutes] of Object.entries(zones).slice(0, several(3, 1))) {
        test(`are naive UTC in whole seconds, also where the clock shows ${zone}`, async t => {
          const { stores, url } = await freshDatabase(t, engine)
          const { id } = await addVersion(stores)
          const script = join(import.meta.dirname, 'datetime-process.ts')
          const epochs = Object.values(moments).map(date => String(date.getTime()))
          const { stdout } = await promisify(execFile)(process.execPath, [script, url, id, ...epochs], {
            env: { ...process.env, TZ: zone },
          })
          const inWholeSeconds = (date: Date) => Math.floor(date.getTime() / 1000) * 1000
          assert.deepEqual(JSON.parse(stdout), {
            offsetMinutes,
            results: Object.entries(moments).map(([text, date]) => ({
              dates: Array(3).fill(inWholeSeconds(date)),
              texts: Array(3).fill(text),
            })),
          })
        })
      }
    })

    describe('text that a column cannot hold', () => {
      const actor = { id: 'cli:ada', requestId: null }
      const clock = { now: () => noon, monotonicMs: () => 0, newId }
      const flavors = { list: async () => [] }
      const images = { list: async () => [{ id: '1', name: 'i', manager: 'mysql', version: '8', tags: ['t'] }] }
      const unusable = {
        'a 4-byte character': 'm1.🐘',
        'a NUL': 'm1\0',
        'half a character': 'm1.\ud83d',
        'an overlong text': 'é'.repeat(512),
      }
      for (const [what, text] of Object.entries(unusable)) {
        test(`${what} is refused by the operations and never reaches the database`, async t => {
          const { stores, database } = await freshDatabase(t, engine)
          const { id } = await addVersion(stores)
          const before = await everything(database)
          const ports = { stores, flavors, clock, images, objected: () => {} }
          const version = { datastoreName: 'new', name: '1', changes: { imageTags: ['t'] }, isDefault: false }
          const attempts = {
            'a flavor id': () =>
              associateFlavors(ports, actor, { versionId: id, flavorIds: ['1', text], check: false }),
            'a datastore name': () => updateDatastore(ports, { name: text, defaultVersion: '' }),
            'the datastore name of a version': () => createDatastoreVersion(ports, { ...version, datastoreName: text }),
            'a version name': () => createDatastoreVersion(ports, { ...version, name: text }),
            'a version number': () =>
              createDatastoreVersion(ports, { ...version, changes: { ...version.changes, version: text } }),
            packages: () =>
              createDatastoreVersion(ports, { ...version, changes: { ...version.changes, packages: text } }),
          }
          for (const [place, attempt] of Object.entries(attempts)) await assert.rejects(attempt, Refused, place)
          assert.deepEqual(await everything(database), before)
        })
      }

      test('is the only such text: every other flavor id is stored and read back to the letter', async t => {
        const { stores } = await freshDatabase(t, engine)
        const seed = printedSeed(t)
        const id = fc.string({
          unit: fc.oneof(fc.constantFrom(...'aAáß \\%'), fc.nat(0xffff).map(String.fromCharCode)),
        })
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(id, { minLength: 1, maxLength: 3 }), async flavorIds => {
            const { id: versionId } = await addVersion(stores)
            let stored: readonly string[] = flavorIds
            await associateFlavors({ stores, flavors, clock, objected: () => {} }, actor, {
              versionId,
              flavorIds,
              check: false,
              allowNone: true,
            }).catch(error => {
              if (!(error instanceof Refused)) throw error
              stored = []
            })
            assert.deepEqual(values(await stores.metadata.list(versionId, ['flavor'])), stored)
          }),
          { seed, numRuns: several(100, 10) },
        )
      })
    })
  })
}
