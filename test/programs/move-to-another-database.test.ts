import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPage } from '../../docs/play/page.ts'
import { openStage, type Stage } from '../../docs/play/stage.ts'
import { engines } from '../servers/engines.ts'
import { sql, typed, untilActive, withShop } from './shop-on-stage.ts'

const page = join(import.meta.dirname, '../../docs/how-to/move-to-another-database.md')

/** Does what the how-to says, on the database that it is given instead of the one that it speaks of. */
async function follow(stage: Stage, connection: string): Promise<void> {
  for (const step of readPage(page)) {
    if (step.kind === 'file')
      stage.write(step.name, step.text.replace(/^connection = .*$/m, `connection = ${connection}`))
    if (step.kind !== 'elsewhere') continue
    for (const { command } of step.commands) {
      const start = /^npm start -- (.+)$/.exec(command)?.[1]
      if (command.includes('db_import')) await stage.stopServer()
      if (start) await stage.startServer(...start.split(' '))
      else await typed(stage, command)
    }
  }
}

if (process.env.TROVE_TS_TEST_SYSTEM !== '1') {
  test('a move to another database', t =>
    t.diagnostic('not run: a move to another database, with the stock client; TROVE_TS_TEST_SYSTEM=1 runs it'))
} else {
  for (const engine of engines.filter(({ name }) => name !== 'sqlite'))
    test(`a move from SQLite to ${engine.name} with a running instance, by docs/how-to/move-to-another-database.md, loses nothing`, async t => {
      const stage = await openStage()
      t.after(() => stage.close())
      const type = (command: string) => typed(stage, command)
      await withShop(stage)
      await type('npx trove-manage datastore_version_flavor_add postgresql 18-dev 13,14')
      const shown = async () => [
        await type('openstack database instance list -f json -c ID -c Name -c Status'),
        await type('openstack database instance show shop -f value -c created -c port -c flavor'),
        await type('openstack datastore list -f json'),
        await type('npx trove-manage $CONF datastore_version_flavor_list postgresql 18-dev -f json'),
      ]
      const before = await shown()

      await follow(stage, await engine.createDatabase())
      await type("export CONF='--config-file trove.conf --data-dir trove-data'")
      await type(untilActive)
      assert.deepEqual(await shown(), before)
      assert.equal(await type(sql('select name from stock')), 'nails')
      assert.ok(
        readFileSync(join(stage.folder, 'trove.conf'), 'utf8').includes(
          engine.name === 'mysql' ? 'mysql' : 'postgresql',
        ),
      )
      await type('openstack database instance resize flavor shop 14')
      await type(untilActive)
      assert.equal(await type(sql('select name from stock')), 'nails')
      await type('openstack database instance delete shop')
      await type('while openstack database instance list -f value | grep -q shop; do sleep 0.5; done')
    })
}
