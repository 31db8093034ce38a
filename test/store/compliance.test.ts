import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ComplianceFilter } from '../../src/operations/flavors/find-stretches.ts'
import { type Finding, listFindings, scanCompliance } from '../../src/operations/flavors/scan-compliance.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { type Fresh, freshDatabase } from './fresh-database.ts'
import { addDatastore, metadataOf, versionOf } from './rows.ts'

const flavor = (id: string, ramMb: number) =>
  flavorWith({
    id,
    name: `m${id}`,
    vcpus: 1,
    ramMb,
    diskGb: 10,
  })

/** Rows of `instances` as somebody else would have made them; with an intent they are ours. */
async function addInstances(
  { kysely, dialect }: Fresh['database'],
  count: number,
  row: {
    versionId: string
    flavorId: string
    ours?: boolean
    projectId?: string
    deleted?: boolean
    clusterId?: string
  },
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  const rows = ids.map(id => ({
    id,
    name: 'db',
    task_id: 1,
    server_status: 'ACTIVE',
    volume_size: 1,
    flavor_id: row.flavorId,
    tenant_id: row.projectId ?? 'p',
    deleted: dialect.flag(row.deleted ?? false),
    datastore_version_id: row.versionId,
  }))
  for (let at = 0; at < rows.length; at += 500)
    await kysely
      .insertInto('instances')
      .values(rows.slice(at, at + 500))
      .execute()
  const made = {
    image_id: 'i',
    manager: 'm',
    action: 'keep' as const,
    generation: 1,
    flavor_id: row.flavorId,
    vcpus: 1,
  }
  const intents = ids.map(id => ({
    ...made,
    instance_id: id,
    ram_mb: 1,
    volume_size: 1,
    admin_password: 'sealed',
    failures: 0,
  }))
  if (row.ours)
    for (let at = 0; at < intents.length; at += 500)
      await kysely
        .insertInto('trovets_instances')
        .values(intents.slice(at, at + 500))
        .execute()
  return ids
}

async function addVersions({ stores }: { stores: Stores }, ...names: readonly string[]): Promise<string[]> {
  const datastore = await addDatastore(stores, 'mysql')
  const versions = names.map(name => versionOf(datastore.id, name))
  for (const version of versions) await stores.versions.insert(version)
  return versions.map(({ id }) => id)
}

const flavors = { list: async () => [flavor('a', 512), flavor('A', 512), flavor('big', 4096)] }

async function wholeScan(stores: Stores, filter: ComplianceFilter, pageSize: number): Promise<Finding[]> {
  const findings: Finding[] = []
  let after: readonly string[] | undefined
  do {
    // Each page as the API makes it: from a scan of its own.
    const page = await scanCompliance({ stores, flavors, clock }, filter, { after, size: pageSize })
    assert.ok(page.findings.length <= pageSize)
    findings.push(...page.findings)
    after = page.next
  } while (after)
  return findings
}
const shown = ({ finding, instance }: Finding) =>
  `${finding.kind} ${'flavorId' in finding ? finding.flavorId : ''} ${instance?.id ?? ''}`

const versionNames = Array.from({ length: 50 }, (_, index) => `v${index}`)

for (const engine of engines) {
  describe(`the scan of what runs, on ${engine.name}`, { concurrency: false }, () => {
    test('instances are grouped by version, exact flavor and whose they are; deleted ones count for nothing', async t => {
      const fresh = await freshDatabase(t, engine)
      const [one, two] = (await addVersions(fresh, '1', '2')) as [string, string]
      const of = async (count: number, row: Parameters<typeof addInstances>[2]) =>
        addInstances(fresh.database, count, row)
      await of(2, { versionId: one, flavorId: 'a', ours: true })
      await of(1, { versionId: one, flavorId: 'a' })
      await of(3, { versionId: one, flavorId: 'A', ours: true, projectId: 'q' })
      await of(1, { versionId: one, flavorId: 'a ' })
      await of(4, { versionId: two, flavorId: 'a', ours: true })
      await of(5, { versionId: two, flavorId: 'a', deleted: true })
      const groups = async (filter: Parameters<Stores['instances']['groups']>[0]) =>
        (await fresh.stores.instances.groups(filter))
          .map(({ versionId, flavorId, ours, count }) => `${versionId === one ? 1 : 2} '${flavorId}' ${ours} ${count}`)
          .sort()
      const ofOne = ["1 'A' true 3", "1 'a ' false 1", "1 'a' false 1", "1 'a' true 2"]
      assert.deepEqual(await groups({}), [...ofOne, "2 'a' true 4"])
      assert.deepEqual(await groups({ versionIds: [one] }), ofOne)
      assert.deepEqual(await groups({ versionIds: [] }), [])
      assert.deepEqual(await groups({ projectId: 'q' }), ["1 'A' true 3"])
      assert.deepEqual(
        await fresh.stores.instances.countByFlavor(one),
        new Map([
          ['a', 3],
          ['A', 3],
          ['a ', 1],
        ]),
      )
    })

    test('instances of some groups come by id, after an id, as many as wanted, and exactly those', async t => {
      const fresh = await freshDatabase(t, engine)
      const [one, two] = (await addVersions(fresh, '1', '2')) as [string, string]
      const small = await addInstances(fresh.database, 3, { versionId: one, flavorId: 'a', ours: true })
      await addInstances(fresh.database, 2, { versionId: one, flavorId: 'A', ours: true })
      const theirs = await addInstances(fresh.database, 2, { versionId: two, flavorId: 'a', projectId: 'q' })
      await addInstances(fresh.database, 1, { versionId: two, flavorId: 'a', ours: true })
      const groups = [
        { versionId: one, flavorId: 'a', ours: true },
        { versionId: two, flavorId: 'a', ours: false },
      ]
      const ids = async (options: Parameters<Stores['instances']['ofGroups']>[1]) =>
        (await fresh.stores.instances.ofGroups(groups, options)).map(({ id }) => id)
      const all = [...small, ...theirs].sort()
      assert.deepEqual(await ids({ limit: 99 }), all)
      assert.deepEqual(await ids({ limit: 2 }), all.slice(0, 2))
      assert.deepEqual(await ids({ limit: 99, after: all[2] }), all.slice(3))
      assert.deepEqual(await ids({ limit: 99, projectId: 'q' }), theirs.toSorted())
      assert.deepEqual(await fresh.stores.instances.ofGroups([], { limit: 99 }), [])
    })

    test('pages of any size put together are the whole, each finding once', async t => {
      const fresh = await freshDatabase(t, engine)
      const [one, two] = (await addVersions(fresh, '1', '2')) as [string, string]
      await fresh.stores.metadata.insert([
        metadataOf(one, 'ram>=1024', { key: 'flavor_requirement' }),
        ...['a', 'gone'].map(id => metadataOf(two, id)),
        metadataOf(two, 'cores>=2', { key: 'flavor_requirement' }),
      ])
      await addInstances(fresh.database, 5, { versionId: one, flavorId: 'a', ours: true })
      await addInstances(fresh.database, 1, { versionId: one, flavorId: 'A', ours: true })
      await addInstances(fresh.database, 2, { versionId: one, flavorId: 'A' })
      await addInstances(fresh.database, 3, { versionId: one, flavorId: 'big', ours: true })
      await addInstances(fresh.database, 4, { versionId: two, flavorId: 'gone' })
      const { stores } = fresh
      const { total } = await scanCompliance({ stores, flavors, clock }, {}, { size: 1 })
      const whole = (await wholeScan(stores, {}, 1000)).map(shown)
      const listed = await Array.fromAsync(await listFindings({ stores, flavors, clock }, {}))
      assert.deepEqual(listed.map(shown), whole)
      assert.equal(whole.length, total)
      assert.equal(new Set(whole).size, total)
      assert.equal(whole.filter(line => / (a|A|gone) \S/.test(line)).length, 12)
      for (const size of [1, 2, 3, 4, 5, 7, total - 1, total])
        assert.deepEqual((await wholeScan(stores, {}, size)).map(shown), whole, `pages of ${size}`)
    })

    test('an instance that is mended while the pages are turned is missing, and nothing else is', async t => {
      const fresh = await freshDatabase(t, engine)
      const [one] = (await addVersions(fresh, '1')) as [string]
      await fresh.stores.metadata.insert([metadataOf(one, 'ram>=1024', { key: 'flavor_requirement' })])
      for (const flavorId of ['a', 'A', 'x', 'y', 'z'])
        await addInstances(fresh.database, 2, { versionId: one, flavorId, ours: true })
      const pageAfter = (after: readonly string[] | undefined, size: number) =>
        scanCompliance({ stores: fresh.stores, flavors, clock }, {}, { after, size })
      const first = await pageAfter(undefined, 3)
      const { findings } = await pageAfter(undefined, 99)
      const all = findings.map(shown)
      const mended = findings.slice(3, 6).map(({ instance }) => instance!.id)
      await fresh.database.kysely.updateTable('instances').set({ flavor_id: 'big' }).where('id', 'in', mended).execute()
      const rest: Finding[] = []
      for (let after = first.next; after; ) {
        const page = await pageAfter(after, 3)
        rest.push(...page.findings)
        after = page.next
      }
      assert.deepEqual(
        [...first.findings, ...rest].map(shown),
        all.filter(line => !mended.some(id => line.endsWith(id))),
      )
    })

    const [ofBig, ofA] = [several(390, 10), several(10, 2)]
    test(`${versionNames.length * (ofBig + ofA)} instances cost as many reads as 20, and only those are read that are shown`, async t => {
      const fresh = await freshDatabase(t, engine)
      const versionIds = await addVersions(fresh, ...versionNames)
      await fresh.stores.metadata.insert(
        versionIds.map(versionId => metadataOf(versionId, 'ram>=1024', { key: 'flavor_requirement' })),
      )
      const measure = async () => {
        const seen = { instances: 0, reads: 0 }
        const { instances } = fresh.stores
        const ofGroups: typeof instances.ofGroups = async (groups, options) => {
          const found = await instances.ofGroups(groups, options)
          seen.reads++
          seen.instances += found.length
          return found
        }
        const stores: Stores = {
          ...fresh.stores,
          openSnapshot: async () => ({
            stores: { ...fresh.stores, instances: { ...instances, ofGroups } },
            giveWay: async () => {},
            close: async () => {},
          }),
        }
        const began = performance.now()
        const { total, findings } = await scanCompliance({ stores, flavors, clock }, {}, { size: 20 })
        return { ...seen, total, shown: findings.length, ms: Math.round(performance.now() - began) }
      }
      await addInstances(fresh.database, 1, { versionId: versionIds[0]!, flavorId: 'a', ours: true })
      const few = await measure()
      for (const versionId of versionIds) {
        await addInstances(fresh.database, ofBig, { versionId, flavorId: 'big', ours: true })
        await addInstances(fresh.database, ofA, { versionId, flavorId: 'a' })
      }
      const many = await measure()
      t.diagnostic(`a page of 20 out of ${many.total} findings: ${many.ms} ms`)
      assert.deepEqual([few.total, few.shown], [1, 1])
      assert.deepEqual([many.total, many.shown], [1 + versionNames.length * ofA, 20])
      assert.ok(many.reads <= 3 && many.instances <= 21, JSON.stringify(many))
    })
  })
}
