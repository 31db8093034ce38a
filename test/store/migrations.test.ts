import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { migrate, pendingMigrations, recreate } from '../../src/db/migrations/index.ts'
import { onlyWithEverything, runsEverything, several } from '../extent.ts'
import { type Engine, engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase, open } from './fresh-database.ts'
import { addInstance } from './instance-rows.ts'
import { eventOf } from './rows.ts'
import { parseCreateTables, showCreateTable, tableSchema, wholeSchema } from './schema.ts'
import { printedSeed } from './seed.ts'

const trove18 = readFileSync(join(import.meta.dirname, 'trove-18-schema.sql'), 'utf8')
const trovesTables = parseCreateTables(trove18)
/** Columns of datastore_versions that came to Trove after 18.0. */
const newerColumns = ['registry_ext', 'repl_strategy']

async function emptyDatabase(t: TestContext, engine: Engine) {
  const url = await engine.createDatabase()
  return { url, database: await open(t, url) }
}

/** The schema as one undisturbed run leaves it. */
const rightSchema = async (t: TestContext, engine: Engine) => wholeSchema((await freshDatabase(t, engine)).database)

/** A process that is about to migrate; what it says is awaited with `says`. */
function migrateProcess(t: TestContext, url: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'migrate-process.ts'), url], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint += text
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    kill: () => child.kill('SIGKILL'),
    exited: exited.then(([code, signal]) => ({ how: signal ?? code, complaint })),
    go: () => child.stdin.write('go\n'),
    async says(expected: string) {
      const { value } = await lines.next()
      assert.equal(value, expected, complaint)
    },
  }
}

for (const engine of engines) {
  describe(`the schema on ${engine.name}`, () => {
    test('is complete after one run on an empty database, and every further run does nothing', async t => {
      const { database } = await emptyDatabase(t, engine)
      const pending = await pendingMigrations(database)
      assert.equal(pending[0], '0001-datastores')
      assert.deepEqual(await migrate(database), pending)
      assert.deepEqual(await pendingMigrations(database), [])
      const schema = await wholeSchema(database)
      assert.deepEqual(schema.migrations, pending)
      assert.deepEqual(await migrate(database), [])
      assert.deepEqual(await wholeSchema(database), schema)
    })

    test("has Trove's columns in Trove's order and nullability, and Trove's keys", async t => {
      const { database } = await freshDatabase(t, engine)
      for (const expected of trovesTables) {
        const newer = expected.name === 'datastore_versions' ? newerColumns : []
        const columns = [...expected.columns, ...newer.map(name => ({ name, nullable: true }))]
        assert.deepEqual(await tableSchema(database, expected.name), { ...expected, columns })
      }
    })

    test('is right after several processes migrated at once, and each of them succeeded', async t => {
      const right = await rightSchema(t, engine)
      for (let round = 0; round < several(3, 1); round++) {
        const { url, database } = await emptyDatabase(t, engine)
        const racers = Array.from({ length: several(5, 2) }, () => migrateProcess(t, url))
        await Promise.all(racers.map(racer => racer.says('ready')))
        for (const racer of racers) racer.go()
        const ends = await Promise.all(racers.map(racer => racer.exited))
        assert.deepEqual(
          ends,
          racers.map(() => ({ how: 0, complaint: '' })),
        )
        assert.deepEqual(await wholeSchema(database), right)
      }
    })

    if (runsEverything) withManyProcesses(engine)
    else
      test('is right after db_sync several times at once, and after a run was killed', t =>
        t.diagnostic(onlyWithEverything))

    test('is new and empty after `recreate`, whatever was there', async t => {
      const { database } = await freshDatabase(t, engine)
      const right = await wholeSchema(database)
      await addRows(database)
      await sql`create table modules (id varchar(36) primary key, instance_id varchar(36) references instances (id))`.execute(
        database.kysely,
      )
      assert.deepEqual(await recreate(database), right.migrations)
      assert.deepEqual(await wholeSchema(database), right)
      const { rows } = await sql`select id from datastores union all select id from instances`.execute(database.kysely)
      assert.deepEqual(rows, [])
      // Foreign keys hold again.
      await addRows(database)
      await assert.rejects(sql`delete from datastores`.execute(database.kysely), /foreign key/i)
    })

    test('that has no tables of our own yet, as Trove leaves it, gets them and is otherwise left alone', async t => {
      const { database } = await freshDatabase(t, engine)
      const right = await wholeSchema(database)
      await addRows(database)
      for (const name of ['trovets_policy_events', 'trovets_migrations', 'trovets_migrations_lock'])
        await sql`drop table ${sql.table(name)}`.execute(database.kysely)
      assert.deepEqual(await migrate(database), right.migrations)
      assert.deepEqual(await wholeSchema(database), right)
      const datastores = await database.kysely.selectFrom('datastores').select('name').execute()
      assert.deepEqual(
        datastores.map(datastore => datastore.name),
        ['mysql'],
      )
    })

    test('gets a column that came later, and keeps the rows, even where a run was killed before it was written down', async t => {
      const { database, stores } = await freshDatabase(t, engine)
      const right = await tableSchema(database, 'trovets_instances')
      const { id } = await addInstance(stores)
      const later = [
        '0014-trovets-volume-type',
        '0015-trovets-isolation',
        '0016-trovets-wal-bytes',
        '0017-trovets-admissions',
        '0018-trovets-rules',
        '0019-trovets-event-levels',
        '0020-trovets-event-datastores',
        '0021-trovets-waivers',
        '0022-trovets-flavor-names',
        '0023-trovets-event-undo',
        '0024-trovets-version-indexes',
        '0025-trovets-work-indexes',
        '0026-trovets-event-indexes',
      ]
      const forget = () =>
        sql`delete from trovets_migrations where name >= '0014-trovets-volume-type'`.execute(database.kysely)
      for (const column of [
        'volume_type',
        'used_bytes',
        'used_at',
        'wal_bytes',
        'isolation',
        'secured',
        'next_admin_password',
      ])
        await sql`alter table trovets_instances drop column ${sql.ref(column)}`.execute(database.kysely)
      await forget()
      assert.deepEqual(await migrate(database), later)
      assert.deepEqual(await tableSchema(database, 'trovets_instances'), right)
      assert.equal((await stores.instances.byId(id))?.intent?.volumeType, null)
      await forget()
      assert.deepEqual(await migrate(database), later)
      assert.deepEqual(await tableSchema(database, 'trovets_instances'), right)
    })

    test('gets the names of flavors in events, keeps the events of the last release, and works for that release, too', async t => {
      const { database, stores } = await freshDatabase(t, engine)
      const right = await tableSchema(database, 'trovets_policy_events')
      const [version, before, beside] = [newId(), newId(), newId()]
      const later = [
        '0022-trovets-flavor-names',
        '0023-trovets-event-undo',
        '0024-trovets-version-indexes',
        '0025-trovets-work-indexes',
        '0026-trovets-event-indexes',
      ]
      for (const column of ['flavor_name', 'undoes', 'own_level_before', 'value_before'])
        await sql`alter table trovets_policy_events drop column ${sql.ref(column)}`.execute(database.kysely)
      for (const name of later) await sql`delete from trovets_migrations where name = ${name}`.execute(database.kysely)
      const asLastRelease = (id: string) =>
        database.kysely
          .insertInto('trovets_policy_events')
          .values({
            ...{ id, created: '2026-11-23 12:00:00', actor: 'cli:ada', datastore_version_id: version },
            ...{ action: 'added', key: 'flavor', value: '1' },
          } as never)
          .execute()
      await asLastRelease(before)
      assert.deepEqual(await migrate(database), later)
      assert.deepEqual(await tableSchema(database, 'trovets_policy_events'), right)
      await asLastRelease(beside)
      const named = eventOf(version, '1', { flavorName: 'db.small' })
      await stores.events.append([named])
      const events = await stores.events.list(version, ['flavor'])
      assert.deepEqual(
        events.map(({ id, flavorName }) => [id, flavorName]),
        [
          [named.id, 'db.small'],
          [beside, undefined],
          [before, undefined],
        ],
      )
    })

    test('that a newer program made is left as it is, aloud', async t => {
      const { database } = await freshDatabase(t, engine)
      await sql`insert into trovets_migrations values ('0999-from-the-future', '2036-01-01T00:00:00.000Z')`.execute(
        database.kysely,
      )
      const schema = await wholeSchema(database)
      const refused = /^Fault: The schema of .* could not be upgraded: .* 0999-from-the-future/
      await assert.rejects(migrate(database), refused)
      await assert.rejects(migrate(database), /This version of the program works on it without an upgrade\.$/)
      assert.deepEqual(await wholeSchema(database), schema)
      // Whoever goes back to an older version starts it on that: migrations only add.
      assert.deepEqual(await pendingMigrations(database), [])
      await sql`delete from trovets_migrations where name = '0015-trovets-isolation'`.execute(database.kysely)
      await assert.rejects(migrate(database), /Use the newer version\.$/)
    })
  })
}

function withManyProcesses(engine: Engine) {
  test('is right after five `trove-manage db_sync` at once', async t => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-ts-db-sync-'))
    t.after(() => rm(folder, { recursive: true }))
    const { url, database } = await emptyDatabase(t, engine)
    const config = join(folder, 'trove.conf')
    await writeFile(config, `[database]\nconnection = ${url}\n`)
    const manage = join(import.meta.dirname, '..', '..', 'bin', 'trove-manage.js')
    const dbSync = () => promisify(execFile)(process.execPath, [manage, '--config-file', config, 'db_sync'])
    await Promise.all(Array.from({ length: 5 }, dbSync))
    assert.deepEqual(await pendingMigrations(database), [])
    assert.deepEqual(await wholeSchema(database), await rightSchema(t, engine))
  })

  test('is right after a run was killed at any moment and then repeated', async t => {
    const right = await rightSchema(t, engine)
    const undisturbed = migrateProcess(t, (await emptyDatabase(t, engine)).url)
    await undisturbed.says('ready')
    undisturbed.go()
    await undisturbed.says('connected')
    const startedAtMs = performance.now()
    await undisturbed.says('migrated')
    const durationMs = performance.now() - startedAtMs
    const delays = fc.sample(fc.integer({ min: 0, max: 1000 }), { seed: printedSeed(t), numRuns: 12 })
    const rounds = await Promise.all(
      delays.map(async delay => {
        const { url, database } = await emptyDatabase(t, engine)
        const victim = migrateProcess(t, url)
        await victim.says('ready')
        return { delay, database, victim }
      }),
    )
    const leftOver: number[] = []
    for (const { delay, database, victim } of rounds) {
      victim.go()
      await victim.says('connected')
      await setTimeout((delay / 1000) * durationMs)
      victim.kill()
      await victim.exited
      leftOver.push((await pendingMigrations(database)).length)
      await migrate(database)
      assert.deepEqual(await wholeSchema(database), right, `killed after ${delay} ‰ of ${durationMs} ms`)
    }
    t.diagnostic(`a run takes ${Math.round(durationMs)} ms; migrations left over when it was killed: ${leftOver}`)
  })
}

/** A datastore, a version, and an instance that refers to itself. */
async function addRows({ kysely }: Database) {
  await sql`insert into datastores (id, name) values ('d', 'mysql')`.execute(kysely)
  const version = sql`insert into datastore_versions (id, datastore_id, name, version, active)`
  await sql`${version} values ('v', 'd', '8.4', '8.4', ${sql.lit(true)})`.execute(kysely)
  await sql`insert into instances (id, datastore_version_id, slave_of_id) values ('i', 'v', 'i')`.execute(kysely)
}

for (const engine of engines.filter(engine => engine.name === 'mysql')) {
  describe(`on Trove's own ${engine.name}`, () => {
    for (const { name } of trovesTables) {
      test(`${name} is Trove's table to the letter, but for newer columns, our index and the order of its plain indexes`, async t => {
        const { database } = await freshDatabase(t, engine)
        const lines = (await showCreateTable(database, name)).split('\n')
        const ours = lines.filter(line => !line.startsWith('  KEY `trovets_'))
        assert.equal(lines.length - ours.length, name === 'instances' ? 1 : 0)
        const isNewer = (line: string) =>
          name === 'datastore_versions' && newerColumns.some(column => line.startsWith(`  \`${column}\` `))
        assert.equal(ours.filter(isNewer).length, name === 'datastore_versions' ? newerColumns.length : 0)
        assert.deepEqual(
          indexesSorted(ours.filter(line => !isNewer(line))),
          indexesSorted(createStatement(name).split('\n')),
        )
      })
    }

    test('what Trove made stays as it is, and only our own tables are added', async t => {
      const { database } = await emptyDatabase(t, engine)
      for (const { name } of trovesTables) await sql`${sql.raw(createStatement(name))}`.execute(database.kysely)
      await sql`create table alembic_version (version_num varchar(32) not null primary key)`.execute(database.kysely)
      await sql`insert into datastores (id, name) values ('d', 'mysql')`.execute(database.kysely)
      await migrate(database)
      for (const { name } of trovesTables) assert.equal(await showCreateTable(database, name), createStatement(name))
      const { parts } = await wholeSchema(database)
      const ours = parts.filter(part => part.startsWith('CREATE TABLE `trovets_'))
      assert.equal(parts.length, trovesTables.length + 1 + ours.length)
      const { rows } = await sql`select name from datastores`.execute(database.kysely)
      assert.deepEqual(rows, [{ name: 'mysql' }])
    })

    test('a database of 4-byte characters gets the same tables', async t => {
      const { database } = await freshDatabase(t, engine)
      const wide = await open(t, await engine.createDatabase({ charset: 'utf8mb4' }))
      await migrate(wide)
      const right = await wholeSchema(database)
      const widened = right.parts.map(part => part.replace('utf8mb3 COLLATE=utf8mb3_', 'utf8mb4 COLLATE=utf8mb4_'))
      assert.deepEqual(await wholeSchema(wide), { ...right, parts: widened })
    })

    for (const charset of [
      'latin1',
      'latin2',
      'ascii',
      'cp1250',
      'cp1251',
      'latin7',
      'greek',
      'hebrew',
      'koi8r',
      'ucs2',
    ])
      test(`a database of ${charset} gets tables for every text, with transactions, whatever the server's own engine is`, async t => {
        const url = await engine.createDatabase({ charset })
        const earlier = await open(t, url)
        await sql`set global default_storage_engine = MyISAM`.execute(earlier.kysely)
        const database = await open(t, url)
        try {
          await migrate(database)
        } finally {
          await sql`set global default_storage_engine = InnoDB`.execute(earlier.kysely)
        }
        const { rows } = await sql<{ engine: string }>`
          select distinct engine as engine from information_schema.tables where table_schema = database()`.execute(
          database.kysely,
        )
        assert.deepEqual(rows, [{ engine: 'InnoDB' }])
        const name = 'Ж二é'
        await sql`insert into datastores (id, name) values ('d', ${name})`.execute(database.kysely)
        const found = await sql<{ name: string }>`select name from datastores`.execute(database.kysely)
        assert.deepEqual(found.rows, [{ name }])
      })

    test('a table without transactions is refused by name, with the way out', async t => {
      const { database } = await freshDatabase(t, engine)
      await sql`alter table trovets_policy_events engine = MyISAM`.execute(database.kysely)
      await assert.rejects(
        migrate(database),
        /have no transactions: trovets_policy_events \(MyISAM\)\. Convert each with ALTER TABLE name ENGINE=InnoDB/,
      )
      await sql`alter table trovets_policy_events engine = InnoDB`.execute(database.kysely)
      assert.deepEqual(await migrate(database), [])
    })
  })
}

/** Trove's migrations added some indexes after the keys that InnoDB makes for foreign keys; nothing depends on that. */
function indexesSorted(lines: readonly string[]) {
  const isIndex = (line: string) => line.startsWith('  KEY ')
  const first = lines.findIndex(isIndex)
  return first < 0 ? lines : lines.filter(line => !isIndex(line)).toSpliced(first, 0, ...lines.filter(isIndex).sort())
}

const createStatement = (table: string) => new RegExp(`CREATE TABLE \`${table}\` \\(.*?(?=;\\n)`, 's').exec(trove18)![0]
