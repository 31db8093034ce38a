import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPage } from '../../docs/play/page.ts'
import { openStage } from '../../docs/play/stage.ts'
import { sql, typed, untilActive, withShop } from './shop-on-stage.ts'

const page = join(import.meta.dirname, '../../docs/how-to/back-up-and-restore.md')

if (process.env.TROVE_TS_TEST_SYSTEM !== '1') {
  test('backup and restore', t =>
    t.diagnostic('not run: backup and restore, with the stock client; TROVE_TS_TEST_SYSTEM=1 runs it'))
} else {
  test('a copy of the folder, made and put back by docs/how-to/back-up-and-restore.md, has everything of its time', async t => {
    const [backUp, restore] = readPage(page).filter(step => step.kind === 'elsewhere')
    const stage = await openStage()
    t.after(() => stage.close())
    const follow = async (block: typeof backUp) => {
      await stage.stopServer()
      for (const { command } of block!.commands)
        if (command === 'npm start') await stage.startServer()
        else await typed(stage, command)
      // The server listens elsewhere after each start here, and the token of before is for the old address.
      await typed(stage, untilActive)
    }
    await withShop(stage)
    await follow(backUp)
    await typed(stage, sql('drop table stock'))
    await typed(stage, 'npx trove-manage datastore_version_flavor_add postgresql 18-dev 13')
    await follow(restore)
    assert.equal(await typed(stage, sql('select name from stock')), 'nails')
    const list = 'npx trove-manage datastore_version_flavor_list postgresql 18-dev -f json'
    assert.match(await typed(stage, list), /^\[\s*\]/)
  })
}
