import assert from 'node:assert/strict'
import type { Stage } from '../../docs/play/stage.ts'

/** Types a command that must succeed, and gives what it printed. */
export async function typed(stage: Stage, command: string): Promise<string> {
  const { exitCode, output } = await stage.type(command)
  assert.equal(exitCode, 0, `$ ${command}\n${output}`)
  return output.trim()
}

export const untilActive =
  'until openstack database instance show shop -f value -c status | grep -q ACTIVE; do sleep 0.5; done'

/** A statement in the database of the instance, by its user. */
export const sql = (statement: string): string =>
  `psql "postgresql://keeper:secret@127.0.0.1:$PORT/goods" -Atqc "${statement}"`

/** Makes an instance `shop` whose table `stock` holds a row `nails`, and leaves its port in `PORT`. */
export async function withShop(stage: Stage): Promise<void> {
  await typed(stage, 'export OS_CLIENT_CONFIG_FILE=$PWD/trove-data/clouds.yaml OS_CLOUD=trove-demo')
  await typed(
    stage,
    'openstack database instance create shop --flavor 13 --size 1 --databases goods --users keeper:secret',
  )
  await typed(stage, untilActive)
  await typed(stage, 'export PORT=$(openstack database instance show shop -f value -c port)')
  await typed(stage, sql("create table stock (name text); insert into stock values ('nails')"))
}
