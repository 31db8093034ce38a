import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GateAdmission } from '../../src/model/gate-admission.ts'
import { scanCompliance } from '../../src/operations/flavors/scan-compliance.ts'
import {
  forgetAdmissions,
  rememberAdmissions,
  settleAdmissions,
  withdrawAdmissions,
} from '../../src/operations/gate/remember-admissions.ts'
import { engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { type Fresh, freshDatabase } from './fresh-database.ts'
import { addVersion } from './rows.ts'

const noon = new Date('2026-11-23T12:00:00Z')
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000)
const text = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ')

async function addInstance(
  { database }: Fresh,
  versionId: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { kysely, dialect } = database
  const times = { created: text(noon), updated: text(noon) }
  const row = { id: newId(), name: 'db', task_id: 1, server_status: 'ACTIVE', volume_size: 1, flavor_id: '1' }
  await kysely
    .insertInto('instances')
    .values({
      ...row,
      ...times,
      tenant_id: 'p',
      deleted: dialect.flag(false),
      datastore_version_id: versionId,
      ...more,
    })
    .execute()
  return (more.id as string | undefined) ?? row.id
}

async function addCluster({ database }: Fresh, versionId: string): Promise<string> {
  const { kysely, dialect } = database
  const row = { id: newId(), created: text(noon), updated: text(noon), name: 'c', task_id: 1, tenant_id: 'p' }
  await kysely
    .insertInto('clusters')
    .values({ ...row, datastore_version_id: versionId, deleted: dialect.flag(false) })
    .execute()
  return row.id
}

for (const engine of engines)
  describe(`what the gate admitted, on ${engine.name}`, () => {
    const start = async (t: Parameters<typeof freshDatabase>[0]) => {
      const fresh = await freshDatabase(t, engine)
      const version = await addVersion(fresh.stores)
      let now = noon
      const ports = { stores: fresh.stores, clock: { now: () => now, monotonicMs: () => 0, newId } }
      const admission = (more: Partial<GateAdmission> = {}): GateAdmission => ({
        id: newId(),
        decisionId: `req-${newId()}`,
        askedBy: null,
        created: now,
        operation: 'resize',
        projectId: 'p',
        userId: 'u',
        instanceId: null,
        clusterId: null,
        versionId: version.id,
        flavorId: '1',
        from: null,
        how: 'admitted',
        reason: null,
        status: null,
        ...more,
      })
      const remember = (decisionId: string, instanceId: string | undefined, flavorId: string, fromFlavor?: string) =>
        rememberAdmissions(ports, {
          decisionId,
          askedBy: null,
          operation: instanceId ? 'resize' : 'create',
          projectId: 'p',
          userId: 'u',
          how: 'admitted',
          hardware: [
            {
              instanceId,
              versionId: version.id,
              flavorId,
              ...(fromFlavor ? { from: { versionId: version.id, flavorId: fromFlavor } } : {}),
            },
          ],
        })
      const settle = (decisionId: string, status: number, instanceId: string | null = null) =>
        settleAdmissions(ports, { decisionId, askedBy: null, status, instanceId, clusterId: null })
      const flavorsOf = async (id: string) =>
        (await fresh.stores.admissions.ofInstances([id])).map(({ flavorId, status }) => `${flavorId} ${status}`)
      const kinds = async () => {
        const flavors = { list: async () => [], names: async () => new Map() } as never
        const { findings } = await scanCompliance({ stores: fresh.stores, flavors, clock }, {}, { size: 100 })
        return findings
          .filter(({ finding }) => /gate|unchecked|bypass/.test(finding.kind))
          .map(({ finding, instance }) => `${finding.kind} ${instance?.id}`)
      }
      const setNow = (date: Date) => {
        now = date
      }
      return { fresh, stores: fresh.stores, version, ports, admission, remember, settle, flavorsOf, kinds, setNow }
    }

    test('every field comes back as it was written', async t => {
      const { stores, admission, version } = await start(t)
      const whole = admission({
        askedBy: 'filter',
        instanceId: newId(),
        clusterId: newId(),
        from: { versionId: version.id, flavorId: 'A' },
        how: 'bypassed',
        reason: 'größe, 数据库',
        status: 202,
      })
      const plain = admission({ decisionId: whole.decisionId, userId: null })
      await stores.admissions.append([whole, plain])
      assert.deepEqual(await stores.admissions.ofDecision(whole.decisionId), [whole, plain])
      assert.deepEqual(await stores.admissions.ofInstances([whole.instanceId!]), [whole])
      assert.deepEqual(await stores.admissions.ofInstances([]), [])
    })

    test('the beginning is set once, also by two programs at a time, and stays', async t => {
      const { fresh, stores } = await start(t)
      assert.equal(await stores.admissions.beginning(), undefined)
      const other = await fresh.openAgain()
      await Promise.all([stores.admissions.begin(noon), other.stores.admissions.begin(noon)])
      await stores.admissions.begin(minutes(5))
      await (await fresh.openAgain()).stores.admissions.begin(minutes(9))
      assert.deepEqual(await stores.admissions.beginning(), noon)
      assert.deepEqual(await stores.admissions.ofDecision('(beginning)'), [])
    })

    test('of an instance, the last accepted admission stays, what it had then, and newer ones without an answer', async t => {
      const { fresh, version, remember, settle, flavorsOf } = await start(t)
      const id = await addInstance(fresh, version.id)
      await remember('create', undefined, '1')
      await settle('create', 200, id)
      await remember('failing', id, '2', '1')
      await settle('failing', 202)
      assert.deepEqual(await flavorsOf(id), ['1 200', '2 202'])
      await remember('next', id, '3', '1')
      await remember('open', id, '4', '1')
      await settle('next', 202)
      assert.deepEqual(await flavorsOf(id), ['1 200', '3 202', '4 null'])
      await remember('refused', id, '5', '1')
      await settle('refused', 404)
      await remember('last', id, '6', '3')
      await settle('last', 202)
      assert.deepEqual(await flavorsOf(id), ['3 202', '6 202'])
      await remember('withdrawn', id, '7', '6')
      await withdrawAdmissions({ stores: fresh.stores }, 'withdrawn')
      assert.deepEqual(await flavorsOf(id), ['3 202', '6 202'])
    })

    test('a result of somebody else’s decision changes nothing', async t => {
      const { stores, admission, settle } = await start(t)
      const asked = admission({ askedBy: 'filter' })
      await stores.admissions.append([asked])
      assert.equal(await settle(asked.decisionId, 400), false)
      assert.deepEqual(await stores.admissions.ofDecision(asked.decisionId), [asked])
    })

    test('admissions of what was deleted or never came are forgotten after an hour', async t => {
      const { fresh, stores, version, admission, ports, setNow } = await start(t)
      const { dialect } = fresh.database
      const live = await addInstance(fresh, version.id)
      const gone = await addInstance(fresh, version.id, { deleted: dialect.flag(true) })
      const cluster = await addCluster(fresh, version.id)
      await addInstance(fresh, version.id, { tenant_id: 'q', created: text(minutes(1)) })
      const kept = [
        admission({ instanceId: live }),
        admission({ clusterId: cluster }),
        admission({ projectId: 'q', operation: 'create' }),
      ]
      const needless = [
        admission({ instanceId: gone }),
        admission({ instanceId: newId() }),
        admission({ clusterId: newId() }),
        admission({ projectId: 'r', operation: 'create' }),
      ]
      await stores.admissions.begin(noon)
      const all = [...kept, ...needless].map(each => ({ ...each, decisionId: 'd' }))
      await stores.admissions.append(all)
      await forgetAdmissions(ports)
      assert.equal((await stores.admissions.ofDecision('d')).length, all.length)
      setNow(minutes(61))
      await forgetAdmissions(ports)
      const left = (await stores.admissions.ofDecision('d')).map(({ id }) => id)
      assert.deepEqual(
        left,
        kept.map(({ id }) => id),
      )
      assert.deepEqual(await stores.admissions.beginning(), noon)
    })

    test('the scan finds what did not pass the gate', async t => {
      const { fresh, stores, version, admission, kinds } = await start(t)
      const at = (count: number) => ({ created: text(minutes(count)) })
      assert.deepEqual(await kinds(), [])
      await stores.admissions.begin(noon)
      await addInstance(fresh, version.id, at(-60))
      const created = await addInstance(fresh, version.id, at(30))
      const admitted = await addInstance(fresh, version.id, at(31))
      const changed = await addInstance(fresh, version.id, { ...at(-60), flavor_id: 'a' })
      const unchecked = await addInstance(fresh, version.id, at(-60))
      const bypassed = await addInstance(fresh, version.id, at(32))
      const cluster = await addCluster(fresh, version.id)
      await addInstance(fresh, version.id, { ...at(33), cluster_id: cluster })
      const member = await addInstance(fresh, version.id, { ...at(33), cluster_id: cluster, flavor_id: '2' })
      await addInstance(fresh, version.id, { ...at(34), deleted: fresh.database.dialect.flag(true) })
      await stores.admissions.append([
        admission({ instanceId: admitted }),
        // Flavor ids are compared exactly, whatever the collation.
        admission({ instanceId: changed, flavorId: 'A' }),
        admission({ instanceId: unchecked, how: 'unchecked' }),
        admission({ instanceId: bypassed, how: 'bypassed', reason: 'why' }),
        admission({ clusterId: cluster, operation: 'cluster_create' }),
      ])
      const expected = [
        `created_without_gate ${created}`,
        ...[`changed_without_gate ${changed}`, `changed_without_gate ${member}`].toSorted(),
        `admitted_unchecked ${unchecked}`,
        `admitted_by_bypass ${bypassed}`,
      ]
      assert.deepEqual((await kinds()).toSorted(), expected.toSorted())
      const flavors = { list: async () => [] } as never
      const some = ['created_without_gate', 'admitted_by_bypass'] as const
      const pages: string[] = []
      let after: readonly string[] | undefined
      do {
        const page = await scanCompliance({ stores, flavors, clock }, { kinds: some }, { after, size: 1 })
        pages.push(...page.findings.map(({ instance }) => instance!.id))
        after = page.next
      } while (after)
      assert.deepEqual(pages, [created, bypassed])
    })
  })
