import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { readPage } from '../../docs/play/page.ts'
import { openStage, type Stage } from '../../docs/play/stage.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { sql, typed, untilActive, withShop } from './shop-on-stage.ts'

const page = join(import.meta.dirname, '../../docs/how-to/back-up-and-restore.md')
const blocks = readPage(page).flatMap(step => (step.kind === 'elsewhere' ? [step.commands] : []))

const played = new Set<(typeof blocks)[number]>()

/** The block of the page that has this command. */
function blockWith(words: string): (typeof blocks)[number] {
  const found = blocks.filter(commands => commands.some(({ command }) => command.includes(words)))
  assert.equal(found.length, 1, `${found.length} blocks of the page have '${words}'`)
  return found[0]!
}

/** Types the commands of a block. `npm start` starts the server; one that runs is stopped before, as the page says. */
async function follow(stage: Stage, block: (typeof blocks)[number], { stop }: { stop: boolean }): Promise<void> {
  played.add(block)
  if (stop) await stage.stopServer()
  for (const { command } of block) {
    const start = /^npm start(?: -- (.+))?$/.exec(command)
    if (start) await stage.startServer(...(start[1]?.split(' ') ?? []))
    else await typed(stage, command)
  }
}

const useClouds = (stage: Stage, folder: string) =>
  typed(stage, `export OS_CLIENT_CONFIG_FILE=$PWD/${folder}/clouds.yaml`)

/** The data, the tenant's password, and the administrator's password that the service keeps encrypted all work. */
async function shopIsWell(stage: Stage): Promise<void> {
  await typed(stage, untilActive)
  assert.equal(await typed(stage, sql('select name from stock')), 'nails')
  const user = `ann${Math.random().toString(36).slice(2, 8)}`
  await typed(stage, `openstack database user create shop ${user} secret --databases goods`)
  assert.match(await typed(stage, 'openstack database user list shop -f value'), new RegExp(user))
}

async function stageWithShop(t: TestContext): Promise<Stage> {
  const stage = await openStage()
  t.after(() => stage.close())
  await withShop(stage)
  return stage
}

if (process.env.TROVE_TS_TEST_SYSTEM !== '1') {
  test('backup and restore', t =>
    t.diagnostic('not run: backup and restore, with the stock client; TROVE_TS_TEST_SYSTEM=1 runs it'))
} else {
  describe('docs/how-to/back-up-and-restore.md', () => {
    test('a copy of the folder, put back or in another folder, has everything of its time', async t => {
      const stage = await stageWithShop(t)
      await follow(stage, blockWith('cp --archive trove-data trove-data.backup'), { stop: true })
      await typed(stage, untilActive)
      await typed(stage, sql('drop table stock'))
      await typed(stage, 'npx trove-manage datastore_version_flavor_add postgresql 18-dev 13')
      await follow(stage, blockWith('rm --recursive trove-data'), { stop: true })
      await shopIsWell(stage)
      const list = 'npx trove-manage datastore_version_flavor_list postgresql 18-dev -f json'
      assert.match(await typed(stage, list), /^\[\s*\]/)

      await follow(stage, blockWith('cp --archive trove-data.backup restored'), { stop: true })
      await useClouds(stage, 'restored')
      await shopIsWell(stage)
    })

    test('the data of the service, put back beside its instances, works with them', async t => {
      const stage = await stageWithShop(t)
      await follow(stage, blockWith('vacuum into'), { stop: false })
      await typed(stage, 'npx trove-manage datastore_version_flavor_add postgresql 18-dev 13')
      await stage.stopServer()
      await typed(stage, 'rm trove-data/trove.sqlite* trove-data/secret.key trove-data/identity.json')
      await follow(stage, blockWith('rm --force trove-data/trove.sqlite*'), { stop: false })
      await shopIsWell(stage)
      const token = await typed(stage, 'openstack token issue -f value -c id')
      await follow(stage, blockWith('signing_key_change'), { stop: false })
      const revoked = `openstack --os-auth-type token --os-token ${token} datastore list`
      assert.notEqual((await stage.type(revoked)).exitCode, 0)
      await shopIsWell(stage)
    })

    test('without the instances it has users, flavors and datastores, and the instances are ERROR', async t => {
      const stage = await stageWithShop(t)
      await follow(stage, blockWith('vacuum into'), { stop: false })
      await follow(stage, blockWith('mkdir --mode 711 elsewhere'), { stop: true })
      await useClouds(stage, 'elsewhere')
      const status = 'openstack database instance show shop -f value -c status'
      await typed(stage, `until ${status} | grep -q ERROR; do sleep 0.5; done`)
      assert.match(await typed(stage, 'openstack datastore list -f value'), /postgresql/)
      assert.match(await typed(stage, 'openstack database instance show shop -f json'), /"fault"/)
      await typed(stage, 'openstack database instance delete shop')
      await typed(stage, 'while openstack database instance list -f value | grep -q shop; do sleep 0.5; done')
    })

    test('a dump of MariaDB, loaded into an empty database, works with the instances', async t => {
      const server = await startMariadb()
      t.after(() => server.stop())
      const { hostname, port, username, password, protocol } = new URL(await server.createDatabase())
      const login = `--host ${hostname} --port ${port} --user ${username} --password=${decodeURIComponent(password)}`
      const stage = await openStage()
      t.after(() => stage.close())
      // The page's commands, on this server.
      for (const program of ['mariadb', 'mariadb-dump'])
        await typed(stage, `${program}() { command ${program} ${login} "$@"; }`)
      await typed(stage, "mariadb -e 'create database trove character set utf8mb3'")
      const connection = `${protocol}//${username}:${password}@${hostname}:${port}/trove`
      stage.write(
        'trove.conf',
        `[DEFAULT]\nbind_host = 127.0.0.1\ndefault_datastore = postgresql\n[database]\nconnection = ${connection}\n`,
      )
      await stage.stopServer()
      await stage.startServer('--config-file', 'trove.conf', '--data-dir', 'trove-data')
      await withShop(stage)
      await follow(stage, blockWith('mariadb-dump'), { stop: false })
      await stage.stopServer()
      await typed(stage, "mariadb -e 'drop database trove'")
      await typed(stage, 'rm trove-data/secret.key trove-data/identity.json')
      await follow(stage, blockWith('drop database if exists'), { stop: false })
      await shopIsWell(stage)
    })

    test('no block of the page that is played here is left out', () => {
      assert.deepEqual(
        blocks.filter(block => !played.has(block)),
        [],
      )
    })
  })
}
