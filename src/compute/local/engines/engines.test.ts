import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { engineBenches } from '../../../../test/engines/index.ts'
import { Fault } from '../../../model/fault.ts'
import { engineImage, isAtLeast } from './engine-image.ts'
import { engines } from './engines.ts'

const imagesOf = (versionText: string) =>
  engines.flatMap(engine => {
    const recognised = engine.recognise(versionText)
    return recognised ? [engineImage(engine.manager, recognised)] : []
  })

const knownEngines: readonly [
  versionText: string,
  name: string,
  manager: string,
  datastore: string,
  version: string,
][] = [
  ['postgres (PostgreSQL) 18.4', 'PostgreSQL 18.4', 'postgresql', 'postgresql', '18'],
  ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', 'PostgreSQL 15.18', 'postgresql', 'postgresql', '15'],
  [
    'mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)',
    ...(['MariaDB 10.11.19', 'mariadb', 'mariadb', '10.11'] as const),
  ],
  [
    '/usr/sbin/mysqld  Ver 10.6.18-MariaDB-0ubuntu0.22.04.1 for debian-linux-gnu on x86_64 (Ubuntu 22.04)',
    ...(['MariaDB 10.6.18', 'mariadb', 'mariadb', '10.6'] as const),
  ],
  [
    '/opt/mysql/bin/mysqld  Ver 5.7.29 for Linux on x86_64 (MySQL Community Server (GPL))',
    ...(['MySQL 5.7.29', 'mysql', 'mysql', '5.7'] as const),
  ],
  [
    '/usr/sbin/mysqld  Ver 8.0.39-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))',
    ...(['MySQL 8.0.39', 'mysql', 'mysql', '8.0'] as const),
  ],
  ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 'Redis 7.0.15', 'redis', 'redis', '7'],
  ['Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 'Valkey 8.1.1', 'redis', 'valkey', '8'],
]

describe('a server is recognised by its version text, as exactly one engine', () => {
  for (const [versionText, name, manager, datastore, version] of knownEngines)
    test(name, () => {
      const images = imagesOf(versionText)
      assert.equal(images.length, 1)
      assert.deepEqual(
        [images[0]!.name, images[0]!.manager, images[0]!.suggests],
        [name, manager, { datastore, version }],
      )
    })
})

const ignored: readonly [why: string, versionText: string][] = [
  ['too old', 'postgres (PostgreSQL) 14.12'],
  ['too old', 'mysqld  Ver 10.3.39-MariaDB-0+deb10u2 for debian-linux-gnu on x86_64 (Debian 10)'],
  ['too old', 'mysqld  Ver 5.6.51 for Linux on x86_64 (MySQL Community Server (GPL))'],
  ['too old', 'Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64'],
  ['another engine', 'mysqld  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28, Revision 47601f19)'],
  ['a client', 'psql (PostgreSQL) 18.4'],
  ['a client', 'redis-cli 7.0.15'],
  ['no text', ''],
]
describe('a program that is not a supported engine is ignored', () => {
  for (const [why, versionText] of ignored)
    test(`${why}: ${versionText}`, () => assert.deepEqual(imagesOf(versionText), []))
})

test('an image keeps its id after a minor update, and every series of every engine has its own id', () => {
  const id = (engine: string, version: string, series: string) =>
    engineImage('m', { engine, label: 'E', version, series }).id
  // These ids are stored in databases of users, so they must not change.
  assert.equal(id('postgresql', '18.4', '18'), '2db228ba-a628-89cf-a9e5-4a088ef27686')
  assert.equal(id('mariadb', '10.11.19', '10.11'), 'efa00156-7f99-8306-ae43-aea4f284d374')
  assert.equal(id('redis', '7.0.15', '7'), '4ea22bbb-9d88-8515-ae97-1796876e7699')
  assert.equal(id('redis', '7.4.1', '7'), '4ea22bbb-9d88-8515-ae97-1796876e7699')
  assert.notEqual(id('valkey', '7.2.5', '7'), id('redis', '7.2.5', '7'))
})

test('versions are compared number by number', () => {
  assert.ok(isAtLeast('10.11.2', '10.4') && isAtLeast('18', '15') && isAtLeast('6.2', '6.2') && isAtLeast('8.0.1', '8'))
  assert.ok(!isAtLeast('10.3.39', '10.4') && !isAtLeast('6.0.16', '6.2') && !isAtLeast('6', '6.2'))
})

test('every engine has its own manager', () => {
  assert.equal(new Set(engines.map(({ manager }) => manager)).size, engines.length)
})

test('every engine that can be recognised has a bench for the contract tests', () =>
  assert.deepEqual(
    [...new Set(knownEngines.map(([, , , datastore]) => datastore))].sort(),
    engineBenches.map(({ engine }) => engine).sort(),
  ))

const failures: readonly [manager: string, log: string, reason: string | RegExp][] = [
  [
    'mariadb',
    "2026-11-24 20:31:00 0 [Note] Starting MariaDB\n2026-11-24 20:31:00 0 [ERROR] /usr/sbin/mariadbd: unknown variable 'no_such=1'\n2026-11-24 20:31:00 0 [ERROR] Aborting\n",
    "unknown variable 'no_such=1'",
  ],
  [
    'mysql',
    "2026-11-24T20:31:00.1Z 0 [ERROR] [MY-010259] [Server] Can't open file /srv/x/data/ibdata1: Permission denied\n2026-11-24T20:31:00.1Z 0 [ERROR] [MY-010119] [Server] Aborting\n",
    "Can't open file ibdata1: Permission denied",
  ],
  [
    'redis',
    "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 2\n>>> 'maxclients \"many\"'\nargument couldn't be parsed into an integer\n",
    'maxclients "many": argument couldn\'t be parsed into an integer',
  ],
  [
    'redis',
    '7:C 24 Nov 2026 20:31:04.296 # Configuration loaded\n7:M 24 Nov 2026 20:31:04.297 # Failed to open the file /srv/x/users.acl\n',
    'Failed to open the file users.acl',
  ],
  ['redis', 'Illegal instruction\n', 'Illegal instruction'],
]
describe('the reason why a server did not start is reported without paths', () => {
  for (const [manager, log, reason] of failures)
    test(`${manager}: ${reason}`, () =>
      assert.equal(engines.find(engine => engine.manager === manager)!.failureReason(log), reason))
})

describe('engine settings are read back as they were written', () => {
  const difficult = { a: 'plain', b: '', c: `it's "100%" \\ # ; ä\t`, d: ' blanks ' }
  for (const { manager, settingsText, settingsOf } of engines)
    test(manager, () => {
      assert.deepEqual(settingsOf(settingsText(difficult)), difficult)
      assert.throws(() => settingsText({ 'a b\nc': '1' }), Fault)
    })
})
