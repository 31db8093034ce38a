import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import type { EngineUnderTest } from '../engines/index.ts'
import { adminPassword, enginesOf, type Instance, openPlace } from './instance.ts'

const makeInstance = openPlace()
for (const engine of await enginesOf('mariadb', 'mysql')) {
  describe(`an instance of an earlier release, ${engine.title}`, () => secured(engine))
  describe(`the administrator’s password in ${engine.title}`, () => changedPassword(engine))
}

const ours = "os_admin@'127.0.0.1'"

/** The rights that POST /root granted in earlier releases. */
const formerRoot = [
  "create user root@'%' identified by 'r'",
  "grant all privileges on *.* to root@'%' with grant option",
]

/** Backdoors that such a root may have left. */
const backdoors = [
  ...["create user zoe@'%' identified by 'z'", "grant all on *.* to zoe@'%' with grant option"],
  ...["create user zoe@localhost identified by 'z'", 'grant super, file on *.* to zoe@localhost'],
  ...["create user ''@'%'", "grant all on mysql.* to ''@'%'"],
  ...["create user os_admin@'%' identified by 'o'", "grant all on *.* to os_admin@'%'"],
  ...['create role everything', 'grant all on *.* to everything', "grant everything to bob@'%'"],
  ...[
    "grant all on `%`.* to bob@'%'",
    "grant all on `m\\ysql`.* to bob@'%'",
    "grant select on mysql.global_priv to bob@'%'",
  ],
  ...[
    "insert into mysql.proxies_priv values ('%', 'bob', '127.0.0.1', 'os_admin', 0, '', now())",
    'grant all on `mysql%`.* to public',
  ],
  ...[
    "create user 'trove-ts killer'@'localhost' identified by 'k'",
    "grant all on *.* to 'trove-ts killer'@'localhost'",
  ],
  ...[
    "grant all on *.* to 'mariadb.sys'@localhost",
    "alter user 'mariadb.sys'@localhost identified by 'm' account unlock",
  ],
  `create definer = ${ours} procedure shop.rise() grant all on *.* to bob@'%'`,
  `create definer = ${ours} function shop.peek() returns text return (select max(priv) from mysql.global_priv)`,
  `create definer = ${ours} view shop.accounts as select * from mysql.global_priv`,
  `create definer = 'mariadb.sys'@localhost view sys.accounts as select * from mysql.global_priv`,
  `create definer = 'mariadb.sys'@localhost procedure sys.empty() delete from mysql.global_priv where user = 'bob'`,
  'create table shop.watched (n int)',
  `create definer = ${ours} trigger shop.t before insert on shop.watched for each row set new.n = length(shop.peek())`,
  `create definer = ${ours} event shop.e on schedule every 1 second do grant all on *.* to bob@'%'`,
  'create procedure mysql.kill_session(i int) select 1',
  "create server elsewhere foreign data wrapper mysql options (host '127.0.0.1', port 1)",
  "insert into mysql.func values ('sys_exec', 2, 'lib_mysqludf_sys.so', 'function')",
  "insert into mysql.plugin values ('connect', 'ha_connect.so')",
  `grant usage on *.* to ${ours} with max_user_connections 3`,
  'set global event_scheduler = on',
  'set global sql_select_limit = 1',
]

function secured(engine: EngineUnderTest) {
  let instance: Instance
  before(async () => {
    instance = await makeInstance(engine, { max_connections: '30', innodb_buffer_pool_size: '24M' })
    const contents = instance.server.contents!
    await contents.createDatabase({ name: 'shop' })
    for (const name of ['ann', 'bob']) await contents.createUser({ name, password: 'p', databases: ['shop'] })
    await instance.asks(
      ['ann', 'p', 'shop'],
      'create table kept as select 7 as n',
      'create procedure mine() select n from kept',
    )
    await instance.asAdministrator(...formerRoot)
    await instance.asks(['root', 'r'], ...backdoors)
  })
  after(() => instance.remove())

  test('gets the rights of a new one, although its root is connected and reverts every change at once', async () => {
    let isOver = false
    const fights = [0, 1, 2].map(async () => {
      while (!isOver) {
        const session = await instance.as('root', 'r').catch(() => undefined)
        try {
          for (; session && !isOver; ) {
            await session.ask("grant all on *.* to root@'%' with grant option")
            await session.ask("grant all on *.* to zoe@'%' with grant option")
          }
        } catch {
          await session!.end()
        }
      }
    })
    await instance.server.secure({ isNew: false }).finally(() => (isOver = true))
    await Promise.all(fights)
    const holders = await instance.asAdministrator(
      "select group_concat(distinct grantee order by grantee separator ' ') from information_schema.user_privileges where privilege_type <> 'USAGE'",
    )
    assert.equal(holders, "'os_admin'@'127.0.0.1' 'root'@'%' 'trove-ts killer'@'localhost'")
    const rootsRights = await instance.asAdministrator(
      "select group_concat(privilege_type order by privilege_type separator ', ') from information_schema.user_privileges where grantee = '''root''@''%'''",
    )
    assert.equal(rootsRights, 'PROCESS, SHOW DATABASES')
  })

  test('can be secured again', () => instance.server.secure({ isNew: false }))

  test('keeps the users, their data and their objects', async () => {
    assert.equal(await instance.asks(['ann', 'p', 'shop'], 'select n from kept'), 7)
    await instance.asks(['ann', 'p', 'shop'], 'call mine()')
    assert.deepEqual(
      (await instance.server.contents!.users()).map(({ name, databases }) => [name, databases]),
      [
        ['ann', ['shop']],
        ['bob', ['shop']],
        ['zoe', []],
      ],
    )
  })

  const waysBack: [who: [string, string], ...statements: string[]][] = [
    [['root', 'r'], 'select * from mysql.global_priv'],
    [['root', 'r'], "create user eve@'%'"],
    [['root', 'r'], "grant all on `%`.* to bob@'%'"],
    [['root', 'r'], 'set global general_log = 1'],
    [['root', 'r'], 'select * from sys.accounts'],
    [['root', 'r'], 'call sys.empty()'],
    [['root', 'r'], 'call shop.rise()'],
    [['zoe', 'z'], "grant all on *.* to zoe@'%'"],
    [['zoe', 'z'], 'select * from mysql.global_priv'],
    [['bob', 'p'], 'set role everything', 'select * from mysql.global_priv'],
    [['bob', 'p'], 'select * from mysql.global_priv'],
    [['bob', 'p'], 'create table mysql.x (n int)'],
    [['bob', 'p'], 'call shop.rise()'],
    [['bob', 'p'], 'select shop.peek()'],
    [['bob', 'p'], 'select * from shop.accounts'],
    [['bob', 'p'], 'insert into shop.watched values (1)'],
    [['bob', 'p'], "create definer = os_admin@'127.0.0.1' procedure shop.p() select 1"],
    [['ann', 'p'], 'select * from mysql.global_priv'],
  ]
  for (const [who, ...statements] of waysBack)
    test(`${who[0]} cannot regain rights with: ${statements.join('; ')}`, () =>
      assert.rejects(instance.asks(who, ...statements), /denied|you need|lack rights|doesn't exist|does not exist/))

  const removedAccounts: [string, string][] = [
    ['', ''],
    ['os_admin', 'o'],
    ['trove-ts killer', 'k'],
    ['mariadb.sys', 'm'],
    ['somebody', ''],
  ]
  for (const who of removedAccounts)
    test(`${who[0] || 'a user without a name'} cannot log in`, () =>
      assert.rejects(instance.as(...who), /denied|locked/))

  test('has no libraries, no definitions of other servers, and no objects that run as the service or the engine', async () => {
    for (const table of ['func', 'plugin', 'servers'])
      assert.equal(await instance.asAdministrator(`select count(*) from mysql.${table}`), 0)
    const kinds = [
      "routines where routine_schema not in ('sys', 'mysql') and",
      "views where table_schema not in ('sys', 'mysql') and",
      'triggers where',
      'events where',
    ]
    for (const each of kinds)
      assert.equal(
        await instance.asAdministrator(
          `select count(*) from information_schema.${each} (definer like 'os_admin@%' or definer like 'mariadb.sys@%')`,
        ),
        0,
      )
  })

  test('cannot be secured if the account of the service was changed, which is reported', async () => {
    const stranger = instance.serverWith('another')
    await assert.rejects(
      stranger.secure({ isNew: false }),
      error => error instanceof Fault && /was changed inside the instance/.test(error.message),
    )
  })
}

function changedPassword(engine: EngineUnderTest) {
  let instance: Instance
  before(async () => {
    instance = await makeInstance(engine)
  })
  after(() => instance.remove())

  test('is changed, and neither the old nor the new one is in a log', async () => {
    await instance.asAdministrator("set global log_output = 'TABLE'", 'set global general_log = 1')
    await instance.server.changePassword('a new one')
    await instance.asks(['os_admin', 'a new one'], 'set global general_log = 0')
    assert.equal(await instance.server.answers(), false)
    const server = instance.serverWith('a new one')
    assert.equal(await server.answers(), true)
    const log = String(
      await instance.asks(
        ['os_admin', 'a new one'],
        "select group_concat(argument separator '\n') from mysql.general_log where argument like 'alter user%'",
      ),
    )
    assert.match(log, /alter user os_admin/)
    for (const secret of ['a new one', adminPassword]) assert.ok(!log.includes(secret))
  })
}
