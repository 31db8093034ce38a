import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { restrictions } from '../../src/model/flavor-policy.ts'
import { levels } from '../../src/model/level.ts'
import { Refused } from '../../src/model/refused.ts'
import type { VersionMetadata } from '../../src/model/version-metadata.ts'
import { associateFlavors, dissociateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { addRequirements, deleteRequirements } from '../../src/operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { flavorKeys } from '../../src/rules/allowed/flavor/policy-rows.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addVersion, everything, metadataOf, values } from './rows.ts'
import { printedSeed } from './seed.ts'

const flavors = {
  list: async () =>
    [1, 2, 4].map(vcpus =>
      flavorWith({ id: String(vcpus), name: `m1.${vcpus}`, vcpus, ramMb: 1024 * vcpus, diskGb: 10 }),
    ),
}
const objected = () => {}
const actor = { id: 'cli:ada', requestId: null }

/** How rows stand by what was written down of them: the last event of each key and value counts. */
function standing(events: readonly { key: string; value: string; action: string }[]): string[] {
  const last = new Map(events.toReversed().map(({ key, value, action }) => [`${key}=${value}`, action]))
  return [...last].flatMap(([row, action]) => (action === 'added' ? [row] : [])).sort()
}
const liveRows = (rows: readonly VersionMetadata[]) => rows.map(({ key, value }) => `${key}=${value}`).sort()

for (const engine of engines) {
  describe(`many writers of one version's policy, on ${engine.name}`, { concurrency: false }, () => {
    test('leave at most one row for restriction and enforcement, and events that agree with the rows', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const { id: versionId } = await addVersion(fresh.stores)
      const wish = fc.record({
        restriction: fc.option(fc.constantFrom(...restrictions), { nil: undefined }),
        enforcement: fc.option(fc.constantFrom(...levels), { nil: undefined }),
      })
      const wishes = fc.sample(wish, { seed: printedSeed(t), numRuns: several(30, 12) })
      await Promise.all(
        wishes.map((wish, index) =>
          setFlavorPolicy({ stores: pools[index % 2]!, flavors, clock }, actor, {
            versionId,
            ...wish,
            allowNone: true,
          }),
        ),
      )
      const rows = await fresh.stores.metadata.list(versionId, flavorKeys)
      for (const key of flavorKeys) assert.ok(rows.filter(row => row.key === key).length <= 1, JSON.stringify(rows))
      assert.deepEqual(liveRows(rows), standing(await fresh.stores.events.list(versionId, flavorKeys)))
    })

    test('of whom half delete requirements that the others add, leave rows and events that agree', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const { id: versionId } = await addVersion(fresh.stores)
      const some = fc.shuffledSubarray(['vcpus>=1', 'VCPUS >= 02', 'ram>=1GiB', 'extra_specs[k]=ssd'], { minLength: 1 })
      const call = fc.record({ isAdd: fc.boolean(), requirements: some })
      const calls = fc.sample(call, { seed: printedSeed(t), numRuns: several(30, 12) })
      const outcomes = await Promise.allSettled(
        calls.map(({ isAdd, requirements }, index) => {
          const ports = { stores: pools[index % 2]!, flavors, clock }
          return (isAdd ? addRequirements : deleteRequirements)(ports, actor, {
            versionId,
            requirements,
            allowNone: true,
          })
        }),
      )
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !(outcome.reason instanceof Refused)) throw outcome.reason
      const rows = await fresh.stores.metadata.list(versionId, flavorKeys)
      assert.deepEqual(liveRows(rows), standing(await fresh.stores.events.list(versionId, flavorKeys)))
      assert.equal(new Set(values(rows)).size, rows.length)
    })

    test('never get a flavor associated that breaks a requirement which was there first', async t => {
      const fresh = await freshDatabase(t, engine)
      const other = (await fresh.openAgain()).stores
      for (let round = 0; round < several(10, 4); round++) {
        const { id: versionId } = await addVersion(fresh.stores)
        const [added, associated] = await Promise.allSettled([
          addRequirements({ stores: fresh.stores, flavors, clock }, actor, { versionId, requirements: ['vcpus>=2'] }),
          associateFlavors({ stores: other, flavors, clock, objected }, actor, {
            versionId,
            flavorIds: ['1', '2'],
            check: true,
          }),
        ])
        assert.equal(added.status, 'fulfilled')
        const events = (await fresh.stores.events.list(versionId, flavorKeys)).toReversed()
        const isRequirementFirst = events[0]!.value === 'vcpus>=2'
        assert.equal(associated.status, isRequirementFirst ? 'rejected' : 'fulfilled')
      }
    })
  })

  describe(`writing the policy, on ${engine.name}`, () => {
    test('what is refused has changed nothing', async t => {
      const fresh = await freshDatabase(t, engine)
      const { stores } = fresh
      const { id: versionId } = await addVersion(stores)
      const ports = { stores, flavors, clock, objected }
      await addRequirements(ports, actor, {
        ...{ versionId, requirements: ['vcpus>=2', 'extra_specs[k]=café'], allowNone: true },
      })
      const before = await everything(fresh.database)
      const refused = (code: string) => (error: unknown) => error instanceof Refused && error.code === code
      const add = (...requirements: string[]) =>
        addRequirements(ports, actor, { versionId, requirements, allowNone: true })
      await assert.rejects(add(), refused('no_requirements'))
      await assert.rejects(add('ram>=1', 'vcpus >= 2.0'), refused('requirement_already_set'))
      await assert.rejects(add('ram>=1', 'extra_specs[k]=CAFE'), refused('requirement_already_set'))
      await assert.rejects(add('ram>=1', 'cores>=2'), refused('requirement_not_understood'))
      await assert.rejects(add('ram>=1', `extra_specs[k]=${'x'.repeat(120)}`), refused('requirement_unusable'))
      await assert.rejects(add('ram>=1', 'extra_specs[k]=\0'), refused('requirement_unusable'))
      await assert.rejects(
        deleteRequirements(ports, actor, { versionId, requirements: ['vcpus>=2', 'vcpus>=3'] }),
        refused('requirement_not_set'),
      )
      await assert.rejects(
        associateFlavors(ports, actor, { versionId, flavorIds: ['4', '1'], check: true }),
        refused('flavors_break_requirements'),
      )
      for (const change of [
        () => addRequirements(ports, actor, { versionId: 'gone', requirements: ['vcpus>=2'] }),
        () => deleteRequirements(ports, actor, { versionId: 'gone', requirements: ['vcpus>=2'] }),
        () => dissociateFlavors(ports, actor, { versionId: 'gone', flavorIds: ['1'] }),
        () => setFlavorPolicy(ports, actor, { versionId: 'gone', restriction: 'listed' }),
      ])
        await assert.rejects(change(), refused('datastore_version_not_found'))
      assert.deepEqual(await everything(fresh.database), before)
    })

    // MariaDB has no indexes on expressions.
    if (engine.name !== 'mysql')
      test('where the database folds more than we know of, no value is blamed that may be innocent', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const { id: versionId } = await addVersion(stores)
        const folded = sql`replace(value, '-', '')`
        await sql`create unique index folds on datastore_version_metadata (datastore_version_id, key, (${folded}))`.execute(
          database.kysely,
        )
        const add = (...flavorIds: string[]) =>
          associateFlavors({ stores, flavors, clock, objected }, actor, {
            ...{ versionId, flavorIds, check: false, allowNone: true },
          })
        await add('a-b')
        const before = await everything(database)
        await assert.rejects(add('1', 'ab'), error => error instanceof Refused && error.code === 'values_collide')
        assert.deepEqual(await everything(database), before)
      })

    test('rows that somebody else left make way, whatever they say and however many there are', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id: versionId } = await addVersion(stores)
      const left = (value: string, deleted: boolean) =>
        metadataOf(versionId, value, { key: 'flavor_enforcement', deleted, deletedAt: deleted ? new Date() : null })
      await stores.metadata.insert([left('WARN', false), left('notify', false), left('other', true)])
      await setFlavorPolicy({ stores, flavors, clock }, actor, { versionId, enforcement: 'warn' })
      assert.deepEqual(values(await stores.metadata.list(versionId, ['flavor_enforcement'])), ['warn'])
      const events = await stores.events.list(versionId, flavorKeys)
      assert.deepEqual(events.map(({ action, value }) => `${action} ${value}`).sort(), [
        'added warn',
        'deleted WARN',
        'deleted notify',
      ])
      await setFlavorPolicy({ stores, flavors, clock }, actor, { versionId, enforcement: 'refuse' })
      assert.deepEqual(await stores.metadata.list(versionId, ['flavor_enforcement']), [])
    })
  })
}
