import { createConnection } from 'mysql2/promise'
import type { Rig } from './rig.ts'

/**
 * Makes Trove create an instance `shop` of the project admin on mysql 8.0, with the flavor 2. It counts as running, because
 * the rig has nothing that would build it.
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
  const change = async (sql: string) => {
    const connection = await createConnection({ uri: rig.databases.trove.replace('mysql+pymysql', 'mysql') })
    await connection.query(sql, [id]).finally(() => connection.end())
  }
  await change('update instances set task_id = 1 where id = ?')
  return { remove: () => change('update instances set deleted = 1, deleted_at = now() where id = ?') }
}
