import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tasks } from '../../src/model/instance-task.ts'
import { type Engine, engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { type Fresh, freshDatabase } from './fresh-database.ts'
import { addInstance } from './instance-rows.ts'
import { addVersion } from './rows.ts'

const moment = '2026-11-23 12:00:00'

/** A row as another Trove makes it. */
async function addRow({ database }: Fresh, versionId: string, more: Record<string, unknown> = {}): Promise<string> {
  const { kysely, dialect } = database
  const row = {
    id: newId(),
    name: 'db',
    task_id: tasks.NONE,
    server_status: 'ACTIVE',
    volume_size: 5,
    volume_id: 'volume-1',
    flavor_id: '2',
    tenant_id: 'p',
    deleted: dialect.flag(false),
    datastore_version_id: versionId,
    ...more,
  }
  await kysely.insertInto('instances').values(row).execute()
  return row.id
}

async function addCluster({ database }: Fresh, versionId: string, deleted = false): Promise<string> {
  const { kysely, dialect } = database
  const times = { created: moment, updated: moment }
  const row = { id: newId(), ...times, name: 'c', task_id: 1, tenant_id: 'p', datastore_version_id: versionId }
  await kysely
    .insertInto('clusters')
    .values({ ...row, deleted: dialect.flag(deleted) })
    .execute()
  return row.id
}

for (const engine of engines)
  describe(`the hardware in use, on ${engine.name}`, () => {
    const fresh = async (t: Parameters<typeof freshDatabase>[0], engine: Engine) => {
      const made = await freshDatabase(t, engine)
      return { ...made, version: await addVersion(made.stores) }
    }

    test('of an instance of another Trove: project, version, flavor, volume and status', async t => {
      const made = await fresh(t, engine)
      const id = await addRow(made, made.version.id)
      assert.deepEqual(await made.stores.hardware.ofInstance(id), {
        id,
        projectId: 'p',
        versionId: made.version.id,
        flavorId: '2',
        volumeSizeGb: 5,
        volumeType: null,
        volumeId: 'volume-1',
        clusterId: null,
        replicaOfId: null,
        taskId: 1,
        serverStatus: 'ACTIVE',
        serviceStatus: 'UNKNOWN',
        isOurs: false,
      })
    })

    test('of an instance of this service: also the volume type', async t => {
      const { stores } = await fresh(t, engine)
      const { id, flavorId, intent } = await addInstance(stores)
      const hardware = await stores.hardware.ofInstance(id)
      assert.deepEqual(
        [hardware?.flavorId, hardware?.isOurs, hardware?.volumeType],
        [flavorId, true, intent!.volumeType],
      )
    })

    test('of a cluster: its live members, sorted by id', async t => {
      const made = await fresh(t, engine)
      const cluster = await addCluster(made, made.version.id)
      const member = (more: object) => addRow(made, made.version.id, { cluster_id: cluster, ...more })
      const ids = [await member({ flavor_id: '3' }), await member({ flavor_id: '2' })]
      await member({ deleted: made.database.dialect.flag(true) })
      await addRow(made, made.version.id)
      const found = await made.stores.hardware.ofCluster(cluster)
      assert.deepEqual([found?.projectId, found?.versionId, found?.taskId], ['p', made.version.id, 1])
      assert.deepEqual(
        found?.members.map(({ id, flavorId, clusterId }) => [id, flavorId, clusterId]),
        [
          [ids[0], '3', cluster],
          [ids[1], '2', cluster],
        ].sort(),
      )
    })

    test('of something deleted or unknown: none', async t => {
      const made = await fresh(t, engine)
      const deleted = await addRow(made, made.version.id, { deleted: made.database.dialect.flag(true) })
      const live = await addRow(made, made.version.id)
      for (const id of [deleted, 'nosuch', `${live}x`, ''])
        assert.equal(await made.stores.hardware.ofInstance(id), undefined, id)
      for (const id of [await addCluster(made, made.version.id, true), 'nosuch', live, ''])
        assert.equal(await made.stores.hardware.ofCluster(id), undefined, id)
    })

    test('by another spelling of an id: what Trove would find on this database', async t => {
      const made = await fresh(t, engine)
      const id = await addRow(made, made.version.id, { id: `abcdef${newId().slice(6)}` })
      for (const spelling of [id.toUpperCase(), `${id} `, id.replace('a', 'á')]) {
        const found = await made.stores.hardware.ofInstance(spelling)
        assert.equal(found?.id, engine.name === 'mysql' ? id : undefined, spelling)
      }
    })
  })
