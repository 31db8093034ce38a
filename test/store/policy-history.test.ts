import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { restrictions } from '../../src/model/flavor-policy.ts'
import { levels } from '../../src/model/level.ts'
import type { PolicyEvent } from '../../src/model/policy-event.ts'
import { Refused } from '../../src/model/refused.ts'
import type { VolumeType } from '../../src/model/volume-type.ts'
import type { Waiver } from '../../src/model/waiver.ts'
import { deleteDatastore } from '../../src/operations/datastores/delete-datastore.ts'
import {
  deleteDatastoreVersion,
  updateDatastoreVersion,
} from '../../src/operations/datastores/manage-datastore-versions.ts'
import { operator } from '../../src/operations/datastores/visible-datastores.ts'
import { associateFlavors, dissociateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import {
  addDatastoreRequirements,
  deleteDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
} from '../../src/operations/flavors/datastore-rules.ts'
import {
  addRequirements,
  deleteRequirements,
  setRequirementLevel,
} from '../../src/operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { undoEvents } from '../../src/operations/policy-history/undo-events.ts'
import { associateVolumeTypes, dissociateVolumeType } from '../../src/operations/volume-types/associate-volume-types.ts'
import { insertWaivers } from '../../src/operations/waivers/write-waivers.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { policyKeys } from '../../src/rules/allowed/index.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { type Fresh, freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, everything, values, versionOf } from './rows.ts'
import { printedSeed } from './seed.ts'

const actor = { id: 'cli:ada', requestId: null }
const flavors = {
  list: async () =>
    [1, 2, 4].map(vcpus => flavorWith({ id: String(vcpus), name: `m1.${vcpus}`, vcpus, ramMb: 1024 * vcpus })),
}
const known: VolumeType[] = ['fast', 'slow'].map(name => ({
  ...{ id: `id-${name}`, name, description: null, isDefault: false, isPublic: true, projects: [] },
}))
const volumeTypes = { list: async () => known }
const images = { list: async () => [] }
const portsOn = (stores: Stores) => ({ stores, flavors, volumeTypes, images, clock, objected: () => {} })
type Ports = ReturnType<typeof portsOn>

const all = ({ stores }: Fresh) => stores.events.page({}, undefined, 10_000)
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id)

type Options = Partial<Parameters<typeof undoEvents>[2]>

const undo = (ports: Ports, eventIds: readonly string[], options: Options = {}) =>
  undoEvents(ports, actor, { eventIds, check: true, force: false, requirePolicy: () => {}, ...options })
const anyway = { force: true, allowNone: true }

const refused = (code: string, words?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Refused, String(error))
  assert.equal(error.code, code)
  if (words) assert.match(error.message, words)
  return true
}

/** What versions and datastores allow: the live rows, the levels of rules that exist and of lists, and the activity. */
async function policyOf({ stores }: Fresh) {
  const versions = await stores.versions.list()
  const keys = Object.values(policyKeys).flat()
  const rows = await stores.metadata.listOf(undefined, keys)
  const rules = await stores.rules.ofVersions(versions)
  return {
    rows: rows.map(({ versionId, key, value }) => [versionId, key, value].join(' ')).sort(),
    levels: versions
      .flatMap(({ id }) =>
        rules
          .get(id)!
          .filter(
            ({ rule, key, value }) =>
              rule!.source === 'datastore' ||
              key === 'flavor_restriction' ||
              rows.some(row => row.versionId === id && row.key === key && row.value === value),
          )
          .map(({ key, value, rule }) => [id, key, value, rule!.level, rule!.source].join(' ')),
      )
      .sort(),
    rules: (await stores.rules.ofDatastores())
      .map(({ datastoreId, key, value, level }) => [datastoreId, key, value, level].join(' '))
      .sort(),
    active: versions.map(({ id, active }) => `${id} ${active}`).sort(),
  }
}

const requirement = fc.constantFrom('vcpus>=2', 'ram>=2GiB', 'extra_specs[k]=ssd')
const level = fc.constantFrom(...levels)
const optionalLevel = fc.option(level, { nil: undefined })

type Place = Readonly<{ versionId: string; datastore: string }>
/** A change that an operator can make, some of which are refused. */
type Change = (ports: Ports, place: Place) => Promise<unknown>

const changes: Readonly<Record<string, fc.Arbitrary<Change>>> = {
  associate: fc.subarray(['1', '2', '4'], { minLength: 1 }).map(
    flavorIds =>
      (ports, { versionId }) =>
        associateFlavors(ports, actor, {
          versionId,
          flavorIds,
          check: true,
          force: true,
          allowNone: true,
          ifMissing: true,
        }),
  ),
  dissociate: fc.subarray(['1', '2', '4'], { minLength: 1 }).map(
    flavorIds =>
      (ports, { versionId }) =>
        dissociateFlavors(ports, actor, { versionId, flavorIds, ifExists: true, allowNone: true }),
  ),
  require: fc.tuple(fc.uniqueArray(requirement, { minLength: 1 }), optionalLevel).map(
    ([requirements, level]) =>
      (ports, { versionId }) =>
        addRequirements(ports, actor, { versionId, requirements, level, ifMissing: true, allowNone: true }),
  ),
  'no longer require': fc.uniqueArray(requirement, { minLength: 1 }).map(
    requirements =>
      (ports, { versionId }) =>
        deleteRequirements(ports, actor, { versionId, requirements, ifExists: true, allowNone: true }),
  ),
  'set a level': fc.tuple(requirement, level).map(
    ([text, level]) =>
      (ports, { versionId }) =>
        setRequirementLevel(ports, actor, { versionId, requirements: [text], level, allowNone: true }),
  ),
  'set the policy': fc
    .record(
      { restriction: fc.constantFrom(...restrictions), enforcement: level, listLevel: level },
      { requiredKeys: [] },
    )
    .map(
      policy =>
        (ports, { versionId }) =>
          setFlavorPolicy(ports, actor, { versionId, ...policy, allowNone: true }),
    ),
  'associate a volume type': fc.constantFrom('fast', 'slow').map(
    type =>
      (ports, { versionId }) =>
        associateVolumeTypes(ports, actor, { versionId, volumeTypes: [type], check: true, ifMissing: true }),
  ),
  'dissociate a volume type': fc.constantFrom('fast', 'slow').map(
    volumeType =>
      (ports, { versionId }) =>
        dissociateVolumeType(ports, actor, { versionId, volumeType, ifExists: true }),
  ),
  'set activity': fc.boolean().map(
    active =>
      (ports, { versionId }) =>
        updateDatastoreVersion(ports, actor, { id: versionId, changes: { active } }),
  ),
  'require of a datastore': fc.tuple(requirement, optionalLevel).map(
    ([text, level]) =>
      (ports, { datastore }) =>
        addDatastoreRequirements(
          ports,
          { actor, viewer: operator, datastore, allowNone: true },
          { requirements: [text], level, ifMissing: true },
        ),
  ),
  'no longer require of a datastore': requirement.map(
    text =>
      (ports, { datastore }) =>
        deleteDatastoreRequirements(
          ports,
          { actor, viewer: operator, datastore, allowNone: true },
          { requirements: [text], ifExists: true },
        ),
  ),
  'set a level of a datastore': fc.tuple(requirement, level).map(
    ([text, level]) =>
      (ports, { datastore }) =>
        setDatastoreRequirementLevel(
          ports,
          { actor, viewer: operator, datastore, allowNone: true },
          { requirements: [text], level },
        ),
  ),
  'set the policy of a datastore': fc
    .record({ restriction: fc.constantFrom(...restrictions), listLevel: level }, { requiredKeys: [] })
    .map(
      policy =>
        (ports, { datastore }) =>
          setDatastoreFlavorPolicy(ports, { actor, viewer: operator, datastore, allowNone: true }, policy),
    ),
}

/** Events whose change was none: an operator set the activity that a version had. */
const isIdle = ({ action, value, valueBefore }: PolicyEvent) => action === 'set' && value === valueBefore

const unlessRefused = (error: unknown) => {
  if (!(error instanceof Refused)) throw error
}

for (const engine of engines) {
  describe(`undoing changes, on ${engine.name}`, { concurrency: false }, () => {
    test('each change, however many came before it, is as if it had never been once its events are undone', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const runs = { seed: printedSeed(t), numRuns: several(40, engine.name === 'sqlite' ? 12 : 3) }
      const step = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.oneof(...Object.values(changes)))
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
          const { datastoreId, id } = await addVersion(fresh.stores)
          const sibling = versionOf(datastoreId, '9.0')
          await fresh.stores.versions.insert(sibling)
          const begin = (await all(fresh))[0]?.id ?? ''
          const since = async () => (await all(fresh)).filter(event => event.id > begin && !isIdle(event))
          const stages: { policy: Awaited<ReturnType<typeof policyOf>>; events: PolicyEvent[] }[] = []
          for (const [which, change] of steps) {
            const [policy, before] = [await policyOf(fresh), new Set(idsOf(await since()))]
            const place = { versionId: [id, sibling.id][which]!, datastore: datastoreId }
            await change(ports, place).catch(unlessRefused)
            stages.push({ policy, events: (await since()).filter(event => !before.has(event.id)) })
          }
          const after = await policyOf(fresh)
          const undos: string[][] = []
          // One change after the other, the newest first.
          for (const { policy, events } of stages.toReversed()) {
            if (events.length === 0) continue
            const { undone } = await undo(ports, idsOf(events).reverse(), anyway)
            undos.push(undone.flatMap(({ by }) => idsOf(by)))
            assert.deepEqual(await policyOf(fresh), policy)
          }
          // An undo is a change, too: all of them at once can be undone.
          if (undos.length > 0) await undo(ports, undos.flat(), anyway)
          assert.deepEqual(await policyOf(fresh), after)
          // And so can all changes at once.
          const events = stages.flatMap(stage => idsOf(stage.events))
          if (events.length > 0) await undo(ports, events, anyway)
          assert.deepEqual(await policyOf(fresh), stages[0]!.policy)
        }),
        runs,
      )
    })

    test('of two processes that undo the same event at once, one does it and the other is refused', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores].map(portsOn)
      const ports = pools[0]!
      for (let round = 0; round < several(10, 4); round++) {
        const { id: versionId, datastoreId } = await addVersion(fresh.stores)
        await addRequirements(ports, actor, { versionId, requirements: ['vcpus>=2'] })
        const change = { actor, viewer: operator, datastore: datastoreId }
        await addDatastoreRequirements(ports, change, { requirements: ['ram>=1GiB'] })
        for (const event of (await all(fresh)).slice(0, 2)) {
          const outcomes = await Promise.allSettled([...pools, ...pools].map(ports => undo(ports, [event.id])))
          const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
          assert.equal(reasons.length, 3)
          for (const reason of reasons) refused('event_undone')(reason)
          const by = (await all(fresh)).filter(({ undoes }) => undoes === event.id)
          assert.deepEqual(
            by.map(({ action, value }) => [action, value]),
            [['deleted', event.value]],
          )
        }
      }
    })

    test('two processes that undo several events in another order do not wait for each other', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores].map(portsOn)
      const versions = [await addVersion(fresh.stores), await addVersion(fresh.stores)]
      for (const { id: versionId } of versions)
        await addRequirements(pools[0]!, actor, { versionId, requirements: ['vcpus>=2'] })
      const ids = idsOf(await all(fresh))
      const outcomes = await Promise.allSettled([undo(pools[0]!, ids), undo(pools[1]!, ids.toReversed())])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      assert.equal((await all(fresh)).length, 4)
    })

    test('an undo and a change of the same version, at once, leave rows that the events explain', async t => {
      const fresh = await freshDatabase(t, engine)
      const other = portsOn((await fresh.openAgain()).stores)
      const ports = portsOn(fresh.stores)
      for (let round = 0; round < several(10, 4); round++) {
        const { id: versionId } = await addVersion(fresh.stores)
        await associateFlavors(ports, actor, { versionId, flavorIds: ['1'], check: true })
        const [event] = await all(fresh)
        const outcomes = await Promise.allSettled([
          undo(ports, [event!.id]),
          dissociateFlavors(other, actor, { versionId, flavorIds: ['1'] }),
        ])
        assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
        assert.deepEqual(values(await fresh.stores.metadata.list(versionId, ['flavor'])), [])
        const actions = (await fresh.stores.events.list(versionId, ['flavor'])).map(({ action }) => action)
        assert.deepEqual(actions, ['deleted', 'added'])
      }
    })
  })

  describe(`what cannot be undone, on ${engine.name}`, { concurrency: false }, () => {
    test('is refused, and nothing is changed', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const { id: versionId } = await addVersion(fresh.stores)
      const associate = () => associateFlavors(ports, actor, { versionId, flavorIds: ['1'], check: true })
      await associate()
      const first = (await all(fresh))[0]!
      await dissociateFlavors(ports, actor, { versionId, flavorIds: ['1'] })
      await associate()
      const [third, second] = await all(fresh)
      await addRequirements(ports, actor, { versionId, requirements: ['vcpus>=1'] })
      const requirement = (await all(fresh))[0]!
      const before = await everything(fresh.database)
      const both = [requirement.id, first.id]
      await assert.rejects(undo(ports, both), refused('event_changed_since', /2 later events changed the same again/))
      // The command in the hint undoes all of them, newest first.
      const inOrder = [requirement, third!, second!, first].map(({ id }) => id)
      await assert.rejects(
        undo(ports, both),
        ({ hint }: Refused) => hint?.endsWith(`\`trove-manage rule_undo ${inOrder.join(' ')}\`.`) === true,
      )
      await assert.rejects(undo(ports, [second!.id]), refused('event_changed_since', new RegExp(third!.id)))
      await assert.rejects(undo(ports, [requirement.id, 'nothing']), refused('event_not_found'))
      await assert.rejects(undo(ports, ['\0']), refused('event_not_found'))
      assert.deepEqual(await everything(fresh.database), before)

      // Without an event, as by Trove's own trove-manage.
      const rows = await fresh.stores.metadata.list(versionId, ['flavor'])
      await fresh.stores.metadata.softDelete(idsOf(rows), clock.now())
      await assert.rejects(undo(ports, [third!.id]), refused('event_already_undone'))
      await fresh.stores.rules.replaceLevel({
        ...{ id: clock.newId(), created: clock.now(), versionId },
        ...{ key: 'flavor_requirement', value: 'vcpus>=1', level: 'audit' },
      })
      await setRequirementLevel(ports, actor, { versionId, requirements: ['vcpus>=1'], level: 'warn' })
      const leveled = (await all(fresh))[0]!
      await fresh.stores.rules.removeLevel({ versionId, key: 'flavor_requirement', value: 'vcpus>=1' })
      await assert.rejects(undo(ports, [leveled.id]), refused('event_ground_changed'))
    })

    test('is what was about a version or a datastore that was deleted, and the deletion', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const { id: versionId, datastoreId } = await addVersion(fresh.stores)
      await associateFlavors(ports, actor, { versionId, flavorIds: ['1'], check: true })
      await addDatastoreRequirements(
        ports,
        { actor, viewer: operator, datastore: datastoreId },
        { requirements: ['vcpus>=1'] },
      )
      const [ofDatastore, associated] = await all(fresh)
      await deleteDatastoreVersion(ports, actor, versionId)
      await assert.rejects(undo(ports, [associated!.id]), refused('event_version_gone'))
      await assert.rejects(
        undo(ports, [(await all(fresh))[0]!.id]),
        refused('event_never_undone', /version was deleted/),
      )
      await deleteDatastore(ports, actor, operator, datastoreId)
      await assert.rejects(undo(ports, [ofDatastore!.id]), refused('event_datastore_gone'))
    })

    test('is an undo of a waiver that is over, and what ended one: no waiver comes back', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const { id: versionId, datastoreId } = await addVersion(fresh.stores)
      const waiver = (until: Date): Waiver => ({
        ...{ id: clock.newId(), created: clock.now(), author: 'cli:ada', projectId: 'shop', instanceId: null },
        ...{ datastoreId, versionId, only: [], until, reason: 'ticket 4711', ended: null, endedBy: null },
      })
      const add = async (waiver: Waiver) => {
        await fresh.stores.transaction(stores => insertWaivers(stores, clock, actor, [waiver]))
        return { waiver, event: (await all(fresh))[0]! }
      }
      const aDay = 86_400_000
      const [first, expired] = [
        await add(waiver(new Date(clock.now().getTime() + aDay))),
        await add(waiver(new Date(clock.now().getTime() - aDay))),
      ]
      await undo(ports, [first.event.id])
      const ended = (await all(fresh))[0]!
      assert.equal(ended.action, 'waiver_ended')
      assert.ok((await fresh.stores.waivers.lock(first.waiver.id))?.ended)
      assert.deepEqual(await fresh.stores.waivers.inForce(clock.now()), [])
      const before = await everything(fresh.database)
      await assert.rejects(undo(ports, [ended.id]), refused('event_never_undone', /does not come back/))
      await assert.rejects(undo(ports, [first.event.id]), refused('event_undone'))
      await assert.rejects(undo(ports, [expired.event.id]), refused('event_already_undone'))
      assert.deepEqual(await everything(fresh.database), before)
    })

    test('is what would leave no flavor, unless that is wanted; a dry run says so, and changes nothing', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const { id: versionId } = await addVersion(fresh.stores)
      await addRequirements(ports, actor, { versionId, requirements: ['vcpus>=8'], allowNone: true })
      await deleteRequirements(ports, actor, { versionId, requirements: ['vcpus>=8'] })
      const deletion = (await all(fresh))[0]!
      const before = await everything(fresh.database)
      const dryRun = { limit: 10 }
      await assert.rejects(undo(ports, [deletion.id]), refused('no_flavor_left'))
      await assert.rejects(undo(ports, [deletion.id], { dryRun }), refused('no_flavor_left'))
      const tried = await undo(ports, [deletion.id], { dryRun, allowNone: true })
      assert.deepEqual(tried.dryRun, {
        changes: true,
        touched: { instanceCount: 0, projectCount: 0, instances: [], next: undefined },
      })
      assert.deepEqual(await everything(fresh.database), before)
      const done = await undo(ports, [deletion.id], { allowNone: true })
      assert.deepEqual(done.effects, tried.effects)
      assert.equal(done.effects[0]?.flavors?.flavorsAllowed, 0)
    })

    test('is an association of a flavor that no longer exists, or does not meet the requirements', async t => {
      const fresh = await freshDatabase(t, engine)
      const ports = portsOn(fresh.stores)
      const { id: versionId } = await addVersion(fresh.stores)
      await associateFlavors(ports, actor, { versionId, flavorIds: ['1', '9'], check: false, ...anyway })
      await dissociateFlavors(ports, actor, { versionId, flavorIds: ['1', '9'] })
      const [nine, one] = await all(fresh)
      await assert.rejects(undo(ports, [nine!.id]), refused('flavors_to_associate_unknown'))
      await undo(ports, [nine!.id], { check: false, ...anyway })
      await addRequirements(ports, actor, { versionId, requirements: ['vcpus>=2'], allowNone: true })
      await assert.rejects(undo(ports, [one!.id]), refused('flavors_break_requirements'))
      const { misfits } = await undo(ports, [one!.id], anyway)
      assert.deepEqual(idsOf(misfits.map(({ flavorId }) => ({ id: flavorId }))), ['1'])
    })
  })
}

test('a spelling that another one has replaced cannot come back beside it', async t => {
  const fresh = await freshDatabase(t, engines[0]!)
  const ports = portsOn(fresh.stores)
  const { id: versionId } = await addVersion(fresh.stores)
  await associateFlavors(ports, actor, { versionId, flavorIds: ['a'], check: false, ...anyway })
  await dissociateFlavors(ports, actor, { versionId, flavorIds: ['a'] })
  const gone = (await all(fresh))[0]!
  await associateFlavors(ports, actor, { versionId, flavorIds: ['A'], check: false, ...anyway })
  await assert.rejects(undo(ports, [gone.id], { check: false, force: true }), refused('event_value_taken', /'A'/))
})

test('a level that was set before the level of its own was recorded is set back to the one that counted', async t => {
  const fresh = await freshDatabase(t, engines[0]!)
  const ports = portsOn(fresh.stores)
  const { id: versionId } = await addVersion(fresh.stores)
  await addRequirements(ports, actor, { versionId, requirements: ['vcpus>=2'] })
  await setRequirementLevel(ports, actor, { versionId, requirements: ['vcpus>=2'], level: 'warn' })
  await fresh.database.kysely.updateTable('trovets_policy_events').set({ own_level_before: null }).execute()
  await undo(ports, [(await all(fresh))[0]!.id])
  assert.deepEqual((await policyOf(fresh)).levels, [`${versionId} flavor_requirement vcpus>=2 refuse version`])
})

test('the datastore of a version is recorded, so that its history is complete after the version is deleted', async t => {
  const fresh = await freshDatabase(t, engines[0]!)
  const ports = portsOn(fresh.stores)
  const datastore = await addDatastore(fresh.stores, 'mysql')
  const version = versionOf(datastore.id, '8.0')
  await fresh.stores.versions.insert(version)
  await associateFlavors(ports, actor, { versionId: version.id, flavorIds: ['1'], check: true })
  await deleteDatastoreVersion(ports, actor, version.id)
  const events = await fresh.stores.events.page({ datastoreId: datastore.id }, undefined, 10)
  assert.deepEqual(
    events.map(({ action }) => action),
    ['version_deleted', 'added'],
  )
})
