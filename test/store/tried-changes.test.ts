import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { tables } from '../../src/db/migrations/index.ts'
import { restrictions } from '../../src/model/flavor-policy.ts'
import { levels } from '../../src/model/level.ts'
import { Refused } from '../../src/model/refused.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { deleteDatastoreVersion } from '../../src/operations/datastores/manage-datastore-versions.ts'
import { associateFlavors, dissociateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { loadFlavorPolicy } from '../../src/operations/flavors/load-flavor-policy.ts'
import {
  addRequirements,
  deleteRequirements,
  setRequirementLevel,
} from '../../src/operations/flavors/manage-flavor-requirements.ts'
import type { ChangeOptions, DryRun, PolicyEffect } from '../../src/operations/flavors/policy-effect.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import type { TouchedInstance } from '../../src/operations/flavors/touched-instances.ts'
import { associateVolumeTypes } from '../../src/operations/volume-types/associate-volume-types.ts'
import type { InstancePosition } from '../../src/ports/instance-store.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { decide } from '../../src/rules/allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../../src/rules/allowed/flavor/policy-rows.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { newInstance } from './instance-rows.ts'
import { addVersion, metadataOf } from './rows.ts'
import { printedSeed } from './seed.ts'

const someFlavors = [1, 2, 4].map(vcpus =>
  flavorWith({ id: String(vcpus), name: `m1.${vcpus}`, vcpus, ramMb: 1024 * vcpus, diskGb: 10 }),
)
const actor = { id: 'cli:ada', requestId: null }
const portsOn = (stores: Stores) => ({
  stores,
  clock,
  flavors: { list: async () => someFlavors },
  volumeTypes: { list: async () => [] },
  objected: () => assert.fail('a dry run reports no objections'),
})

/** Every row of every table. */
async function digest({ kysely }: Database): Promise<string[]> {
  const rows = []
  for (const { name } of tables) {
    const found = await sql`select * from ${sql.table(name)}`.execute(kysely)
    rows.push(...found.rows.map(row => `${name} ${JSON.stringify(row)}`))
  }
  return rows.sort()
}

type Result = Readonly<{ effect: PolicyEffect; dryRun: DryRun | undefined }>
type Change = Readonly<{
  name: string
  run(stores: Stores, versionId: string, options: ChangeOptions): Promise<Result>
}>

const ports = (stores: Stores) => ({ ...portsOn(stores), objected: () => {} })
const requirement = fc.constantFrom('vcpus>=2', 'vcpus<=2', 'ram>=4GiB', 'ram<=1GiB', 'disk>=20GiB', 'vcpus >= 02')
const requirements = fc.uniqueArray(requirement, { minLength: 1, maxLength: 2 })
const flavorIds = fc.uniqueArray(fc.constantFrom('1', '2', '4', 'gone', 'nosuch'), { minLength: 1, maxLength: 3 })
const level = fc.constantFrom(...levels)
const orNone = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ requirements, level: orNone(level), ifMissing: fc.boolean() }).map(
    (input): Change => ({
      name: `add ${JSON.stringify(input)}`,
      run: (stores, versionId, options) => addRequirements(ports(stores), actor, { versionId, ...input, ...options }),
    }),
  ),
  fc.record({ requirements, ifExists: fc.boolean() }).map(
    (input): Change => ({
      name: `delete ${JSON.stringify(input)}`,
      run: (stores, versionId, options) =>
        deleteRequirements(ports(stores), actor, { versionId, ...input, ...options }),
    }),
  ),
  fc.record({ requirements, level }).map(
    (input): Change => ({
      name: `level ${JSON.stringify(input)}`,
      run: (stores, versionId, options) =>
        setRequirementLevel(ports(stores), actor, { versionId, ...input, ...options }),
    }),
  ),
  fc
    .record({
      restriction: orNone(fc.constantFrom(...restrictions)),
      enforcement: orNone(level),
      listLevel: orNone(level),
    })
    .map(
      (input): Change => ({
        name: `set ${JSON.stringify(input)}`,
        run: (stores, versionId, options) => setFlavorPolicy(ports(stores), actor, { versionId, ...input, ...options }),
      }),
    ),
  fc.record({ flavorIds, check: fc.boolean(), force: fc.boolean(), ifMissing: fc.boolean() }).map(
    (input): Change => ({
      name: `associate ${JSON.stringify(input)}`,
      run: (stores, versionId, options) => associateFlavors(ports(stores), actor, { versionId, ...input, ...options }),
    }),
  ),
  fc.record({ flavorIds, ifExists: fc.boolean() }).map(
    (input): Change => ({
      name: `dissociate ${JSON.stringify(input)}`,
      run: (stores, versionId, options) => dissociateFlavors(ports(stores), actor, { versionId, ...input, ...options }),
    }),
  ),
)

const policyRow = fc.oneof(
  fc.tuple(fc.constant('flavor'), fc.constantFrom('1', '2', '4', 'gone')),
  fc.tuple(fc.constant('flavor_requirement'), fc.constantFrom('vcpus>=2', 'ram<=2048', 'disk>=20', 'cores>=2')),
  fc.tuple(fc.constant('flavor_restriction'), fc.constant('listed')),
  fc.tuple(fc.constant('flavor_enforcement'), fc.constantFrom('warn', 'audit')),
)
const round = fc.record({
  rows: fc.uniqueArray(policyRow, { maxLength: 5, selector: row => row.join('=') }),
  instances: fc.array(
    fc.record({
      flavorId: fc.constantFrom('1', '2', '4', 'gone'),
      projectId: fc.constantFrom('p', 'q', 'Q', ''),
      deleted: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  allowNone: fc.boolean(),
})

async function outcome(run: Promise<Result>) {
  try {
    const { dryRun, ...result } = await run
    return { result, dryRun }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { result: { code: error.code, message: error.message }, dryRun: undefined }
  }
}

/** Reads all pages of two instances. */
async function allTouched(tried: Change, stores: Stores, versionId: string, allowNone: boolean) {
  const touched: TouchedInstance[] = []
  for (let after: InstancePosition | undefined; ; ) {
    const { dryRun } = await tried.run(stores, versionId, { allowNone, dryRun: { after, limit: 2 } })
    touched.push(...dryRun!.touched.instances)
    after = dryRun!.touched.next
    if (!after) return touched.map(({ id }) => id)
  }
}

const flavorOf = (id: string) => someFlavors.find(flavor => flavor.id === id) ?? 'unknown'
const verdictOn = (id: string, policy: FlavorPolicy) => decide({ id, flavor: flavorOf(id) }, policy)
const brokenRules = ({ reasons }: Verdict) =>
  reasons.map(reason => `${reason.code} ${'requirement' in reason ? reason.requirement : ''}`)

/** What a change touches, from the verdicts before and after it. */
function expectedTouched(flavorIds: ReadonlyMap<string, string>, before: FlavorPolicy, after: FlavorPolicy): string[] {
  return [...flavorIds].flatMap(([id, flavorId]) => {
    const [was, is] = [verdictOn(flavorId, before), verdictOn(flavorId, after)]
    const known = brokenRules(was)
    return (was.allowed && !is.allowed) || brokenRules(is).some(rule => !known.includes(rule)) ? [id] : []
  })
}

for (const engine of engines) {
  describe(`a dry run, on ${engine.name}`, { concurrency: false }, () => {
    test('changes nothing, and is followed by the same effect, the same refusal and the touched instances', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      for (const { rows, instances, changes, allowNone } of fc.sample(round, {
        seed: printedSeed(t),
        numRuns: several(30, 6),
      })) {
        const { id: versionId } = await addVersion(stores)
        await stores.metadata.insert(rows.map(([key, value]) => metadataOf(versionId, value, { key })))
        const flavorIds = new Map<string, string>()
        for (const { deleted, ...facts } of instances) {
          const instance = newInstance(versionId, { ...facts, deleted, deletedAt: deleted ? new Date() : null })
          await stores.instances.insert(instance)
          if (!deleted) flavorIds.set(instance.id, facts.flavorId)
        }
        for (const each of changes) {
          const untouched = await digest(database)
          const tried = await outcome(each.run(stores, versionId, { allowNone, dryRun: { limit: 100 } }))
          const pages = tried.dryRun && (await allTouched(each, stores, versionId, allowNone))
          assert.deepEqual(await digest(database), untouched, each.name)
          const before = await loadFlavorPolicy(stores, versionId)
          const made = await outcome(each.run(stores, versionId, { allowNone }))
          assert.deepEqual(tried.result, made.result, each.name)
          assert.equal(made.dryRun, undefined)
          if (!tried.dryRun) continue
          const isChanged = JSON.stringify(await digest(database)) !== JSON.stringify(untouched)
          assert.equal(tried.dryRun.changes, isChanged, each.name)
          const expected = expectedTouched(flavorIds, before, await loadFlavorPolicy(stores, versionId))
          const { instanceCount, projectCount, instances: listed } = tried.dryRun.touched
          assert.deepEqual(listed.map(({ id }) => id).sort(), expected.sort(), each.name)
          assert.deepEqual(
            pages,
            listed.map(({ id }) => id),
          )
          assert.equal(instanceCount, listed.length)
          assert.equal(projectCount, new Set(listed.map(({ projectId }) => projectId)).size)
        }
      }
    })

    test('of volume types and of the deletion of a version changes nothing', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const { id: versionId } = await addVersion(stores)
      await stores.metadata.insert([metadataOf(versionId, '1')])
      const untouched = await digest(database)
      const input = { versionId, volumeTypes: ['fast'], check: false, isDryRun: true }
      const { changes, effect } = await associateVolumeTypes(portsOn(stores), actor, input)
      assert.deepEqual({ changes, became: effect.became }, { changes: true, became: 'restricted' })
      await deleteDatastoreVersion(portsOn(stores), actor, versionId, { isDryRun: true })
      assert.deepEqual(await digest(database), untouched)
    })

    test('reports no objections, which would count as refusals', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id: versionId } = await addVersion(stores)
      await addRequirements(portsOn(stores), actor, { versionId, requirements: ['vcpus>=2'] })
      const association = { versionId, flavorIds: ['1', '4'], check: true, dryRun: { limit: 1 } }
      await assert.rejects(associateFlavors(portsOn(stores), actor, association), {
        code: 'flavors_break_requirements',
      })
      const { misfits } = await associateFlavors(portsOn(stores), actor, { ...association, force: true })
      assert.equal(misfits.length, 1)
    })

    test('beside changes answers as before or after each of them, and none of them is lost', async t => {
      const fresh = await freshDatabase(t, engine)
      const other = (await fresh.openAgain()).stores
      for (let time = 0; time < several(10, 3); time++) {
        const { id: versionId } = await addVersion(fresh.stores)
        await fresh.stores.instances.insert(newInstance(versionId, { flavorId: '1', projectId: 'p' }))
        const add = (stores: Stores, requirements: string[], options: ChangeOptions = {}) =>
          outcome(addRequirements(portsOn(stores), actor, { versionId, requirements, ...options }))
        const dryRun = { limit: 10 }
        const [made, ...tried] = await Promise.all([
          add(other, ['vcpus>=2']),
          add(fresh.stores, ['vcpus>=2'], { dryRun }),
          add(fresh.stores, ['vcpus>=2'], { dryRun }),
          add(fresh.stores, ['ram>=4GiB'], { dryRun }),
          add(other, ['ram>=4GiB'], { dryRun }),
        ])
        const fellOut = ({ result }: Awaited<ReturnType<typeof add>>) =>
          'effect' in result ? result.effect.flavorsFellOut : result.code
        assert.equal(fellOut(made), 1)
        const counts = tried.map(fellOut)
        // Before the change, the second requirement excludes two flavors, and after it one more.
        for (const count of counts.slice(0, 2))
          assert.ok(count === 1 || count === 'requirement_already_set', `${count}`)
        for (const count of counts.slice(2)) assert.ok(count === 2 || count === 1, `${count}`)
        for (const { dryRun, result } of tried) if ('effect' in result) assert.equal(dryRun!.touched.instanceCount, 1)
        const rows = await fresh.stores.metadata.list(versionId, ['flavor_requirement'])
        assert.deepEqual(
          rows.map(({ value }) => value),
          ['vcpus>=2'],
        )
        assert.equal((await fresh.stores.events.list(versionId, ['flavor_requirement'])).length, 1)
      }
    })
  })

  describe(`instances on flavors, on ${engine.name}`, () => {
    test('are listed completely, each once, by project, however many flavors there are', async t => {
      const { stores } = await freshDatabase(t, engine)
      const versions = [await addVersion(stores), await addVersion(stores)]
      const projects = ['p', 'P', 'ä', 'a', 'z', '']
      const expected: string[] = []
      for (const { id: versionId } of versions)
        for (const [index, projectId] of projects.entries())
          for (const flavorId of ['1', '2', `other ${index}`]) {
            const instance = newInstance(versionId, { flavorId, projectId })
            await stores.instances.insert(instance)
            if (flavorId !== '2') expected.push(instance.id)
          }
      const others = projects.map((_, index) => `other ${index}`)
      const many = Array.from({ length: 2000 }, (_, index) => `nosuch ${index}`)
      for (const flavorIds of [
        ['1', ...others],
        ['1', ...others, ...many],
      ]) {
        const groups = versions.map(({ id: versionId }) => ({ versionId, flavorIds }))
        const count = { instanceCount: expected.length, projectCount: projects.length }
        assert.deepEqual(await stores.instances.countOnFlavors(groups), count)
        const whole = await stores.instances.onFlavors(groups, { limit: 1000 })
        assert.deepEqual(whole.map(({ id }) => id).sort(), expected.toSorted())
        const paged: typeof whole = []
        for (let after: InstancePosition | undefined; ; ) {
          const page = await stores.instances.onFlavors(groups, { after, limit: 5 })
          paged.push(...page)
          const last = page.at(-1)
          if (!last) break
          after = [last.projectId, last.id]
        }
        assert.deepEqual(paged, whole)
        const stretches = whole.filter(({ projectId }, index) => whole[index - 1]?.projectId !== projectId)
        assert.equal(stretches.length, projects.length, 'each project is listed in one stretch')
      }
      assert.deepEqual(await stores.instances.onFlavors([], { limit: 5 }), [])
      assert.deepEqual(await stores.instances.countOnFlavors([{ versionId: versions[0]!.id, flavorIds: [] }]), {
        instanceCount: 0,
        projectCount: 0,
      })
    })
  })
}
