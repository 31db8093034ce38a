import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Database } from '../../src/db/database.ts'
import type { Tables } from '../../src/db/tables.ts'
import { levels } from '../../src/model/level.ts'
import { Refused } from '../../src/model/refused.ts'
import { deleteDatastore } from '../../src/operations/datastores/delete-datastore.ts'
import { operator } from '../../src/operations/datastores/visible-datastores.ts'
import {
  addDatastoreRequirements,
  deleteDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
} from '../../src/operations/flavors/datastore-rules.ts'
import { loadFlavorPolicy } from '../../src/operations/flavors/load-flavor-policy.ts'
import { addRequirements } from '../../src/operations/flavors/manage-flavor-requirements.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, versionOf } from './rows.ts'
import { printedSeed } from './seed.ts'

const flavors = {
  list: async () => [1, 2, 4].map(vcpus => flavorWith({ id: String(vcpus), vcpus, ramMb: 1024 * vcpus })),
}
const actor = { id: 'cli:ada', requestId: null }
const changeOf = (datastore: string) => ({ actor, viewer: operator, datastore, allowNone: true })

/** The rules that stand by what was recorded of them, with their levels. */
function standing(events: readonly Pick<Tables['trovets_policy_events'], 'action' | 'key' | 'value' | 'level'>[]) {
  const rules = new Map<string, string>()
  for (const { action, key, value, level } of events)
    if (action === 'deleted') rules.delete(`${key}=${value}`)
    else rules.set(`${key}=${value}`, level!)
  return [...rules].map(([rule, level]) => `${rule} ${level}`).sort()
}

/** The events about the rules of a datastore itself, oldest first. */
const eventsAbout = ({ kysely }: Database, datastoreId: string) =>
  kysely
    .selectFrom('trovets_policy_events')
    .selectAll()
    .where('datastore_id', '=', datastoreId)
    .where('datastore_version_id', '=', '')
    .orderBy('id')
    .execute()

for (const engine of engines)
  describe(`the rules of a datastore, on ${engine.name}`, { concurrency: false }, () => {
    test('apply to all its versions, those to come included, and to those of no other datastore', async t => {
      const { stores } = await freshDatabase(t, engine)
      const first = await addVersion(stores)
      const other = await addVersion(stores)
      const ports = { stores, flavors, clock }
      await addDatastoreRequirements(ports, changeOf(first.datastoreId), { requirements: ['ram>=2GiB'], level: 'warn' })
      const later = versionOf(first.datastoreId, '9.0')
      await stores.versions.insert(later)
      const rulesOf = async (id: string) =>
        (await loadFlavorPolicy(stores, id)).requirements.map(({ text, level, source }) => `${text} ${level} ${source}`)
      assert.deepEqual(await rulesOf(first.id), ['ram>=2048 warn datastore'])
      assert.deepEqual(await rulesOf(later.id), ['ram>=2048 warn datastore'])
      assert.deepEqual(await rulesOf(other.id), [])
    })

    test('are deleted with the datastore, with an event each, and a datastore of the same name has none', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const ports = { stores, flavors, clock }
      const { id } = await addDatastore(stores, 'mysql')
      await addDatastoreRequirements(ports, changeOf('mysql'), { requirements: ['ram>=2GiB', 'vcpus>=2'] })
      await deleteDatastore(ports, actor, operator, 'mysql')
      assert.deepEqual(await stores.rules.ofDatastores(), [])
      assert.deepEqual(standing(await eventsAbout(database, id)), [])
      await addDatastore(stores, 'mysql')
      assert.deepEqual(await stores.rules.ofDatastores(), [])
    })

    test('agree with their events after many writers, of the datastore and of its versions, from two processes', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const { id: versionId, datastoreId } = await addVersion(fresh.stores)
      const some = fc.shuffledSubarray(['vcpus>=1', 'VCPUS >= 02', 'ram>=1GiB', 'extra_specs[k]=ssd'], { minLength: 1 })
      const change = changeOf(datastoreId)
      const write = fc.record({
        what: fc.constantFrom('add', 'delete', 'level', 'list', 'version' as const),
        requirements: some,
        level: fc.constantFrom(...levels),
        restriction: fc.constantFrom('open', 'listed' as const),
      })
      type Write = typeof write extends fc.Arbitrary<infer Each> ? Each : never
      async function make({ what, requirements, level, restriction }: Write, stores: Stores): Promise<unknown> {
        const ports = { stores, flavors, clock }
        switch (what) {
          case 'add':
            return addDatastoreRequirements(ports, change, { requirements, level })
          case 'delete':
            return deleteDatastoreRequirements(ports, change, { requirements })
          case 'level':
            return setDatastoreRequirementLevel(ports, change, { requirements, level })
          case 'list':
            return setDatastoreFlavorPolicy(ports, change, { restriction })
          case 'version':
            return addRequirements(ports, actor, { versionId, requirements, allowNone: true })
        }
      }
      const writes = fc.sample(write, { seed: printedSeed(t), numRuns: several(40, 15) })
      const outcomes = await Promise.allSettled(writes.map((write, index) => make(write, pools[index % 2]!)))
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !(outcome.reason instanceof Refused)) throw outcome.reason
      const rules = await fresh.stores.rules.ofDatastores(datastoreId)
      assert.deepEqual(
        rules.map(({ key, value, level }) => `${key}=${value} ${level}`).sort(),
        standing(await eventsAbout(fresh.database, datastoreId)),
      )
    })
  })
