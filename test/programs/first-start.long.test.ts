import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeInstallation } from './installation.ts'

const { folder, run, start, stop, passwordOf, logIn, manage, remove } = makeInstallation()
after(remove)

test('passwords are stored as hashes only, and are in no log', async () => {
  const server = await start('hashed')
  const { password } = passwordOf('hashed', 'trove-demo')
  assert.equal((await logIn(server.url, 'hashed')).status, 201)
  await stop(server)
  assert.ok(!readFileSync(join(folder, 'hashed', 'identity.json'), 'utf8').includes(password))
  assert.ok(!`${server.said.out}${server.said.err}`.includes(password))
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
  for (let round = 0; round < 6; round++) {
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
