import { createConnection } from 'mysql2/promise'
import type { Rig } from './rig.ts'
import { until } from './until.ts'

/**
 * Makes Trove create an instance `shop` of the project admin on mysql 8.0, with the flavor 2. It counts as running, on a
 * server of Nova's, although the rig has nothing that would build it.
 */
export async function addShop(rig: Rig): Promise<{ remove(): Promise<void> }> {
  const { token, projectId } = await rig.client.login('admin')
  const instance = { name: 'shop', flavorRef: '2', volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } }
  const answer = await fetch(`${rig.trove.url}/v1.0/${projectId}/instances`, {
    method: 'POST',
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ instance }),
  })
  if (answer.status !== 200) throw new Error(`Trove created no instance: ${answer.status} ${await answer.text()}`)
  const { id } = ((await answer.json()) as { instance: { id: string } }).instance
  const server = await startServer(rig)
  const change = async (...changes: readonly (readonly [sql: string, values: string[]])[]) => {
    const connection = await createConnection({ uri: rig.databases.trove.replace('mysql+pymysql', 'mysql') })
    for (const [sql, values] of changes) await connection.query(sql, values)
    await connection.end()
  }
  // Task 1 is NONE (trove/instance/tasks.py), and status 1 is RUNNING (trove/instance/service_status.py).
  await change(
    ['update instances set task_id = 1, compute_instance_id = ? where id = ?', [server.id, id]],
    ['update service_statuses set status_id = 1 where instance_id = ?', [id]],
  )
  return {
    async remove() {
      await change(['update instances set deleted = 1, deleted_at = now() where id = ?', [id]])
      await server.remove()
    },
  }
}

async function startServer({ client, nova, ids }: Rig) {
  const ask = <T>(method: string, path: string, body?: object) =>
    client.ask<T>(method, `${nova.url}/v2.1${path}`, body, { 'openstack-api-version': 'compute 2.37' })
  type Hosts = { hypervisors: { state: string }[] }
  await until(
    async () => (await ask<Hosts>('GET', '/os-hypervisors')).hypervisors.some(({ state }) => state === 'up'),
    120_000,
  )
  type Made = { server: { id: string; status: string } }
  const wanted = { name: 'shop', flavorRef: '1', imageRef: ids.image, networks: 'none' }
  const { id } = (await ask<Made>('POST', '/servers', { server: wanted })).server
  await until(async () => (await ask<Made>('GET', `/servers/${id}`)).server.status === 'ACTIVE', 120_000)
  return { id, remove: () => ask<unknown>('DELETE', `/servers/${id}`).then(() => {}) }
}
