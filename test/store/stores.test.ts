import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { DuplicateRow } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, eventOf, everything, later, metadataOf, noon, values, versionOf } from './rows.ts'

const atSecond = (second: number) => new Date(noon.getTime() + second * 1000)

for (const engine of engines) {
  describe(`the stores on ${engine.name}`, { concurrency: true }, () => {
    describe('datastores', () => {
      test('are found by name in any letter case, in every script', async t => {
        const { stores } = await freshDatabase(t, engine)
        for (const name of ['MySQL', 'Čača Größe', 'ΟΔΥΣΣΕΥΣ']) {
          const added = await addDatastore(stores, name)
          for (const typed of [name, name.toLowerCase(), name.replace('ß', 'SS').toUpperCase().replace('SS', 'ß')])
            assert.deepEqual(await stores.datastores.byName(typed), added, typed)
        }
        assert.equal(await stores.datastores.byName('mysq'), undefined)
        assert.equal(await stores.datastores.byName('mysql%'), undefined)
      })

      test('are listed by name ascending, in one order on every engine', async t => {
        const { stores } = await freshDatabase(t, engine)
        const names = ['cassandra', 'Couchbase', 'my-sql', 'my_sql', 'MySQL', 'mysql 8', 'redis', 'Žluť']
        for (const name of names.toReversed()) await addDatastore(stores, name)
        assert.deepEqual(
          (await stores.datastores.list()).map(datastore => datastore.name),
          names,
        )
      })

      test('keep the default version that is set, and lose it again', async t => {
        const { stores } = await freshDatabase(t, engine)
        const version = await addVersion(stores)
        const defaultVersionId = async () => (await stores.datastores.byId(version.datastoreId))?.defaultVersionId
        assert.equal(await defaultVersionId(), null)
        await stores.datastores.setDefaultVersion(version.datastoreId, version.id)
        assert.equal(await defaultVersionId(), version.id)
        await stores.datastores.setDefaultVersion(version.datastoreId, null)
        assert.equal(await defaultVersionId(), null)
      })

      test('with one name twice are a DuplicateRow', async t => {
        const { stores } = await freshDatabase(t, engine)
        await addDatastore(stores, 'mysql')
        await assert.rejects(addDatastore(stores, 'mysql'), DuplicateRow)
      })

      test('are gone when removed', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addDatastore(stores, 'mysql')
        await stores.datastores.remove(id)
        assert.equal(await stores.datastores.byId(id), undefined)
      })
    })

    describe('versions', () => {
      test('are read as they were written, and as they were changed', async t => {
        const { stores } = await freshDatabase(t, engine)
        const bare = await addVersion(stores, { manager: null })
        assert.deepEqual(await stores.versions.byId(bare.id), bare)
        const full = {
          ...bare,
          name: 'täglich',
          version: '8.4.1',
          manager: 'mysql',
          imageId: newId(),
          imageTags: ['trove', 'mysql'],
          packages: 'x'.repeat(511),
          active: false,
          registryExt: 'a=b',
          replStrategy: 'r',
        }
        await stores.versions.update(full)
        assert.deepEqual(await stores.versions.byId(bare.id), full)
      })

      test('are found by name in any letter case, by number ascending', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addDatastore(stores, 'mysql')
        const other = await addDatastore(stores, 'percona')
        for (const version of ['5.7.30', '5.7.29', '5.7.4'])
          await stores.versions.insert(versionOf(id, 'Stable-Ž', { version }))
        await stores.versions.insert(versionOf(id, 'stable'))
        await stores.versions.insert(versionOf(other.id, 'stable-ž'))
        const numbers = (await stores.versions.byName(id, 'sTABLE-ž')).map(version => version.version)
        assert.deepEqual(numbers, ['5.7.29', '5.7.30', '5.7.4'])
      })

      test('are listed by datastore, name and number, of one datastore or of all', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [first, second] = [await addDatastore(stores, 'zzz'), await addDatastore(stores, 'aaa')]
        const expected = [
          ...[versionOf(first.id, '5.7', { version: '5.7.29' }), versionOf(first.id, '5.7', { version: '5.7.30' })],
          ...[versionOf(first.id, 'Beta'), versionOf(first.id, 'gamma'), versionOf(second.id, '1')],
        ]
        for (const version of expected.toReversed()) await stores.versions.insert(version)
        assert.deepEqual(await stores.versions.list(), expected)
        assert.deepEqual(await stores.versions.list(first.id), expected.slice(0, 4))
        assert.deepEqual(await stores.versions.list(newId()), [])
      })

      test('with one datastore, name and number twice are a DuplicateRow, added or changed', async t => {
        const { stores } = await freshDatabase(t, engine)
        const first = await addVersion(stores)
        const twin = versionOf(first.datastoreId, first.name)
        await assert.rejects(stores.versions.insert(twin), DuplicateRow)
        await stores.versions.insert({ ...twin, name: 'other' })
        await assert.rejects(stores.versions.update(twin), DuplicateRow)
      })

      test('take their metadata with them when removed, but not their events', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [gone, kept] = [await addVersion(stores), await addVersion(stores)]
        for (const { id } of [gone, kept]) {
          await stores.metadata.insert([
            metadataOf(id, '1'),
            metadataOf(id, '2', { deleted: true, deletedAt: later }),
            metadataOf(id, 'lvm', { key: 'volume_type' }),
          ])
          await stores.events.append([eventOf(id, '1')])
        }
        await stores.versions.remove(gone.id)
        const left = async (id: string) =>
          values(await stores.metadata.list(id, ['flavor', 'volume_type'], { deletedToo: true }))
        assert.equal(await stores.versions.byId(gone.id), undefined)
        assert.deepEqual(await left(gone.id), [])
        assert.deepEqual(await left(kept.id), ['1', '2', 'lvm'])
        assert.deepEqual(values(await stores.events.list(gone.id, ['flavor'])), ['1'])
      })

      test('store their flag as the engine stores flags, and nothing else fits', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const raw = async (id: string) => {
          const { rows } = await sql<{
            active: unknown
          }>`select active from datastore_versions where id = ${id}`.execute(database.kysely)
          return rows[0]?.active
        }
        const version = await addVersion(stores, { active: true })
        assert.equal(await raw(version.id), engine.name === 'postgresql' ? true : 1)
        await stores.versions.update({ ...version, active: false })
        assert.equal(await raw(version.id), engine.name === 'postgresql' ? false : 0)
        await assert.rejects(sql`update datastore_versions set active = 2`.execute(database.kysely))
      })
    })

    describe('metadata', () => {
      test('is listed by version and key, live rows only, oldest first', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [version, other] = [await addVersion(stores), await addVersion(stores)]
        await stores.metadata.insert([
          metadataOf(version.id, 'third', { created: atSecond(3) }),
          metadataOf(version.id, 'first', { created: atSecond(1) }),
          metadataOf(version.id, 'deleted', { created: atSecond(2), deleted: true, deletedAt: later }),
          metadataOf(version.id, 'same second, a', { created: atSecond(4) }),
          metadataOf(version.id, 'same second, b', { created: atSecond(4) }),
          metadataOf(version.id, 'lvm', { key: 'volume_type' }),
          metadataOf(other.id, 'elsewhere'),
        ])
        const listed = async (keys: string[], options?: { deletedToo: boolean }) =>
          values(await stores.metadata.list(version.id, keys, options))
        const live = ['first', 'third', 'same second, a', 'same second, b']
        assert.deepEqual(await listed(['flavor']), live)
        assert.deepEqual(await listed(['flavor'], { deletedToo: false }), live)
        assert.deepEqual(await listed(['flavor'], { deletedToo: true }), live.toSpliced(1, 0, 'deleted'))
        assert.deepEqual(await listed(['volume_type']), ['lvm'])
        assert.deepEqual(await listed(['volume_type', 'flavor']), ['lvm', ...live])
        assert.deepEqual(await listed(['flavour']), [])
      })

      test('is read as it was written', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const texts = ["'", '"; --', '\\', '\\0', '%', 'ž', '漢字', 'שלום', 'a\tb\nc', ' ends in blanks  ', 'ﬀ\u0301']
        const rows = texts.map(text => metadataOf(id, text, { updatedAt: later, deletedAt: later }))
        await stores.metadata.insert(rows)
        assert.deepEqual(await stores.metadata.list(id, ['flavor']), rows)
      })

      test('that does not fit its column is an error and never cut short', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const before = await everything(database)
        if (engine.name === 'sqlite') {
          // Its columns have no width, so the whole text is kept; the operations alone keep an overlong one out.
          const row = metadataOf(id, 'm'.repeat(129))
          await stores.metadata.insert([row])
          return assert.deepEqual(await stores.metadata.list(id, ['flavor']), [row])
        }
        await assert.rejects(stores.metadata.insert([metadataOf(id, 'm'.repeat(129))]), /too long/i)
        assert.deepEqual(await everything(database), before)
      })

      test('stays as a row when it is soft-deleted', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const [row, other] = [metadataOf(id, '1'), metadataOf(id, '2')]
        await stores.metadata.insert([row, other])
        await stores.metadata.softDelete([row.id], later)
        assert.deepEqual(await stores.metadata.list(id, ['flavor']), [other])
        assert.deepEqual(await stores.metadata.list(id, ['flavor'], { deletedToo: true }), [
          { ...row, deleted: true, deletedAt: later },
          other,
        ])
      })

      test('that is revived is live again under the value given, with deleted_at cleared and updated_at set', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const row = metadataOf(id, 'M1.Small', { deleted: true, deletedAt: noon })
        const other = metadataOf(id, 'other', { deleted: true, deletedAt: noon })
        await stores.metadata.insert([row, other])
        await stores.metadata.revive(row.id, 'm1.small', later)
        assert.deepEqual(await stores.metadata.list(id, ['flavor'], { deletedToo: true }), [
          { ...row, value: 'm1.small', deleted: false, deletedAt: null, updatedAt: later },
          other,
        ])
      })

      test('is found for some versions, or for all, oldest first', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [one, two, three] = [await addVersion(stores), await addVersion(stores), await addVersion(stores)]
        const atSecond = (second: number) => ({ created: new Date(noon.getTime() + second * 1000) })
        await stores.metadata.insert([
          metadataOf(two.id, 'second', atSecond(2)),
          metadataOf(one.id, 'first', atSecond(1)),
          metadataOf(one.id, 'deleted', { ...atSecond(3), deleted: true, deletedAt: noon }),
          metadataOf(three.id, 'third', atSecond(4)),
          metadataOf(three.id, 'lvm', { ...atSecond(5), key: 'volume_type' }),
        ])
        const listed = async (...args: Parameters<typeof stores.metadata.listOf>) =>
          values(await stores.metadata.listOf(...args))
        assert.deepEqual(await listed([two.id, one.id], ['flavor']), ['first', 'second'])
        assert.deepEqual(await listed([one.id], ['flavor'], { deletedToo: true }), ['first', 'deleted'])
        assert.deepEqual(await listed(undefined, ['flavor', 'volume_type']), ['first', 'second', 'third', 'lvm'])
        assert.deepEqual(await listed([], ['flavor']), [])
      })

      test('is soft-deleted and revived many at a time, and nothing else is', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const rows = ['1', '2', '3'].map(value => metadataOf(id, value))
        await stores.metadata.insert(rows)
        const ids = rows.slice(0, 2).map(row => row.id)
        const all = () => stores.metadata.list(id, ['flavor'], { deletedToo: true })
        await stores.metadata.softDelete(ids, later)
        assert.deepEqual(await all(), [
          ...rows.slice(0, 2).map(row => ({ ...row, deleted: true, deletedAt: later })),
          rows[2],
        ])
        await stores.metadata.reviveAll(ids, later)
        assert.deepEqual(await all(), [...rows.slice(0, 2).map(row => ({ ...row, updatedAt: later })), rows[2]])
        await stores.metadata.softDelete([], later)
        await stores.metadata.reviveAll([], noon)
        assert.deepEqual(values(await stores.metadata.list(id, ['flavor'])), ['1', '2', '3'])
      })

      test('with one version, key and value twice is a DuplicateRow, even if one is deleted', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [version, other] = [await addVersion(stores), await addVersion(stores)]
        const row = metadataOf(version.id, '1')
        await stores.metadata.insert([row])
        await assert.rejects(stores.metadata.insert([metadataOf(version.id, '1')]), DuplicateRow)
        await stores.metadata.softDelete([row.id], later)
        await assert.rejects(stores.metadata.insert([metadataOf(version.id, '1')]), DuplicateRow)
        await stores.metadata.insert([metadataOf(version.id, '1', { key: 'volume_type' }), metadataOf(other.id, '1')])
      })

      test('that is revived as a value which another row has is a DuplicateRow', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const [row, other] = [metadataOf(id, '1', { deleted: true, deletedAt: noon }), metadataOf(id, '2')]
        await stores.metadata.insert([row, other])
        await assert.rejects(stores.metadata.revive(row.id, '2', later), DuplicateRow)
      })

      test('is added as a whole list or not at all', async t => {
        const { stores } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        await stores.metadata.insert([metadataOf(id, '2')])
        const list = ['1', '2', '3'].map(value => metadataOf(id, value))
        await assert.rejects(stores.metadata.insert(list), DuplicateRow)
        assert.deepEqual(values(await stores.metadata.list(id, ['flavor'])), ['2'])
        await stores.metadata.insert([])
      })

      test('of a version that does not exist is refused, and not as a DuplicateRow', async t => {
        const { stores } = await freshDatabase(t, engine)
        await assert.rejects(
          stores.metadata.insert([metadataOf(newId(), '1')]),
          error => error instanceof Error && !(error instanceof DuplicateRow) && /foreign key/i.test(error.message),
        )
      })
    })

    describe('events', () => {
      test('are read as they were written, newest first, by version and key', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [version, other] = [newId(), newId()]
        const events = [
          eventOf(version, '1'),
          eventOf(version, '1', { action: 'deleted', created: later, requestId: 'req-7' }),
          eventOf(version, 'vcpus>=2', { key: 'flavor_requirement', created: later }),
        ]
        await stores.events.append(events.slice(0, 2))
        await stores.events.append([])
        await stores.events.append([
          ...events.slice(2),
          eventOf(version, 'lvm', { key: 'volume_type' }),
          eventOf(other, '9'),
        ])
        const listed = await stores.events.list(version, ['flavor', 'flavor_requirement'])
        assert.deepEqual(listed, events.toReversed())
      })

      test('are read page by page, newest first, by version, datastore, time and author', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const [version, other] = [await addVersion(stores), await addVersion(stores)]
        const undo = { undoes: newId(), ownLevelBefore: null, valueBefore: 'false' } as const
        const events = [
          eventOf(version.id, '1', { datastoreId: version.datastoreId }),
          eventOf(other.id, '2', { datastoreId: other.datastoreId, actor: 'a-user', ...undo }),
          eventOf(version.id, '3', { datastoreId: version.datastoreId, created: later, ownLevelBefore: 'audit' }),
          { ...eventOf('', '4', { created: later }), versionId: null, datastoreId: version.datastoreId },
        ]
        await stores.events.append(events)
        const newest = events.toReversed()
        assert.deepEqual(await stores.events.page({}, undefined, 10), newest)
        assert.deepEqual(await stores.events.page({}, undefined, 2), newest.slice(0, 2))
        assert.deepEqual(await stores.events.page({}, newest[1]!.id, 2), newest.slice(2))
        assert.deepEqual(values(await stores.events.page({ versionId: version.id }, undefined, 10)), ['3', '1'])
        const ofDatastore = async () =>
          values(await stores.events.page({ datastoreId: version.datastoreId }, undefined, 10))
        assert.deepEqual(await ofDatastore(), ['4', '3', '1'])
        assert.deepEqual(values(await stores.events.page({ since: later }, undefined, 10)), ['4', '3'])
        assert.deepEqual(values(await stores.events.page({ actors: ['a-user', 'nobody'] }, undefined, 10)), ['2'])
        assert.deepEqual(await stores.events.byIds([events[0]!.id, events[1]!.id, 'none']), newest.slice(2))
        assert.deepEqual(await stores.events.byIds([]), [])

        // As an older release wrote them: the version says which datastore it is.
        const { kysely } = database
        await kysely
          .updateTable('trovets_policy_events')
          .set({ datastore_id: null })
          .where('datastore_version_id', '<>', '')
          .execute()
        assert.deepEqual(await ofDatastore(), ['4', '3', '1'])
      })

      test('are found that came after one, with its key, of its version or datastore', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [version, other] = [await addVersion(stores), await addVersion(stores)]
        const { datastoreId } = version
        const ofDatastore = (value: string) => ({ ...eventOf('', value), versionId: null, datastoreId })
        const events = [
          eventOf(version.id, '1'),
          eventOf(version.id, '2'),
          eventOf(version.id, '1', { action: 'deleted' }),
          eventOf(version.id, 'fast', { key: 'volume_type' }),
          eventOf(other.id, '1'),
          ofDatastore('8'),
          ofDatastore('9'),
        ]
        await stores.events.append(events)
        assert.deepEqual(values(await stores.events.after(events[0]!)), ['1', '2'])
        assert.deepEqual(values(await stores.events.after(events[0]!, '1')), ['1'])
        assert.deepEqual(values(await stores.events.after(events[2]!)), [])
        assert.deepEqual(values(await stores.events.after(events[5]!)), ['9'])
      })

      test('give the latest name of each flavor in each of these versions, exactly by its id', async t => {
        const { stores } = await freshDatabase(t, engine)
        const [version, second, other] = [newId(), newId(), newId()]
        const named = (versionId: string, id: string, flavorName?: string) =>
          eventOf(versionId, id, flavorName === undefined ? {} : { flavorName })
        await stores.events.append([
          named(version, 'a', 'old'),
          named(version, 'é', 'accented'),
          named(version, 'e', 'plain'),
          named(second, 'a', 'größe, 数据库'),
          named(version, 'a'),
          named(version, 'unnamed'),
          named(other, 'b', 'elsewhere'),
        ])
        const many = Array.from({ length: 600 }, (_, index) => `f${index}`)
        const names = await stores.events.flavorNames([version, second], [...many, 'a', 'e', 'E', 'unnamed', 'b'])
        assert.deepEqual(Object.fromEntries(names.get(version)!), { a: 'old', e: 'plain' })
        assert.deepEqual(Object.fromEntries(names.get(second)!), { a: 'größe, 数据库' })
        assert.deepEqual([...names.keys()].sort(), [version, second].sort())
        assert.equal((await stores.events.flavorNames([], ['a'])).size, 0)
        assert.equal((await stores.events.flavorNames([version], [])).size, 0)
      })
    })

    describe('instances', () => {
      test('are counted by flavor, deleted ones and other versions left out', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const [version, other] = [await addVersion(stores), await addVersion(stores)]
        const add = (flavorId: string, versionId: string, deleted: boolean) =>
          database.kysely
            .insertInto('instances')
            .values({
              id: newId(),
              flavor_id: flavorId,
              tenant_id: 'p',
              datastore_version_id: versionId,
              deleted: database.dialect.flag(deleted),
            })
            .execute()
        assert.deepEqual(await stores.instances.countByFlavor(version.id), new Map())
        for (const flavorId of ['1', '1', '2']) await add(flavorId, version.id, false)
        for (const flavorId of ['1', '3']) await add(flavorId, version.id, true)
        await add('1', other.id, false)
        const counts = await stores.instances.countByFlavor(version.id)
        assert.deepEqual(Object.fromEntries(counts), { 1: 2, 2: 1 })
      })

      test('give their names, of one project or of all, without the deleted ones', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const { id: versionId } = await addVersion(stores)
        const add = (id: string, name: string | null, project: string, deleted: boolean) =>
          database.kysely
            .insertInto('instances')
            .values({
              ...{ id, name, flavor_id: '1', tenant_id: project, datastore_version_id: versionId },
              deleted: database.dialect.flag(deleted),
            })
            .execute()
        await add('i-3', 'shop', 'p', false)
        await add('i-1', 'Shop', 'p', false)
        await add('i-2', 'shop', 'p', true)
        await add('i-4', 'shop', 'q', false)
        await add('i-5', null, 'q', false)
        const [one, two] = [
          { id: 'i-1', name: 'Shop' },
          { id: 'i-3', name: 'shop' },
        ]
        const ofQ = [
          { id: 'i-4', name: 'shop' },
          { id: 'i-5', name: '' },
        ]
        assert.deepEqual(await stores.instances.names('p', 10), [one, two])
        assert.deepEqual(await stores.instances.names('p', 1), [one])
        assert.deepEqual(await stores.instances.names(undefined, 10), [one, two, ...ofQ])
        assert.deepEqual(await stores.instances.names('nobody', 10), [])
      })

      test('and configurations use a version until they are deleted; instances even then, by their rows', async t => {
        const { stores, database } = await freshDatabase(t, engine)
        const { id } = await addVersion(stores)
        const [live, deleted] = [database.dialect.flag(false), database.dialect.flag(true)]
        const userOfVersion = () => stores.instances.userOfVersion(id)
        assert.equal(await userOfVersion(), undefined)
        await sql`insert into configurations (id, name, tenant_id, datastore_version_id, deleted)
          values (${newId()}, 'c', 'p', ${id}, ${live})`.execute(database.kysely)
        assert.equal(await userOfVersion(), 'configuration')
        await sql`insert into instances (id, flavor_id, datastore_version_id, deleted)
          values (${newId()}, '1', ${id}, ${live})`.execute(database.kysely)
        assert.equal(await userOfVersion(), 'instance')
        await sql`update instances set deleted = ${deleted}`.execute(database.kysely)
        assert.equal(await userOfVersion(), 'configuration')
        await sql`update configurations set deleted = ${deleted}`.execute(database.kysely)
        // The row of an instance that is gone still points at its version, and a foreign key holds it there.
        assert.equal(await userOfVersion(), 'deleted instance')
      })
    })
  })
}
