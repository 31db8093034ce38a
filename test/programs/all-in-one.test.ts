import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { several } from '../extent.ts'
import { makeInstallation } from './installation.ts'

const { folder, run, start, stop, passwordOf, logIn, manage, remove } = makeInstallation()
after(remove)

test('a second service on the same folder is refused, names the first one, and changes nothing of it', async () => {
  const first = await start('held')
  const clouds = () => readFileSync(join(folder, 'held', 'clouds.yaml'), 'utf8')
  const before = clouds()
  await assert.rejects(start('held'), (error: Error) => {
    assert.match(error.message, /A trove-ts runs on \S+held already \(http:\/\/127\.0\.0\.1:\d+, pid \d+\)\./)
    assert.ok(error.message.includes(first.url))
    return true
  })
  assert.equal(clouds(), before)
  await stop(first, 'SIGKILL')
  await stop(await start('held'))
})

test('what is secret is readable by its owner only', async () => {
  const server = await start('private')
  await stop(server)
  const mode = (name: string) => statSync(join(folder, 'private', name)).mode & 0o777
  // What root starts runs as somebody else, who must pass through the folder, and may read nothing in it.
  assert.equal(mode('.'), process.getuid?.() === 0 ? 0o711 : 0o700)
  for (const entry of readdirSync(join(folder, 'private'), { withFileTypes: true }))
    if (entry.isFile()) assert.equal(mode(entry.name), 0o600, entry.name)
})

test('passwords are stored as hashes only, and are in no log', async () => {
  const server = await start('hashed')
  const { password } = passwordOf('hashed', 'trove-demo')
  assert.equal((await logIn(server.url, 'hashed')).status, 201)
  await stop(server)
  assert.ok(!readFileSync(join(folder, 'hashed', 'identity.json'), 'utf8').includes(password))
  assert.ok(!`${server.said.out}${server.said.err}`.includes(password))
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets running requests end, and exits with 0`, async () => {
    const server = await start(`drain-${signal}`)
    const logins = Array.from({ length: 20 }, () => logIn(server.url, `drain-${signal}`))
    await Promise.race(logins)
    const ended = stop(server, signal)
    const answers = await Promise.allSettled(logins)
    assert.equal(await ended, 0)
    // What the server had taken is answered; what still stood in the system's queue may be turned away.
    const answered = answers.filter(answer => answer.status === 'fulfilled').map(answer => answer.value.status)
    assert.ok(answered.length > 0 && answered.every(status => status === 201 || status === 503), String(answered))
    assert.ok(!server.said.err.includes('fault'), server.said.err)
  })
}

test('another start has the same users and what was changed, and seeds nothing again', async () => {
  const first = await start('again')
  const before = passwordOf('again', 'trove-demo')
  assert.equal((await manage('again', 'datastore_version_flavor_delete', 'postgresql', '18', '12')).code, 0)
  await stop(first)
  const second = await start('again')
  assert.equal(passwordOf('again', 'trove-demo').password, before.password)
  assert.equal((await logIn(second.url, 'again')).status, 201)
  const listed = await manage('again', 'datastore_version_flavor_list', 'postgresql', '18', '-f', 'value')
  assert.deepEqual(
    listed.out
      .trim()
      .split('\n')
      .map(line => line.split(' ')[0]),
    ['13', '14'],
  )
  await stop(second)
})

/** What answers like a database server of this kind; nobody asks it for more here. */
const pretenders: Readonly<Record<string, string>> = {
  mariadbd: 'mariadbd  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)',
  mysqld: 'mysqld  Ver 8.0.39 for Linux on x86_64 (MySQL Community Server - GPL)',
  'redis-server': 'Redis server v=7.0.15 sha=0',
  'valkey-server': 'Valkey server v=8.1.1 sha=0',
  postgres: 'postgres (PostgreSQL) 16.4',
}

test('a first start makes a datastore for each kind of engine it finds, restricted to what is large enough', async () => {
  const engines = join(folder, 'engines')
  mkdirSync(engines)
  for (const [name, says] of Object.entries(pretenders))
    writeFileSync(join(engines, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  const configFile = join(folder, 'engines.conf')
  writeFileSync(
    configFile,
    `[DEFAULT]\nbind_host = 127.0.0.1\n[database]\nconnection = sqlite:///${join(folder, 'seeded', 'trove.sqlite')}\n[trovets]\nengine_path = ${engines}\nflavors_file = ${join(folder, 'seeded', 'flavors.yaml')}\n`,
  )
  const server = await start('seeded', '--config-file', configFile)
  try {
    const manage = async (...args: string[]) => {
      const { said, ended } = run('trove-manage', ['--config-file', configFile, ...args])
      assert.equal(await ended, 0, said.err)
      return said.out
    }
    const versions = JSON.parse(await manage('datastore_version_list', '-f', 'json')) as Record<string, string>[]
    assert.deepEqual(
      versions.map(version =>
        [
          version.Datastore,
          version.Name,
          version.Version!.replace(/^18\.\d+$/, '18.x'),
          version.Manager,
          version.Default,
        ].join(' '),
      ),
      [
        'mariadb 10.11 10.11.6 mariadb true',
        'mysql 8.0 8.0.39 mysql true',
        'postgresql 18 18.x postgresql true',
        'postgresql 18-dev 18.x postgresql false',
        'redis 7 7.0.15 redis true',
        'valkey 8 8.1.1 redis true',
      ],
    )
    const flavors = await manage('datastore_version_flavor_list', 'mysql', '8.0', '-f', 'value')
    assert.deepEqual(
      flavors
        .trim()
        .split('\n')
        .map(line => line.split(' ')[1]),
      ['db.medium', 'm1.small', 'm1.medium'],
    )
  } finally {
    await stop(server)
  }
})

test('killed at any moment of its first start, the next one is whole', async () => {
  const seed = Math.floor(Math.random() * 1e6)
  console.log(`seed ${seed}`)
  for (let round = 0; round < several(6, 1); round++) {
    const dataDir = `killed-${round}`
    const cut = run('trove-all-in-one', ['--port', '0', '--data-dir', join(folder, dataDir)])
    await setTimeout(150 + ((seed * (round + 1)) % 700))
    cut.child.kill('SIGKILL')
    await cut.ended
    const server = await start(dataDir)
    assert.equal((await logIn(server.url, dataDir, 'trove-admin')).status, 201, `round ${round}`)
    const versions = await manage(dataDir, 'datastore_version_list', 'postgresql', '-f', 'value')
    assert.equal(versions.out.trim().split('\n').length, 2, `round ${round}: ${versions.out}${versions.err}`)
    const listed = await manage(dataDir, 'datastore_version_flavor_list', 'postgresql', '18', '-f', 'value')
    assert.equal(listed.out.trim().split('\n').length, 3, `round ${round}: ${listed.out}${listed.err}`)
    await stop(server)
  }
})

test('a port that is taken is a sentence and exit 1', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { said, ended } = run('trove-all-in-one', ['--port', String(port), '--data-dir', join(folder, 'taken')])
  assert.equal(await ended, 1)
  assert.match(
    said.err,
    new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken by another program\\. .*--port\\.$`, 'm'),
  )
  other.close()
})

const badLines: [args: string[], complaint: RegExp][] = [
  [['--port', 'many'], /whole number from 0 to 65535/],
  [['--port', '70000'], /whole number from 0 to 65535/],
  [['--nonsense'], /unknown option '--nonsense'/],
]

for (const [args, complaint] of badLines) {
  test(`'${args.join(' ')}' is a usage error, exit 2`, async () => {
    const { said, ended } = run('trove-all-in-one', args)
    assert.equal(await ended, 2)
    assert.match(said.err, complaint)
  })
}

test('trove-api serves what trove-manage has set up, and says what is missing when it has not', async () => {
  const server = await start('api')
  await stop(server)
  const data = ['--data-dir', join(folder, 'api')]
  const api = run('trove-api', ['--port', '0', ...data])
  while (!/ready at/.test(api.said.err)) await Promise.race([once(api.child.stderr!, 'data'), api.ended])
  const url = /ready at (http:\/\/[\d.:]+)/.exec(api.said.err)![1]!
  assert.equal(await (await fetch(`${url}/healthcheck`)).text(), 'OK')
  assert.equal(await stop(api), 0)

  const none = run('trove-api', ['--data-dir', join(folder, 'nothing-here')])
  assert.equal(await none.ended, 1)
  assert.match(none.said.err, /cannot be opened: there is no such file/)
})
