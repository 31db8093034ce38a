import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { EngineUnderTest } from '../engines/index.ts'
import { adminPassword, enginesOf, type Instance, openPlace } from './instance.ts'
import { redisClient } from './redis-client.ts'

const makeInstance = openPlace()
/** Blanks separate the words of a command. The last command must be refused. */
const attempts: readonly [title: string, ...commands: string[]][] = [
  ['create a user', 'ACL SETUSER eve on >e ~* +@all'],
  ['grant itself all rights', 'ACL SETUSER default +@all'],
  ['change the administrator', 'ACL SETUSER os_admin off'],
  ['drop the administrator', 'ACL DELUSER os_admin'],
  ['see the hashes of passwords', 'ACL LIST'],
  ['see the administrator', 'ACL GETUSER os_admin'],
  ['see failed logins', 'ACL LOG'],
  ['save the users', 'ACL SAVE'],
  ['reload the users', 'ACL LOAD'],
  ['change a setting', 'CONFIG SET maxmemory 0'],
  ['write its data elsewhere', 'CONFIG SET dir /tmp'],
  ['rename its data file', 'CONFIG SET dbfilename x.so'],
  ['save the settings', 'CONFIG REWRITE'],
  ['reset the statistics', 'CONFIG RESETSTAT'],
  ['load a module', 'MODULE LOAD /tmp/x.so'],
  ['load a module with settings', 'MODULE LOADEX /tmp/x.so'],
  ['list modules', 'MODULE LIST'],
  ['send keys elsewhere', 'MIGRATE 127.0.0.1 1 key 0 100'],
  ['send its data elsewhere', 'SYNC'],
  ['send its data elsewhere with a partial sync', 'PSYNC ? -1'],
  ['act as a replica', 'REPLCONF listening-port 1'],
  ['take its data from elsewhere', 'REPLICAOF 127.0.0.1 1'],
  ['take its data from elsewhere with the old command', 'SLAVEOF 127.0.0.1 1'],
  ['fail over to another server', 'FAILOVER'],
  ['join a cluster', 'CLUSTER MEET 127.0.0.1 1'],
  ['reset its cluster', 'CLUSTER RESET'],
  ['restore a key like a cluster node', 'RESTORE-ASKING key 0 x'],
  ['pause all clients', 'CLIENT PAUSE 100000 ALL'],
  ['unpause all clients', 'CLIENT UNPAUSE'],
  ['end a session of the service', 'CLIENT KILL USER os_admin'],
  ['end any session', 'CLIENT KILL TYPE normal'],
  ['unblock a session', 'CLIENT UNBLOCK 1'],
  ['exempt itself from client eviction', 'CLIENT NO-EVICT on'],
  ['stop the server', 'SHUTDOWN NOSAVE'],
  ['make the server sleep', 'DEBUG SLEEP 10'],
  ['crash the server', 'DEBUG SEGFAULT'],
  ['stop the server in a debugger', 'SCRIPT DEBUG SYNC'],
  ['block all clients while it saves', 'SAVE'],
  ['fork to save', 'BGSAVE'],
  ['fork to rewrite all data', 'BGREWRITEAOF'],
  ['use a debugging command of HyperLogLog', 'PFDEBUG TODENSE x'],
  ['see the hashes of passwords in a script', "EVAL return(redis.call('ACL','LIST')) 0"],
  ['send keys elsewhere in a script', "EVAL return(redis.call('MIGRATE','127.0.0.1','1','key','0','100')) 0"],
  ['change settings in a script', "EVAL return(redis.call('CONFIG','SET','dir','/tmp')) 0"],
  ['open a file in a script', "EVAL return(io.open('/etc/passwd')) 0"],
  ['run a program in a script', "EVAL return(os.execute('id')) 0"],
  ['load a library in a script', "EVAL return(package.loadlib('/lib/x.so','f')) 0"],
  ['load code in a script', "EVAL return(dofile('/etc/passwd')) 0"],
  ['change a setting in a transaction', 'MULTI', 'CONFIG SET dir /tmp'],
  ['become the administrator without a password', 'AUTH os_admin admin'],
]

/** Refusals of the server for lack of rights. */
const refusal =
  /^Error: (?:NOPERM|WRONGPASS|ERR (?:DEBUG|MODULE) command not allowed|ERR This Redis command is not allowed from script|ERR The user executing the script can't|ERR .*(?:attempt to index|attempt to call|Script attempted|NOPERM|nonexistent global))/

function guarantees(engine: EngineUnderTest) {
  let instance: Instance
  before(async () => {
    instance = await makeInstance(engine)
    await instance.server.enableRoot('r')
  })
  after(() => instance.remove())

  for (const [title, ...commands] of attempts)
    test(`root cannot ${title}`, async () => {
      const client = await redisClient(instance.address, 'r')
      try {
        const [last, ...first] = commands.map(each => each.split(' ')).reverse()
        for (const each of first.reverse()) await client.ask(...each)
        await assert.rejects(client.ask(...last!), refusal)
      } finally {
        client.end()
      }
    })

  test('a client without a password can only log in', async () => {
    const client = await redisClient(instance.address)
    for (const each of ['GET a', 'CONFIG GET dir', 'ACL WHOAMI', 'EVAL return(1) 0'])
      await assert.rejects(client.ask(...each.split(' ')), /NOAUTH/)
    client.end()
  })

  const allowedCommands = [
    ...['SET a 1', 'GET a', 'KEYS *', 'SORT nothing', 'DUMP a', 'FLUSHALL', 'SWAPDB 0 1', 'SELECT 3', 'INFO', 'DBSIZE'],
    ...['CLIENT LIST', 'CLIENT ID', 'CLIENT SETNAME shop', 'CLIENT TRACKING on', 'ACL WHOAMI', 'CONFIG GET maxmemory'],
    ...[
      'SLOWLOG GET',
      'SLOWLOG RESET',
      'LATENCY LATEST',
      'MEMORY USAGE a',
      'OBJECT HELP',
      'LASTSAVE',
      'ROLE',
      'WAIT 0 0',
    ],
    ...[
      'SCRIPT LOAD return(1)',
      'SCRIPT FLUSH',
      "EVAL return(redis.call('SET','b','2')) 1 b",
      'PUBLISH news now',
      'MULTI',
    ],
    ...['COMMAND COUNT', 'MONITOR'],
  ]
  for (const each of allowedCommands)
    test(`root can run ${each}`, async () => {
      const client = await redisClient(instance.address, 'r')
      await client.ask(...each.split(' '))
      client.end()
    })

  test('a dumped value is checked before it is restored', async () => {
    const client = await redisClient(instance.address, 'r')
    assert.deepEqual(await client.ask('CONFIG', 'GET', 'sanitize-dump-payload'), ['sanitize-dump-payload', 'yes'])
    await assert.rejects(client.ask('RESTORE', 'key', '0', 'garbage'), /DUMP payload/)
    client.end()
  })

  test('root cannot see passwords or hashes of the service, in MONITOR or elsewhere', async () => {
    const listener = await redisClient(instance.address, 'r')
    const after = await redisClient(instance.address, 'r')
    listener.send('MONITOR')
    await instance.server.enableRoot('r')
    await instance.server.changePassword('another one')
    await instance.serverWith('another one').changePassword(adminPassword)
    await after.ask('SET', 'the-end', '1')
    while (!listener.received().includes('the-end')) await new Promise(setImmediate)
    const log = JSON.stringify(await after.ask('SLOWLOG', 'GET', '128'))
    for (const text of [listener.received(), log, String(await after.ask('CLIENT', 'LIST'))]) {
      for (const secret of ['another one', adminPassword]) assert.ok(!text.includes(secret))
      assert.doesNotMatch(text, /[0-9a-f]{64}/)
    }
    for (const each of [listener, after]) each.end()
    assert.equal(await instance.server.answers(), true)
  })

  test('the slow log shows no passwords or hashes of the service', async () => {
    await instance.asAdministrator('CONFIG SET slowlog-log-slower-than 0')
    await instance.server.enableRoot('r')
    await instance.server.changePassword(adminPassword)
    const client = await redisClient(instance.address, 'r')
    const log = JSON.stringify(await client.ask('SLOWLOG', 'GET', '128'))
    assert.match(log, /SETUSER/)
    assert.ok(!/#[0-9a-f]{64}/.test(log) && !log.includes(adminPassword))
    client.end()
  })
}

for (const engine of await enginesOf('redis'))
  describe(`the protection inside ${engine.title}`, () => guarantees(engine))
