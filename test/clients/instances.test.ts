import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startWorld, type World } from '../world.ts'
import { clientsOf, type Ran } from './command.ts'

const flavors = `flavors:
  - { id: '1', name: small, vcpus: 1, ram: 256, disk: 1 }
  - { id: '2', name: large, vcpus: 2, ram: 512, disk: 1 }
  - { id: '3', name: other, vcpus: 2, ram: 512, disk: 1 }
`

const smallFlavors = "flavors:\n  - { id: '1', name: small, vcpus: 1, ram: 128, disk: 1 }\n"

type Field = Record<string, string | number | boolean | null>

function defineTests() {
  describe('the stock openstack command, unmodified, with real instances', () => {
    let world: World
    let run: ReturnType<typeof clientsOf>
    before(async () => {
      world = await startWorld({
        flavors,
        worker: true,
        conf: {
          DEFAULT: ['default_datastore = postgresql', 'max_instances_per_tenant = 100', 'max_volumes_per_tenant = -1'],
          trovets: ['rate_limits = false'],
        },
      })
      const image = (await world.ports.images.list())[0]
      assert.ok(image, 'there is no database engine on this machine')
      run = clientsOf(world)
      const made = await run({
        line: `openstack datastore version create 18 postgresql postgresql ${image.id} --active --default`,
        who: 'admin',
      })
      assert.equal(made.exitCode, 0, made.shown)
      const [version] = await world.ports.stores.versions.list()
      const body = JSON.stringify({ flavors: ['1', '2'] })
      const answer = await fetch(
        `${world.url}/v1.0/${world.projectOf('admin')}/mgmt/datastore-versions/${version!.id}/flavors`,
        {
          method: 'POST',
          headers: { 'x-auth-token': await world.tokenOf('admin'), 'content-type': 'application/json' },
          body,
        },
      )
      assert.equal(answer.status, 200)
    })
    after(() => world.stop())

    const as = async (who: string, line: string): Promise<Ran> => run({ line: `openstack ${line}`, who })
    const demo = async (line: string): Promise<Ran> => {
      const ran = await as('demo', line)
      assert.equal(ran.exitCode, 0, ran.shown)
      return ran
    }
    const json = async <T>(line: string) => (await demo(`${line} -f json`)).stdout as T
    const show = (name: string) => json<Field>(`database instance show ${name}`)

    async function becomes(name: string, fields: Field, passing?: string): Promise<Field> {
      const deadline = performance.now() + 60_000
      for (;;) {
        const shown = await show(name)
        if (Object.entries(fields).every(([key, value]) => shown[key] === value)) return shown
        const isFailed = shown.status === 'ERROR' && passing !== 'ERROR'
        assert.ok(performance.now() < deadline && !isFailed, JSON.stringify(shown))
        await setTimeout(100)
      }
    }
    const isWell = { status: 'ACTIVE', operating_status: 'HEALTHY' }

    it('create: a flavor that the version does not allow is refused in one line', async () => {
      const ran = await as('demo', 'database instance create shop --flavor other --size 1')
      assert.equal(ran.exitCode, 1)
      assert.match(ran.stderr.join('\n'), /^Flavor 3 is not supported for datastore version \S+: .*\(HTTP 400\)$/)
      assert.deepEqual(await json('database instance list'), [])
    })

    it('create: an allowed one is built and becomes ACTIVE', async () => {
      const made = await json<Field>(
        'database instance create shop --flavor small --size 1 --datastore postgresql --datastore-version 18 --databases goods --users keeper:keeper-pass',
      )
      assert.deepEqual([made.name, made.status, made.flavor, made.volume], ['shop', 'BUILD', '1', 1])
      const shown = await becomes('shop', isWell)
      assert.deepEqual([shown.datastore, shown.datastore_version, shown.ip], ['postgresql', '18', '127.0.0.1'])
    })

    it('list: it is there, and to an admin with --all-projects, too', async () => {
      const [mine] = await json<Field[]>('database instance list')
      assert.deepEqual(
        [mine!.Name, mine!.Status, mine!['Operating Status'], mine!.Public],
        ['shop', 'ACTIVE', 'HEALTHY', false],
      )
      const all = await as('admin', 'database instance list --all-projects -f json')
      assert.equal(all.exitCode, 0, all.shown)
      const [theirs] = all.stdout as Field[]
      assert.deepEqual([theirs!.Name, theirs!['Tenant ID']], ['shop', world.projectOf('demo')])
    })

    it('db create, list and delete', async () => {
      await demo('database db create shop attic')
      assert.deepEqual(await json('database db list shop'), [{ Name: 'attic' }, { Name: 'goods' }])
      await demo('database db delete shop attic')
      assert.deepEqual(await json('database db list shop'), [{ Name: 'goods' }])
    })

    it('user create, list, show, grant, revoke and delete', async () => {
      await demo('database user create shop guest guest-pass --databases goods')
      assert.deepEqual(await json('database user list shop'), [
        { Name: 'guest', Host: '%', Databases: 'goods' },
        { Name: 'keeper', Host: '%', Databases: 'goods' },
      ])
      const shown = await json<Field>('database user show shop guest')
      assert.deepEqual([shown.name, shown.host, shown.databases], ['guest', '%', [{ name: 'goods' }]])
      await demo('database db create shop attic')
      await demo('database user grant access shop guest attic')
      assert.deepEqual(await json('database user show access shop guest'), [{ Name: 'attic' }, { Name: 'goods' }])
      await demo('database user revoke access shop guest goods')
      assert.deepEqual(await json('database user show access shop guest'), [{ Name: 'attic' }])
      await demo('database user update attributes shop guest --new_name visitor')
      await demo('database user delete shop visitor')
      assert.deepEqual(await json('database user list shop'), [{ Name: 'keeper', Host: '%', Databases: 'goods' }])
    })

    it('root show, enable and disable', async () => {
      assert.deepEqual(await json('database root show shop'), { is_root_enabled: false })
      const root = await json<Field>('database root enable shop')
      assert.equal(root.name, 'postgres')
      assert.match(String(root.password), /^[\w-]{20,}$/)
      assert.deepEqual(await json('database root show shop'), { is_root_enabled: true })
      await demo('database root disable shop')
    })

    it('resize flavor: to an allowed one it is done, to another one refused', async () => {
      const refused = await as('demo', 'database instance resize flavor shop other')
      assert.equal(refused.exitCode, 1)
      assert.match(refused.stderr.join('\n'), /^Flavor 3 is not supported for datastore version /)
      await demo('database instance resize flavor shop large')
      await becomes('shop', { ...isWell, flavor: '2' })
    })

    it('resize volume: it grows', async () => {
      await demo('database instance resize volume shop 2')
      await becomes('shop', { ...isWell, volume: 2 })
    })

    it('restart', async () => {
      await demo('database instance restart shop')
      await becomes('shop', isWell)
      assert.deepEqual(await json('database db list shop'), [{ Name: 'attic' }, { Name: 'goods' }])
    })

    it('update: a new name', async () => {
      await demo('database instance update shop --name store')
      await becomes('store', isWell)
    })

    it('reset status: on one that is well, too; the worker looks, and it is well again', async () => {
      const ran = await as('admin', `database instance reset status ${(await show('store')).id}`)
      assert.equal(ran.exitCode, 0, ran.shown)
      await becomes('store', isWell, 'ERROR')
    })

    it('delete: it is gone', async () => {
      await demo('database instance delete store')
      const deadline = performance.now() + 60_000
      while (((await json('database instance list')) as Field[]).length > 0) {
        assert.ok(performance.now() < deadline)
        await setTimeout(100)
      }
      assert.deepEqual(await world.ports.compute.instanceIds(), [])
    })
  })

  describe('the stock openstack command, with an engine that was installed later', () => {
    let world: World
    let run: ReturnType<typeof clientsOf>
    before(async () => {
      world = await startWorld({ flavors: smallFlavors, worker: true })
      run = clientsOf(world)
    })
    after(() => world.stop())

    async function mustRun(line: string, who = 'demo'): Promise<Ran> {
      const ran = await run({ line, who })
      assert.equal(ran.exitCode, 0, ran.shown)
      return ran
    }

    it('the one command of the how-to makes its datastore and version, and Redis is there', async () => {
      const howTo = readFileSync(join(import.meta.dirname, '../../docs/how-to/add-a-datastore-version.md'), 'utf8')
      const line = /^ *\$ (openstack .* datastore version create .*)$/m.exec(howTo)![1]!
      // The command is not run by a shell here.
      await mustRun(line.replace(' --os-cloud trove-admin', '').replace(" ''", ' '), 'admin')
      const create = 'openstack database instance create cache --flavor 1 --size 1 --datastore redis'
      await mustRun(`${create} --datastore-version 7`)
      const deadline = performance.now() + 60_000
      for (;;) {
        const shown = (await mustRun('openstack database instance show cache -f json')).stdout as Field
        if (shown.operating_status === 'HEALTHY') break
        assert.ok(performance.now() < deadline && shown.status !== 'ERROR', JSON.stringify(shown))
        await setTimeout(100)
      }
      const root = (await mustRun('openstack database root enable cache -f json')).stdout as Field
      assert.equal(root.name, 'default')
      const refused = await run({ line: 'openstack database db create cache shop', who: 'demo' })
      assert.equal(refused.exitCode, 1)
      assert.match(refused.stderr.join('\n'), /^Databases and users cannot be managed on instances .*\(HTTP 400\)/m)
    })
  })

  describe('the stock openstack command, paging through 45 instances', () => {
    let world: World
    let run: ReturnType<typeof clientsOf>
    before(async () => {
      // Nobody works on them: a page is a page of rows.
      world = await startWorld({
        flavors,
        conf: {
          DEFAULT: ['default_datastore = postgresql', 'max_instances_per_tenant = -1', 'max_volumes_per_tenant = -1'],
          trovets: ['rate_limits = false'],
        },
      })
      run = clientsOf(world)
      const image = (await world.ports.images.list())[0]!
      await run({
        line: `openstack datastore version create 18 postgresql postgresql ${image.id} --active --default`,
        who: 'admin',
      })
      const token = await world.tokenOf('demo')
      for (let count = 1; count <= 45; count++) {
        const answer = await fetch(`${world.url}/v1.0/${world.projectOf('demo')}/instances`, {
          method: 'POST',
          headers: { 'x-auth-token': token, 'content-type': 'application/json' },
          body: JSON.stringify({ instance: { name: `db${count}`, flavorRef: '1', volume: { size: 1 } } }),
        })
        assert.equal(answer.status, 200)
      }
    })
    after(() => world.stop())

    async function page(words: string): Promise<{ ID: string; Name: string }[]> {
      const ran = await run({ line: `openstack database instance list -f json ${words}`.trim(), who: 'demo' })
      assert.equal(ran.exitCode, 0, ran.shown)
      return ran.stdout as { ID: string; Name: string }[]
    }

    for (const limit of [undefined, 20, 7])
      it(`by --limit ${limit ?? '(none)'} and --marker, each is shown once`, async () => {
        const names: string[] = []
        const sizes: number[] = []
        let words = limit === undefined ? '' : `--limit ${limit}`
        for (;;) {
          const shown = await page(words.trim())
          if (shown.length === 0) break
          names.push(...shown.map(({ Name }) => Name))
          sizes.push(shown.length)
          // The last id of a page, whatever the order in which it is displayed.
          const last = shown
            .map(({ ID }) => ID)
            .sort()
            .at(-1)
          words = `${limit === undefined ? '' : `--limit ${limit} `}--marker ${last}`
        }
        assert.deepEqual(names.length, 45)
        assert.deepEqual(new Set(names).size, 45)
        assert.equal(Math.max(...sizes), Math.min(limit ?? 20, 20))
      })
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock openstack command with instances; TROVE_TS_TEST_SYSTEM=1 runs it')
