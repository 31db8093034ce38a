import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { startWorld, type World } from '../world.ts'
import { clientsOf, type Ran } from './command.ts'

const fastId = '5d5a2e6f-0b3f-4c1a-9b57-0a4d2c8e7f10'

const catalogue = `flavors:
  - { id: '1', name: small, vcpus: 1, ram: 256, disk: 1 }
volume_types:
  - { name: fast-ssd, id: ${fastId}, description: Local NVMe }
  - { name: slow }
`

const manage = new URL('../../bin/trove-manage.js', import.meta.url).pathname

function defineTests() {
  describe('the stock clients and volume types', () => {
    let world: World
    let run: (line: string) => Promise<Ran>
    let versionId: string
    before(async () => {
      // Nobody works on the instances: of which type a volume is, is decided and written down when one is asked for.
      world = await startWorld({
        flavors: catalogue,
        conf: { DEFAULT: ['default_datastore = postgresql'], trovets: ['rate_limits = false'] },
      })
      const runAs = clientsOf(world)
      run = line => runAs({ line, who: 'demo' })
      const [image] = await world.ports.images.list()
      assert.ok(image, 'there is no database engine on this machine')
      const line = `openstack datastore version create 18 postgresql postgresql ${image.id} --active --default`
      const made = await runAs({ line, who: 'admin' })
      assert.equal(made.exitCode, 0, made.shown)
      versionId = (await world.ports.stores.versions.list())[0]!.id
    })
    after(() => world.stop())

    const shown = [
      ['Property', 'Value'],
      ['description', 'Local NVMe'],
      ['id', fastId],
      ['is_public', 'True'],
      ['name', 'fast-ssd'],
    ]
    for (const name of [fastId, 'fast-ssd'])
      it(`trove volume-type-show ${name}`, async () => {
        const ran = await run(`trove volume-type-show ${name}`)
        assert.deepEqual([ran.exitCode, ran.stdout], [0, shown], ran.shown)
      })

    it('trove volume-type-show: one that there is not', async () => {
      const ran = await run('trove volume-type-show nosuch')
      assert.deepEqual([ran.exitCode, ran.stdout], [1, []], ran.shown)
      assert.match(ran.stderr.join('\n'), /No volumetype with a name or ID of 'nosuch' exists/)
    })

    const create = (name: string, more = '') =>
      run(`openstack database instance create ${name} --flavor small --size 1 ${more} -f json`.replace('  ', ' '))
    const typeOf = async (ran: Ran) => {
      assert.equal(ran.exitCode, 0, ran.shown)
      const { id } = ran.stdout as { id: string }
      return (await world.ports.stores.instances.byId(id))?.intent?.volumeType
    }

    it('openstack database instance create without --volume-type: the default one', async () =>
      assert.equal(await typeOf(await create('plain')), 'standard'))

    it('… with --volume-type: that one, by name or id', async () => {
      assert.equal(await typeOf(await create('fast', '--volume-type fast-ssd')), 'fast-ssd')
      assert.equal(await typeOf(await create('fast-too', `--volume-type ${fastId}`)), 'fast-ssd')
    })

    it('trove create --volume_type: that one', async () => {
      const ran = await run('trove create old 1 --size 1 --volume_type slow')
      assert.equal(ran.exitCode, 0, ran.shown)
      const [, id] = (ran.stdout as string[][]).find(([field]) => field === 'id')!
      assert.equal((await world.ports.stores.instances.byId(id!))?.intent?.volumeType, 'slow')
    })

    it('an operator restricts the version, and the list follows at once', async () => {
      const words = [
        '--config-file',
        world.configFile,
        'datastore_version_volume_type_add',
        'postgresql',
        '18',
        'fast-ssd',
      ]
      const said = execFileSync(process.execPath, [manage, ...words], { encoding: 'utf8' })
      assert.match(said, /^Added volume type 'fast-ssd' to the 'postgresql' '18'\.\nThis is the first association/)
      const ran = await run('trove volume-type-list --datastore_type postgresql --datastore_version_id 18')
      assert.deepEqual(
        (ran.stdout as string[][]).slice(1),
        [[`b'${fastId}'`, "b'fast-ssd'", 'True', "b'Local NVMe'"]],
        ran.shown,
      )
    })

    it('now a request must name a type, and the client is told which', async () => {
      const ran = await create('untyped')
      assert.deepEqual(ran.stderr, [
        `Only specific volume types are allowed for a datastore version ${versionId}. You must specify a valid volume type. Suitable volume types: fast-ssd. (HTTP 400)`,
      ])
      assert.equal(ran.exitCode, 1)
    })

    it('another one is refused, and the client is told which would do', async () => {
      const ran = await create('slow', '--volume-type slow')
      assert.deepEqual(ran.stderr, [
        `The volume type slow is not valid for datastore version ${versionId}. It is not on the list of postgresql 18. Suitable volume types: fast-ssd. (HTTP 400)`,
      ])
    })

    it('the one that is associated is taken', async () =>
      assert.equal(await typeOf(await create('allowed', '--volume-type fast-ssd')), 'fast-ssd'))
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock clients and volume types; TROVE_TS_TEST_SYSTEM=1 runs them')
