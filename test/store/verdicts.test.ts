import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import type { Flavor } from '../../src/model/flavor.ts'
import { Refused } from '../../src/model/refused.ts'
import { operator } from '../../src/operations/datastores/visible-datastores.ts'
import { associateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import {
  addDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
  showDatastorePolicy,
} from '../../src/operations/flavors/datastore-rules.ts'
import { explainFlavors } from '../../src/operations/flavors/explain-flavors.ts'
import { listVersionFlavors, listVersionVerdicts } from '../../src/operations/flavors/list-flavors.ts'
import { addRequirements } from '../../src/operations/flavors/manage-flavor-requirements.ts'
import { scanCompliance } from '../../src/operations/flavors/scan-compliance.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { admitInstance } from '../../src/operations/instances/admit-instance.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { several } from '../extent.ts'
import { engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { addVersion, metadataOf } from './rows.ts'
import { printedSeed } from './seed.ts'

// Whoever asks whether a datastore version allows a flavor gets the same answer: the list, the dry run, the explanation
// and the scan. Held on random flavors and policies, written by the operations that write them, on real databases.

const caller = { userId: 'u', projectId: 'p', roles: ['member'], isAdmin: false }
const actor = { id: 'cli:ada', requestId: null }
const changeOf = (datastore: string) => ({ actor, viewer: operator, datastore, allowNone: true })
const image = { id: 'image', name: 'image', manager: 'mysql', version: '1', tags: [] }

const flavorIds = ['1', '2', '3', '4', '5']
const aFlavor = (id: string): fc.Arbitrary<Flavor> =>
  fc.record({
    id: fc.constant(id),
    name: fc.constant(`m${id}`),
    vcpus: fc.nat(4),
    ramMb: fc.constantFrom(0, 512, 1024, 2048, 3000, 8192),
    diskGb: fc.nat(20),
    ephemeralGb: fc.constant(0),
    swapMb: fc.constantFrom(0, 512),
    extraSpecs: fc.dictionary(fc.constantFrom('ssd', 'iops'), fc.constantFrom('required', '100', '2000')),
    isPublic: fc.constant(true),
    projects: fc.constant([]),
  })
const someFlavors = fc.tuple(...flavorIds.map(aFlavor))

const typed = fc.oneof(
  fc
    .tuple(fc.constantFrom('vcpus', 'disk', 'extra_specs[iops]'), fc.constantFrom('>=', ' <= '), fc.nat(8))
    .map(parts => parts.join('')),
  fc
    .tuple(fc.constantFrom('ram >= ', 'ram<='), fc.constantFrom('1GiB', '2048', '3000 MiB'))
    .map(parts => parts.join('')),
  fc.constantFrom('ram/vcpus>=1GiB', 'disk/ram >= 2', 'swap=0.5GiB', 'extra_specs[ssd]=required'),
)
type Plan = Readonly<{
  associated: readonly string[]
  requirements: readonly string[]
  unreadable: boolean
  restriction: 'open' | 'listed'
  /** Rules of the datastore, all of which refuse. */
  ofDatastore: Readonly<{ requirements: readonly string[]; restriction: 'open' | 'listed' }>
}>
const aPlan: fc.Arbitrary<Plan> = fc.record({
  associated: fc.oneof(fc.constant([]), fc.subarray([...flavorIds, 'gone'])),
  requirements: fc.uniqueArray(typed, { maxLength: 2 }),
  unreadable: fc.integer({ min: 0, max: 9 }).map(chance => chance === 0),
  restriction: fc.constantFrom('open', 'open', 'listed'),
  ofDatastore: fc.record({
    requirements: fc.uniqueArray(typed, { maxLength: 1 }),
    restriction: fc.constantFrom('open', 'open', 'open', 'listed'),
  }),
})

for (const engine of engines) {
  describe(`one answer to one question, on ${engine.name}`, { concurrency: false }, () => {
    let database: Database
    let ports: Ports
    let flavors: readonly Flavor[] = []
    before(async () => {
      database = await openDatabase(await engine.createDatabase(), { poolSizeMax: 5, create: true })
      await migrate(database)
      ports = {
        stores: openStores(database),
        flavors: { list: async () => flavors },
        images: { list: async () => [image] },
        volumeTypes: { list: async () => [] },
        clock,
        objected: () => {},
        settings: { volumeSizeGbMax: 10 },
      } as unknown as Ports
    })
    after(() => database.close())

    /** A version of its own with this policy, and an instance of ours on each flavor. */
    async function write(plan: Plan): Promise<string> {
      const { id: versionId, datastoreId } = await addVersion(ports.stores, { imageId: image.id })
      const { requirements, restriction } = plan.ofDatastore
      if (requirements.length > 0) await addDatastoreRequirements(ports, changeOf(datastoreId), { requirements })
      await setDatastoreFlavorPolicy(ports, changeOf(datastoreId), { restriction })
      if (plan.associated.length > 0)
        await associateFlavors(ports, actor, {
          ...{ versionId, flavorIds: plan.associated, check: false, force: true, allowNone: true },
        })
      for (const requirement of plan.requirements)
        await addRequirements(ports, actor, { versionId, requirements: [requirement], allowNone: true }).catch(
          error => {
            // The same in other words.
            if (!(error instanceof Refused && error.code === 'requirement_already_set')) throw error
          },
        )
      if (plan.unreadable)
        await ports.stores.metadata.insert([metadataOf(versionId, 'cores > 2', { key: 'flavor_requirement' })])
      await setFlavorPolicy(ports, actor, { versionId, restriction: plan.restriction, allowNone: true })
      await addInstances(versionId)
      return versionId
    }

    /** Makes the rules of the version's datastore warn. */
    async function warnOfDatastore(versionId: string): Promise<void> {
      const { datastoreId } = (await ports.stores.versions.byId(versionId))!
      const { requirements, restriction } = await showDatastorePolicy(ports, operator, datastoreId)
      const named = { requirements: requirements.map(({ id }) => id), level: 'warn' } as const
      if (requirements.length > 0) await setDatastoreRequirementLevel(ports, changeOf(datastoreId), named)
      if (restriction === 'listed') await setDatastoreFlavorPolicy(ports, changeOf(datastoreId), { listLevel: 'warn' })
    }

    async function addInstances(versionId: string): Promise<void> {
      const rows = flavors.map(({ id }) => ({
        id: newId(),
        name: 'db',
        flavor_id: id,
        tenant_id: 'p',
        deleted: database.dialect.flag(false),
        datastore_version_id: versionId,
      }))
      await database.kysely.insertInto('instances').values(rows).execute()
    }

    type Answer = Readonly<{ allowed: readonly string[]; breaking: readonly string[] }>

    const dryRun = async (versionId: string): Promise<Answer> => {
      const version = await ports.stores.versions.byId(versionId)
      const asked = await Promise.all(
        flavors.map(async ({ id }) => {
          const request = {
            name: 'db',
            flavorRef: id,
            volume: { size: 1 },
            datastore: { type: version!.datastoreId, version: versionId },
          }
          try {
            const { admitted } = await admitInstance(ports, caller, request, 'dry_run')
            return { id, allowed: true, breaks: admitted.verdict.reasons.length > 0 }
          } catch (error) {
            if (!(error instanceof Refused && error.code === 'flavor_not_supported')) throw error
            return { id, allowed: false, breaks: true }
          }
        }),
      )
      return {
        allowed: asked.filter(({ allowed }) => allowed).map(({ id }) => id),
        breaking: asked.filter(({ breaks }) => breaks).map(({ id }) => id),
      }
    }

    const explain = async (versionId: string): Promise<Answer> => {
      const { judged } = await explainFlavors(ports, versionId)
      return {
        allowed: judged.flatMap(({ flavor, verdict }) => (verdict.allowed ? [flavor.id] : [])).sort(),
        breaking: judged.flatMap(({ flavor, verdict }) => (verdict.reasons.length > 0 ? [flavor.id] : [])).sort(),
      }
    }

    const list = async (versionId: string) =>
      (await listVersionFlavors(ports, caller, 'any', versionId)).map(({ id }) => id)

    /** The flavors that the scan finds fault with. */
    const scan = async (versionId: string): Promise<string[]> => {
      const found = await scanCompliance(ports, { version: versionId }, { size: 999 })
      return found.findings
        .flatMap(({ finding, instance }) => (instance && 'flavorId' in finding ? [finding.flavorId] : []))
        .sort()
    }

    const holds = (t: Parameters<typeof printedSeed>[0], work: (plan: Plan, more: string) => Promise<void>) =>
      fc.assert(
        fc.asyncProperty(someFlavors, aPlan, typed, async (some, plan, more) => {
          flavors = some
          await work(plan, more)
        }),
        { numRuns: several(50, 5), seed: printedSeed(t), endOnFailure: true },
      )

    test('listed ⇔ admitted by a dry run ⇔ explained as allowed ⇔ the scan finds no fault', t =>
      holds(t, async plan => {
        const versionId = await write(plan)
        const allowed = await list(versionId)
        const breaking = flavorIds.filter(id => !allowed.includes(id))
        assert.deepEqual(await dryRun(versionId), { allowed, breaking })
        assert.deepEqual(await explain(versionId), { allowed, breaking })
        assert.deepEqual(await scan(versionId), breaking)
        const { judged } = await listVersionVerdicts(ports, caller, 'any', versionId)
        assert.deepEqual(
          judged.map(({ flavor, verdict }) => [flavor.id, verdict.allowed]),
          flavorIds.map(id => [id, allowed.includes(id)]),
        )
      }))

    test('a version that warns admits what one without any row would, and reports what refusing would refuse', t =>
      holds(t, async plan => {
        const versionId = await write(plan)
        const refused = (await dryRun(versionId)).breaking
        await setFlavorPolicy(ports, actor, { versionId, allowNone: true, enforcement: 'warn' })
        await warnOfDatastore(versionId)
        const ofDatastore = { requirements: [], restriction: 'open' } as const
        const bare = await write({
          associated: [],
          requirements: [],
          unreadable: false,
          restriction: 'open',
          ofDatastore,
        })
        const allowed = await list(bare)
        assert.deepEqual(await list(versionId), allowed)
        assert.deepEqual(await dryRun(versionId), { allowed, breaking: refused })
        assert.deepEqual(await explain(versionId), { allowed, breaking: refused })
        assert.deepEqual(await scan(versionId), refused)
      }))

    test('a further requirement never enlarges the list, and the effect says by how much it shrank', t =>
      holds(t, async (plan, more) => {
        const versionId = await write(plan)
        const before = await list(versionId)
        const { effect } = await addRequirements(ports, actor, {
          versionId,
          requirements: [more],
          allowNone: true,
        }).catch(error => {
          if (error instanceof Refused && error.code === 'requirement_already_set') return { effect: undefined }
          throw error
        })
        if (!effect) return
        const now = await list(versionId)
        assert.ok(new Set(now).isSubsetOf(new Set(before)))
        const gone = before.length - now.length
        assert.deepEqual(
          [effect.flavorsAllowed, effect.flavorsFellOut, effect.flavorsCameIn, effect.instancesOnThem],
          [now.length, gone, 0, gone],
        )
        assert.equal(effect.instancesOutOfLine, (await scan(versionId)).length)
      }))
  })
}
