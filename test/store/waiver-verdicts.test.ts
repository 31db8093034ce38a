import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import type { DatastoreVersion } from '../../src/model/datastore-version.ts'
import type { Instance } from '../../src/model/instance.ts'
import { tasks } from '../../src/model/instance-task.ts'
import { levels } from '../../src/model/level.ts'
import { Refused } from '../../src/model/refused.ts'
import { levelInForce, type Reason } from '../../src/model/verdict.ts'
import type { Waiver } from '../../src/model/waiver.ts'
import { listVersionFlavors, listVersionVerdicts } from '../../src/operations/flavors/list-flavors.ts'
import { scanCompliance } from '../../src/operations/flavors/scan-compliance.ts'
import { judgeRequest } from '../../src/operations/gate/judge-request.ts'
import { admitInstance } from '../../src/operations/instances/admit-instance.ts'
import { listResizeTargets } from '../../src/operations/instances/list-resize-targets.ts'
import { resizeInstance } from '../../src/operations/instances/resize-instance.ts'
import { upgradeInstance } from '../../src/operations/instances/upgrade-instance.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { decide } from '../../src/rules/allowed/flavor/decide.ts'
import {
  enforcementKey,
  flavorKey,
  readFlavorPolicy,
  requirementKey,
  restrictionKey,
} from '../../src/rules/allowed/flavor/policy-rows.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { waiverWith } from '../fixtures/waiver.ts'
import { engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { newInstance } from './instance-rows.ts'
import { addDatastore, metadataOf, versionOf } from './rows.ts'
import { printedSeed } from './seed.ts'

// Whoever asks whether a flavor is allowed gets the same answer at every instant, whatever is waived: dry run, create, list
// of flavors, verdicts and gate for a new instance; resize, upgrade, resize targets, gate and scan for one that exists.

const caller = { userId: 'u', projectId: 'p', roles: ['member'], isAdmin: false }
const image = { id: 'image', name: 'image', manager: 'mysql', version: '1', tags: [] }
const flavors = [
  flavorWith({ id: 'tiny', vcpus: 1, ramMb: 512, diskGb: 1 }),
  flavorWith({ id: 'small', vcpus: 1, ramMb: 2048, diskGb: 10 }),
  flavorWith({ id: 'wide', vcpus: 4, ramMb: 1024, diskGb: 10 }),
]
const home = flavorWith({ id: 'home', vcpus: 2, ramMb: 4096, diskGb: 20 })

const startMs = Date.parse('2026-11-23T12:00:00Z')
/** Instants around the ends of waivers, in half seconds. */
const instants = fc.integer({ min: -4, max: 8 }).map(half => new Date(startMs + half * 500))
const ends = fc.integer({ min: -2, max: 3 }).map(seconds => new Date(startMs + seconds * 1000))

const requirements = ['ram>=2048', 'vcpus>=2', 'disk>=5', 'cores > 2']
const aPolicy = fc.record({
  associated: fc.oneof(fc.constant<string[]>([]), fc.subarray(['tiny', 'small', 'home'])),
  requirements: fc.subarray(requirements, { maxLength: 2 }),
  isListed: fc.boolean(),
  enforcement: fc.constantFrom('refuse', 'refuse', ...levels),
})
const aWaiver = fc.record({
  projectId: fc.constantFrom('p', 'p', 'P', 'q'),
  whose: fc.constantFrom('project', 'instance', 'other instance'),
  which: fc.constantFrom('version', 'version', 'datastore', 'other version', 'other datastore'),
  only: fc.oneof(fc.constant<string[]>([]), fc.subarray(['not_associated', 'requirement_not_met', ...requirements])),
  until: ends,
  isEnded: fc.integer({ min: 0, max: 5 }).map(chance => chance === 0),
})
const aPlan = fc.record({ policy: aPolicy, waivers: fc.array(aWaiver, { maxLength: 4 }), at: instants })
type Plan = typeof aPlan extends fc.Arbitrary<infer Value> ? Value : never

for (const engine of engines)
  describe(`one answer at every instant, on ${engine.name}`, { concurrency: false }, () => {
    let database: Database
    let ports: Ports
    let at: Date
    before(async () => {
      database = await openDatabase(await engine.createDatabase(), { poolSizeMax: 5, create: true })
      await migrate(database)
      ports = {
        stores: openStores(database),
        flavors: { list: async () => [...flavors, home] },
        images: { list: async () => [image] },
        volumeTypes: { list: async () => [] },
        clock: { ...clock, now: () => at },
        objected: () => {},
        wakeWorker: () => {},
        settings: {
          volumeSizeGbMax: 10,
          quotas: { instances: -1, ram: -1, volumes: -1, backups: -1 },
          region: 'RegionOne',
          computeDriver: 'local',
        },
      } as unknown as Ports
    })
    after(() => database.close())

    type Scene = Readonly<{
      version: DatastoreVersion
      /** Another version of the datastore, which allows everything. */
      other: DatastoreVersion
      instance: Instance
      rows: ReturnType<typeof metadataOf>[]
      waivers: readonly Waiver[]
    }>

    async function furnish({ policy, waivers }: Plan): Promise<Scene> {
      const { stores } = ports
      const datastore = await addDatastore(stores, `mysql ${newId()}`)
      const [version, other] = ['1', '2'].map(name => versionOf(datastore.id, name, { imageId: image.id }))
      for (const each of [version!, other!]) await stores.versions.insert(each)
      const row = (key: string, value: string) => metadataOf(version!.id, value, { key })
      const rows = [
        ...policy.associated.map(id => row(flavorKey, id)),
        ...policy.requirements.map(text => row(requirementKey, text)),
        ...(policy.isListed ? [row(restrictionKey, 'listed')] : []),
        ...(policy.enforcement === 'refuse' ? [] : [row(enforcementKey, policy.enforcement)]),
      ]
      await stores.metadata.insert(rows)
      const running = { taskId: tasks.NONE, serverStatus: 'ACTIVE', serviceStatus: 'RUNNING' } as const
      const instance = newInstance(version!.id, { ...running, flavorId: home.id })
      await stores.instances.insert(instance)
      const stored = waivers.map(({ projectId, whose, which, only, until, isEnded }) =>
        waiverWith({
          ...{ id: newId(), projectId, only, until },
          instanceId: { project: null, instance: instance.id, 'other instance': newId() }[whose],
          datastoreId: which === 'other datastore' ? newId() : datastore.id,
          versionId: { version: version!.id, datastore: null, 'other version': other!.id, 'other datastore': null }[
            which
          ],
          ended: isEnded ? new Date(startMs - 5000) : null,
        }),
      )
      await stores.waivers.insert(stored)
      return { version: version!, other: other!, instance, rows, waivers: stored }
    }

    /** What is right, told from the rows alone. */
    function expected({ version, instance, rows, waivers }: Scene, of: 'new' | 'existing'): string[] {
      const policy = readFlavorPolicy(rows)
      const isCovered = (reason: Reason) =>
        waivers.some(
          waiver =>
            waiver.projectId === 'p' &&
            waiver.ended === null &&
            at.getTime() < waiver.until.getTime() + 1000 &&
            (waiver.instanceId === null || (of === 'existing' && waiver.instanceId === instance.id)) &&
            (waiver.versionId === version.id ||
              (waiver.versionId === null && waiver.datastoreId === version.datastoreId)) &&
            (waiver.only.length === 0 ||
              waiver.only.includes(reason.code) ||
              waiver.only.includes('requirement' in reason ? reason.requirement : '-')),
        )
      const isAllowed = (id: string) =>
        decide({ id, flavor: flavors.find(flavor => flavor.id === id)! }, policy).reasons.every(
          reason => reason.level !== 'refuse' || isCovered(reason),
        )
      return flavors.map(({ id }) => id).filter(isAllowed)
    }

    /** The flavors for which `ask` does not refuse. */
    async function granted(ask: (flavorId: string) => Promise<unknown>): Promise<string[]> {
      const ids: string[] = []
      for (const { id } of flavors)
        try {
          await ask(id)
          ids.push(id)
        } catch (error) {
          if (!(error instanceof Refused && error.code === 'flavor_not_supported')) throw error
        }
      return ids
    }

    const requestFor = ({ version }: Scene, flavorRef: string) => ({
      name: 'db',
      flavorRef,
      volume: { size: 1 },
      datastore: { type: version.datastoreId, version: version.id },
    })
    const ofNew: Readonly<Record<string, (scene: Scene) => Promise<string[]>>> = {
      'dry run': scene => granted(id => admitInstance(ports, caller, requestFor(scene, id), 'dry_run')),
      create: scene => granted(id => admitInstance(ports, caller, requestFor(scene, id), 'create')),
      list: async ({ version }) =>
        (await listVersionFlavors(ports, caller, 'any', version.id)).map(({ id }) => id).filter(id => id !== home.id),
      verdicts: async ({ version }) =>
        (await listVersionVerdicts(ports, caller, 'any', version.id)).judged
          .filter(({ flavor, verdict }) => verdict.allowed && flavor.id !== home.id)
          .map(({ flavor }) => flavor.id),
      gate: ({ version }) =>
        granted(flavor => {
          const datastore = { type: version.datastoreId, version: version.id, versionNumber: undefined }
          const ask = { operation: 'create', datastore, flavor, volume: undefined, region: undefined } as const
          return judgeRequest(ports, caller, ask, { bypasses: false })
        }),
    }

    /** Calls `ask` while the instance has this version and flavor. */
    async function having<T>({ instance }: Scene, now: Partial<Instance>, ask: () => Promise<T>): Promise<T> {
      const { instances } = ports.stores
      const put = async (state: Instance) => {
        await instances.saveState(state.id, state, at)
        await instances.saveIntent(state.id, state.intent)
      }
      await put({ ...instance, ...now })
      return ask().finally(() => put(instance))
    }
    const ofExisting: Readonly<Record<string, (scene: Scene) => Promise<string[]>>> = {
      resize: scene => granted(id => having(scene, {}, () => resizeInstance(ports, caller, scene.instance.id, id))),
      upgrade: scene =>
        granted(flavorId =>
          having(scene, { flavorId, versionId: scene.other.id }, () =>
            upgradeInstance(ports, caller, scene.instance.id, scene.version.id),
          ),
        ),
      'resize targets': async ({ instance }) =>
        (await listResizeTargets(ports, caller, instance.id)).targets
          .filter(({ isCurrent, obstacle }) => !isCurrent && obstacle === undefined)
          .map(({ flavor }) => flavor.id),
      'gate, resize': scene =>
        granted(flavor =>
          judgeRequest(
            ports,
            caller,
            { operation: 'resize', instanceId: scene.instance.id, flavor },
            { bypasses: false },
          ),
        ),
      'gate, upgrade': scene =>
        granted(flavorId =>
          having(scene, { flavorId, versionId: scene.other.id }, () =>
            judgeRequest(
              ports,
              caller,
              { operation: 'upgrade', instanceId: scene.instance.id, version: scene.version.id },
              { bypasses: false },
            ),
          ),
        ),
      async scan(scene) {
        const allowed: string[] = []
        for (const { id: flavorId } of flavors)
          await having(scene, { flavorId }, async () => {
            const filter = { version: scene.version.id, kinds: ['instance_out_of_line'] } as const
            const scan = await scanCompliance(ports, filter, { size: 9 })
            const { findings } = scan
            const [found] = findings
            assert.equal(scan.total, findings.length)
            assert.equal(scan.waived, findings.filter(({ waived }) => waived).length)
            const reasons = found && 'reasons' in found.finding ? found.finding.reasons : []
            assert.equal(found?.waived !== undefined, reasons.length > 0 && reasons.every(({ waived }) => waived))
            assert.deepEqual(scan.waivers.map(({ id }) => id).sort(), found?.waived?.by.toSorted() ?? [])
            if (reasons.every(reason => levelInForce(reason) !== 'refuse')) allowed.push(flavorId)
          })
        return allowed
      },
    }

    test('new and existing instances are judged alike by all who ask, by the waivers of this instant', t =>
      fc.assert(
        fc.asyncProperty(aPlan, async plan => {
          at = plan.at
          const scene = await furnish(plan)
          for (const [who, ask] of Object.entries(ofNew))
            assert.deepEqual(await ask(scene), expected(scene, 'new'), who)
          for (const [who, ask] of Object.entries(ofExisting))
            assert.deepEqual(await ask(scene), expected(scene, 'existing'), who)
        }),
        { numRuns: several(60, 6), seed: printedSeed(t), endOnFailure: true },
      ))
  })
