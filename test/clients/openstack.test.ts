import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { recordedIds, startRecordedWorld } from '../recorded/catalogue.ts'
import type { World } from '../world.ts'
import { allowedDifferences } from './allowed-differences.ts'
import { type Command, clientsOf, type Outcome, readCaptured } from './command.ts'
import { everLater } from './ever-later.ts'
import { changing, demand, judge } from './judge.ts'

const { image, mysql, mysqlVersion, postgresql, postgresqlVersion, uuidFlavor } = recordedIds

type Run = ReturnType<typeof clientsOf>

const asAdmin = (line: string): Command => ({ line, who: 'admin' })
const asDemo = (line: string): Command => ({ line, who: 'demo' })
const shows = (...stdout: (readonly string[])[]): Outcome => ({ exitCode: 0, stdout, stderr: [] })
const refuses = (...stderr: readonly string[]): Outcome => ({ exitCode: 1, stdout: [], stderr })

const flavorHead = ['ID', 'Name', 'RAM', 'vCPUs', 'Disk', 'Ephemeral']
const allowedForMysql = [
  ['2', 'm1.small', '2048', '1', '20', '0'],
  ['3', 'm1.medium', '4096', '2', '40', '0'],
  [uuidFlavor, 'db.highmem', '32768', '4', '10', '5'],
]
const publicFlavors = [
  ['1', 'm1.tiny', '512', '1', '1', '0'],
  ...allowedForMysql.slice(0, 2),
  ['4', 'm1.large', '8192', '4', '80', '0'],
  ['5', 'm1.xlarge', '16384', '8', '160', '0'],
  ...allowedForMysql.slice(2),
]
const versionHead = ['ID', 'Name', 'Version']
const mysqlShown = [
  ['Field', 'Value'],
  ['default_version', '8.0'],
  ['id', mysql],
  ['name', 'mysql'],
  ['versions (id)', `8.0 (${mysqlVersion})`],
]
const mysqlVersionShown = [
  ['Field', 'Value'],
  ['datastore', mysql],
  ['id', mysqlVersion],
  ['name', '8.0'],
  ['version', '8.0'],
]
const unknownId = '00000000-0000-0000-0000-000000000000'

/** What nobody captured, as Trove's answers to the same requests would have it shown. */
const notCaptured: readonly (readonly [Command, Outcome])[] = [
  [asAdmin('openstack database flavor list'), shows(flavorHead, ...publicFlavors)],
  [
    asDemo(`openstack database flavor list --datastore-type ${mysql} --datastore-version-id ${mysqlVersion}`),
    shows(flavorHead, ...allowedForMysql),
  ],
  [
    asAdmin(`openstack database flavor list --datastore-type mysql --datastore-version-id ${mysqlVersion}`),
    shows(flavorHead, ...allowedForMysql),
  ],
  [
    asAdmin(`openstack database flavor list --datastore-type postgresql --datastore-version-id ${postgresqlVersion}`),
    shows(flavorHead, ...publicFlavors),
  ],
  [
    asDemo(`openstack database flavor list --datastore-type mysql --datastore-version-id ${unknownId}`),
    refuses(`Datastore version '${unknownId}' cannot be found. (HTTP 404)`),
  ],
  [
    asDemo('openstack database flavor list --datastore-type mysql --datastore-version-id 9.9'),
    refuses("Datastore version '9.9' cannot be found. (HTTP 404)"),
  ],
  [
    asDemo('openstack database flavor list --datastore-type nosuch --datastore-version-id 8.0'),
    refuses("Datastore 'nosuch' cannot be found. (HTTP 404)"),
  ],
  [asAdmin('openstack datastore list'), shows(['ID', 'Name'], [mysql, 'mysql'], [postgresql, 'postgresql'])],
  [asDemo('openstack datastore show mysql'), shows(...mysqlShown)],
  [asAdmin(`openstack datastore show ${mysql}`), shows(...mysqlShown)],
  [asDemo('openstack datastore version list mysql'), shows(versionHead, [mysqlVersion, '8.0', '8.0'])],
  [asDemo(`openstack datastore version list ${postgresql}`), shows(versionHead, [postgresqlVersion, '14', '14'])],
  [asDemo('openstack datastore version show 8.0 --datastore mysql'), shows(...mysqlVersionShown)],
  [asDemo(`openstack datastore version show ${mysqlVersion} --datastore MySQL`), shows(...mysqlVersionShown)],
  [
    asDemo(`openstack datastore version show ${unknownId}`),
    refuses(`Datastore version '${unknownId}' cannot be found. (HTTP 400)`),
  ],
  [
    asDemo('openstack datastore delete mysql'),
    refuses("Failed to delete datastore mysql: Policy doesn't allow datastore:delete to be performed. (HTTP 403)"),
  ],
  [
    asAdmin('openstack datastore delete nosuch'),
    refuses("Failed to delete datastore nosuch: Datastore 'nosuch' cannot be found. (HTTP 404)"),
  ],
  [
    asDemo(`openstack datastore version delete ${mysqlVersion}`),
    refuses(`Failed to delete datastore version ${mysqlVersion}: User does not have admin privileges. (HTTP 401)`),
  ],
  [
    asAdmin(`openstack datastore version delete ${unknownId}`),
    refuses(
      `Failed to delete datastore version ${unknownId}: Datastore version '${unknownId}' cannot be found. (HTTP 400)`,
    ),
  ],
]

function defineTests() {
  const captured = readCaptured()

  describe('the stock clients in front of us, and in front of a real Trove', { concurrency: 2 }, () => {
    let world: World
    let run: Run
    before(async () => {
      world = await startRecordedWorld({ perMinute: 100_000_000, ports: { clock: everLater() } })
      run = clientsOf(world)
    })
    after(() => world.stop())

    for (const each of captured.filter(({ name }) => !changing.includes(name)))
      it(`${each.line}, as ${each.who} (${each.name})`, async () => judge(each, await run(each)))
    for (const [command, outcome] of notCaptured)
      it(`${command.line}, as ${command.who}`, async () => demand(await run(command), outcome))
  })

  describe('an admin creates a datastore version, changes it and deletes it', () => {
    let world: World
    let run: Run
    let id: string
    before(async () => {
      world = await startRecordedWorld({ perMinute: 100_000_000 })
      run = clientsOf(world)
    })
    after(() => world.stop())
    const [create, set] = changing.map(name => captured.find(each => each.name === name)!)
    const list = 'openstack datastore version list mysql'
    const was = [mysqlVersion, '8.0', '8.0']

    it('demo may not', async () => {
      const refused = refuses('Failed to create datastore version 5.7: User does not have admin privileges. (HTTP 401)')
      demand(await run(asDemo(create!.line)), refused)
    })
    it(`${create!.line} (${create!.name})`, async () => {
      judge(create!, await run(create!))
      const { stdout, shown } = await run(asAdmin(`${list} -f json`))
      id = (stdout as { ID: string; Name: string }[]).find(({ Name }) => Name === '5.7')?.ID ?? ''
      assert.notEqual(id, '', shown)
      demand(await run(asDemo(list)), shows(versionHead, [id, '5.7', '5.7.29'], was))
    })
    it('the same again is refused', async () => {
      const refused =
        "Failed to create datastore version 5.7: The datastore version '5.7(5.7.29)' already exists. (HTTP 400)"
      demand(await run(create!), refuses(refused))
    })
    it('an unknown image is refused', async () => {
      const line = `openstack datastore version create 5.8 mysql mysql ${unknownId} --active`
      const refused = `Failed to create datastore version 5.8: Image ${unknownId} cannot be found. (HTTP 400)`
      demand(await run(asAdmin(line)), refuses(refused))
    })
    it(`${set!.line} (${set!.name})`, async () => {
      const line = set!.line.replace(/[0-9a-f-]{36}/, id)
      judge(set!, await run(asAdmin(line)))
      const [demoSees, adminSees] = await Promise.all([run(asDemo(list)), run(asAdmin(list))])
      demand(demoSees, shows(versionHead, was))
      demand(adminSees, shows(versionHead, [id, '5.7', '5.7.29'], was))
    })
    it('renamed, enabled and made the default', async () => {
      const line = `openstack datastore version set ${id} --version-name 5.7-lts --enable --default`
      demand(await run(asAdmin(line)), shows())
      const versions = [
        ['versions (id)', `5.7-lts (${id})`],
        ['', `8.0 (${mysqlVersion})`],
      ]
      const shown = [['Field', 'Value'], ['default_version', '5.7-lts'], ...mysqlShown.slice(2, 4), ...versions]
      const [datastore, version] = await Promise.all([
        run(asDemo('openstack datastore show mysql')),
        run(asAdmin('openstack datastore version show 5.7-lts --datastore mysql -f json')),
      ])
      demand(datastore, shows(...shown))
      demand(version, {
        exitCode: 0,
        stderr: [],
        stdout: {
          active: true,
          datastore: mysql,
          id,
          image,
          image_tags: [],
          name: '5.7-lts',
          packages: '',
          registry_ext: null,
          repl_strategy: null,
          version: '5.7.29',
        },
      })
    })
    it('deleted, and gone', async () => {
      demand(await run(asAdmin(`openstack datastore version delete ${id}`)), shows())
      demand(await run(asAdmin(list)), shows(versionHead, was))
    })
  })

  it('the table of allowed differences names captures only', () => {
    const names = captured.map(({ name }) => name)
    const unknown = [...Object.keys(allowedDifferences), ...changing].filter(name => !names.includes(name))
    assert.deepEqual(unknown, [])
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock openstack and trove commands; TROVE_TS_TEST_SYSTEM=1 runs them')
