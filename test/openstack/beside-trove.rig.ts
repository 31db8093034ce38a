import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { withoutAlternatives } from '../recorded/alternatives.ts'
import { type Program, startProgram } from '../servers/deployment.ts'
import { bin } from './bin.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import { until } from './until.ts'

describe('beside a real Trove 18, on its database', () => {
  let rig: Rig
  let sql: Connection
  let ours: OurServer
  let version: string
  /** A worker of ours that idles on a copy of Trove's database. */
  let idle: { connection: string; before: unknown; worker: Program; untilMs: number } | undefined
  before(async () => {
    rig = await theRig()
    sql = await createConnection({ uri: rig.databases.trove.replace('mysql+pymysql', 'mysql'), charset: 'utf8' })
  })
  after(async () => {
    idle?.worker.child.kill('SIGKILL')
    await ours?.stop()
    await sql?.end()
  })

  /** Our trove-manage, on the very trove.conf that Trove runs with. */
  const manage = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      bin('trove-manage'),
      '--config-file',
      rig.trove.configFile,
      ...args,
    ])
    return stdout.trim()
  }

  const tables = async () => {
    const [rows] = await sql.query<RowDataPacket[]>('show tables')
    return rows.map(row => String(Object.values(row)[0]))
  }

  /** Every table of Trove's, as it is declared, with every row; in the rig's own database when it is left out. */
  async function trovesTables(connection = rig.databases.trove) {
    const database = new URL(connection).pathname.slice(1)
    const found: Record<string, unknown> = {}
    for (const table of (await tables()).filter(name => !name.startsWith('trovets_'))) {
      const [[declared]] = await sql.query<RowDataPacket[]>(`show create table ${database}.\`${table}\``)
      const [rows] = await sql.query<RowDataPacket[]>(`select * from ${database}.\`${table}\``)
      found[table] = { declared: declared!['Create Table'], rows: rows.map(row => JSON.stringify(row)).sort() }
    }
    return found
  }

  /** Asks Trove. */
  async function askTrove<T>(user: string, method: string, path: string, body?: object) {
    const { token, projectId } = await rig.client.login(user)
    const answer = await fetch(`${rig.trove.url}/v1.0/${projectId}${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, body: (await answer.json()) as T }
  }

  /** Without the address of who answers. */
  const same = (body: unknown) =>
    JSON.parse(JSON.stringify(body).replaceAll(/(?<=https?:\/\/)127\.0\.0\.1:\d+/g, 'HOST'))

  test('config_check finds nothing wrong with its trove.conf', async () => {
    assert.match(await manage('config_check'), /Tokens: keystone\. Flavors: nova\. Instances: trove\.$/)
  })

  test('db_sync adds tables of ours, and changes neither a table nor a row of Trove’s', async () => {
    const asTroveLeftThem = await trovesTables()
    assert.ok(Object.keys(asTroveLeftThem).length >= 29)
    await manage('db_sync')
    assert.deepEqual(await trovesTables(), asTroveLeftThem)
    assert.ok((await tables()).includes('trovets_policy_events'))
  })

  test('its catalogue is ours, word for word', async () => {
    ours = await startOurServer(rig)
    await untilItAnswers(ours)
    const { body } = await askTrove<{ datastores: { name: string; versions: { id: string }[] }[] }>(
      'alt_demo',
      'GET',
      '/datastores',
    )
    version = body.datastores.find(({ name }) => name === 'mysql')!.versions[0]!.id
    for (const path of [
      ...['/datastores/mysql', '/datastores/MySQL', '/datastores/nosuch', '/datastores/mysql/versions'],
      ...['/datastores/mysql/versions/8.0', `/datastores/mysql/versions/${version}`, `/datastores/versions/${version}`],
      ...['/datastores/mysql/versions/9.9', '/flavors', '/flavors/1', `/flavors/${rig.ids.flavors.highmem}`],
      ...['/flavors/999', `/datastores/mysql/versions/${version}/flavors`, '/instances', '/nosuch'],
    ]) {
      const theirs = await askTrove('alt_demo', 'GET', path)
      const own = withoutAlternatives(await ours.ask('alt_demo', 'GET', path), theirs)
      assert.deepEqual([path, own.status, same(own.body)], [path, theirs.status, same(theirs.body)])
    }
  })

  type Listed = { flavors: { str_id: string }[] }
  const path = () => `/datastores/mysql/versions/${version}/flavors`
  const listedByTrove = async () =>
    (await askTrove<Listed>('alt_demo', 'GET', path())).body.flavors.map(({ str_id }) => str_id)
  const listedByUs = async () => {
    const { status, body } = await ours.ask<Listed>('alt_demo', 'GET', path())
    assert.equal(status, 200, JSON.stringify(body))
    return body.flavors.map(({ str_id }) => str_id)
  }
  const instance = (name: string, flavorRef: string) => ({
    instance: { name, flavorRef, volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } },
  })
  type Refused = { badRequest: { message: string } }

  test('what its trove-manage associates is listed and enforced by us at once', async () => {
    const without = await listedByUs()
    const refuse = async () => {
      const refused = await ours.ask<Refused>('alt_demo', 'POST', '/instances', instance('a', '4'))
      assert.equal(refused.status, 400)
      const sentence = new RegExp(`^Flavor 4 is not supported for datastore version ${version}`)
      assert.match(refused.body.badRequest.message, sentence)
    }
    await refuse()
    assert.match(await rig.trove.manage('datastore_version_flavor_add', 'mysql', '8.0', '4'), /Added flavors '4'/)
    assert.deepEqual(await listedByUs(), [...without, '4'].sort())
    assert.equal((await ours.ask('alt_demo', 'POST', '/instances/dry-run', instance('a', '4'))).status, 200)
    assert.match(await rig.trove.manage('datastore_version_flavor_delete', 'mysql', '8.0', '4'), /Deleted flavor '4'/)
    assert.deepEqual(await listedByUs(), without)
    await refuse()
  })

  test('what ours associates is listed and enforced by Trove at once', async () => {
    const without = await listedByTrove()
    const refused = await askTrove<Refused>('alt_demo', 'POST', '/instances', instance('a', '5'))
    assert.deepEqual(
      [refused.status, refused.body.badRequest.message],
      [400, `Flavor 5 is not supported for datastore version ${version}`],
    )
    assert.match(await manage('datastore_version_flavor_add', 'mysql', '8.0', '5'), /Added flavors '5'/)
    assert.deepEqual(await listedByTrove(), [...without, '5'].sort())
    const made = await askTrove<{ instance: { id: string } }>(
      'alt_demo',
      'POST',
      '/instances',
      instance('of-trove', '5'),
    )
    assert.equal(made.status, 200, JSON.stringify(made.body))
    assert.match(await manage('datastore_version_flavor_delete', 'mysql', '8.0', '5'), /Deleted flavor '5'/)
    assert.equal((await askTrove('alt_demo', 'POST', '/instances', instance('b', '5'))).status, 400)
    // The same row comes to life again, whoever it was that ended it.
    assert.match(await rig.trove.manage('datastore_version_flavor_add', 'mysql', '8.0', '5'), /Added flavors '5'/)
    assert.match(await manage('datastore_version_flavor_delete', 'mysql', '8.0', '5'), /Deleted flavor '5'/)
    const [rows] = await sql.query<RowDataPacket[]>(
      "select deleted from datastore_version_metadata where value = '5' and datastore_version_id = ?",
      [version],
    )
    assert.equal(rows.length, 1)
  })

  type Judged = {
    instance: { flavor: { str_id: string }; volume: { type: string | null }; image: { id: string; name: string } }
  }
  const dryRun = <T = Judged>(user: string, more: object, datastore: object = { type: 'mysql', version: '8.0' }) =>
    ours.ask<T>(user, 'POST', '/instances/dry-run', {
      instance: { name: 'a', flavorRef: '2', volume: { size: 1 }, datastore, ...more },
    })

  test('a worker of ours can start beside them', async () => {
    // On a copy, so that the other tests can go on while it idles.
    const connection = await rig.database.copyDatabase!(rig.databases.trove)
    const before = await trovesTables(connection)
    const file = rig.trove.write('idle.conf', `[database]\nconnection = ${connection}\n`)
    const args = ['--config-file', rig.trove.configFile, '--config-file', file]
    const worker = await startProgram(bin('trove-taskmanager'), args, /trove-taskmanager is ready/)
    idle = { connection, before, worker, untilMs: performance.now() + 60_000 }
    assert.match(JSON.stringify(before), /of-trove/)
  })

  test('a dry run is judged with the image of Glance that Trove’s version names', async () => {
    const { status, body } = await dryRun('alt_demo', { nics: [{ 'net-id': rig.ids.image }] })
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual(body.instance.image, { id: rig.ids.image, name: 'rig-tiny' })
    assert.equal((await dryRun<Refused>('alt_demo', { flavorRef: '4' })).status, 400)
  })

  test('an image is found by tags as Trove finds it: the newest active one that has them all', async () => {
    const add = async (tags: string[], active: boolean) => {
      const { ask } = rig.client
      const image = { name: tags.join(), tags, visibility: 'public', disk_format: 'raw', container_format: 'bare' }
      const { id } = await ask<{ id: string }>('POST', `${rig.glance.url}/v2/images`, image)
      if (active) await ask('PUT', `${rig.glance.url}/v2/images/${id}/file`, new Uint8Array(1024))
      return id
    }
    const older = await add(['rig', 'my sql&'], true)
    // Glance keeps the time of a creation in whole seconds.
    await setTimeout(1100)
    const newer = await add(['my sql&', 'rig'], true)
    const [unready, other] = [await add(['rig', 'my sql&'], false), await add(['rig'], true)]
    try {
      await sql.query(
        "insert into datastore_versions (id, datastore_id, name, version, manager, image_id, image_tags, packages, active) select 'tagged', datastore_id, 'tagged', 'tagged', manager, '', 'rig,my sql&', '', 1 from datastore_versions where id = ?",
        [version],
      )
      const tagged = { type: 'mysql', version: 'tagged' }
      assert.equal((await dryRun('alt_demo', {}, tagged)).body.instance.image.id, newer)
      await rig.client.ask('DELETE', `${rig.glance.url}/v2/images/${newer}`)
      await until(async () => (await dryRun('alt_demo', {}, tagged)).body.instance.image.id === older)
      await rig.client.ask('DELETE', `${rig.glance.url}/v2/images/${older}`)
      await until(async () => (await dryRun('alt_demo', {}, tagged)).status === 400)
    } finally {
      await sql.query("delete from datastore_versions where id = 'tagged'")
      for (const id of [unready, other]) await rig.client.ask('DELETE', `${rig.glance.url}/v2/images/${id}`)
    }
  })

  type VolumeTypes = { volume_types: { id: string; name: string; is_public: boolean }[] }
  const volumeTypes = async (user: string) =>
    (await ours.ask<VolumeTypes>(user, 'GET', '/volume-types')).body.volume_types.map(({ name }) => name)

  test('volume types are Cinder’s, of several pages, and private ones are for the projects with access', async () => {
    assert.deepEqual(await volumeTypes('demo'), ['fast-ssd', 'lvmdriver-1'])
    assert.deepEqual(await volumeTypes('alt_demo'), ['db-private', 'fast-ssd', 'lvmdriver-1'])
    const path = `/datastores/mysql/versions/${version}/volume-types`
    const [theirs, own] = [
      await askTrove<VolumeTypes>('alt_demo', 'GET', path),
      await ours.ask<VolumeTypes>('alt_demo', 'GET', path),
    ]
    // Trove asks for the first page only.
    assert.ok(theirs.body.volume_types.length > 0)
    for (const type of theirs.body.volume_types)
      assert.deepEqual(
        own.body.volume_types.find(({ id }) => id === type.id),
        type,
      )
  })

  test('the volume types that ours associates are enforced by us and by Trove', async () => {
    assert.equal((await dryRun('alt_demo', {})).body.instance.volume.type, 'lvmdriver-1')
    await manage('datastore_version_volume_type_add', 'mysql', '8.0', 'fast-ssd,db-private')
    try {
      const of = (type: string) => ({ volume: { size: 1, type } })
      assert.equal((await dryRun('alt_demo', of('fast-ssd'))).body.instance.volume.type, 'fast-ssd')
      assert.equal((await dryRun('alt_demo', of('db-private'))).body.instance.volume.type, 'db-private')
      for (const more of [{}, of('lvmdriver-1')]) {
        const own = await dryRun<Refused>('alt_demo', more)
        const body = instance('of-trove-typed', '2')
        const theirs = await askTrove<Refused>('alt_demo', 'POST', '/instances', {
          instance: { ...body.instance, ...more },
        })
        assert.deepEqual([own.status, theirs.status], [400, 400], JSON.stringify([more, own.body, theirs.body]))
      }
    } finally {
      for (const type of ['fast-ssd', 'db-private'])
        await manage('datastore_version_volume_type_delete', 'mysql', '8.0', type, '--if-exists')
    }
  })

  test('a create is judged, then left to Trove, and changes no row', async () => {
    const before = await trovesTables()
    const create = (flavor: string) =>
      ours.ask<{ unprocessableEntity?: { message: string } }>(
        'alt_demo',
        'POST',
        '/instances',
        instance('ours', flavor),
      )
    assert.equal((await create('4')).status, 400)
    const { status, body } = await create('2')
    assert.equal(status, 422)
    assert.match(body.unprocessableEntity!.message, /^Instances are created by another Trove/)
    assert.deepEqual(await trovesTables(), before)
  })

  type Instances = { instances: { id: string; name: string }[] }
  const idOfTroves = async () => (await ours.ask<Instances>('alt_demo', 'GET', '/instances')).body.instances[0]!.id

  test('its instances are listed and shown by us word for word, but for what we say besides', async () => {
    const id = await idOfTroves()
    /** What is being done, the type of the volume, and that the flavor no longer meets the requirements. */
    const besides = (key: string, value: unknown) =>
      ['task_description', 'warnings'].includes(key) || (key === 'type' && value === 'standard') ? undefined : value
    for (const path of ['/instances', '/instances/detail', `/instances/${id}`]) {
      const theirs = await askTrove('alt_demo', 'GET', path)
      const own = await ours.ask('alt_demo', 'GET', path)
      assert.match(JSON.stringify(theirs.body), /of-trove/)
      assert.deepEqual(JSON.parse(JSON.stringify(same(own.body), besides)), same(theirs.body), path)
    }
  })

  test('they are scanned like ours', async () => {
    type Scan = { findings: { kind: string; instance: { id: string } | null; reasons: { code: string }[] }[] }
    const { body } = await ours.ask<Scan>('admin', 'GET', '/mgmt/flavor-compliance?datastore=mysql')
    const found = body.findings.filter(({ instance }) => instance !== null)
    assert.deepEqual(
      found.map(({ kind, instance, reasons }) => [kind, instance!.id, reasons.map(({ code }) => code)]),
      [['instance_admitted_elsewhere', await idOfTroves(), ['not_associated']]],
    )
  })

  test('and left alone: whatever is asked to be done to one is 422, and no row changes', async () => {
    const id = await idOfTroves()
    const before = await trovesTables()
    const one = `/instances/${id}`
    const changes: [user: string, method: string, path: string, body?: object][] = [
      ['alt_demo', 'PATCH', one, { instance: { name: 'ours' } }],
      ['alt_demo', 'PUT', one, { instance: { name: 'ours' } }],
      ['alt_demo', 'PATCH', one, { instance: { datastore_version: '8.0' } }],
      ['alt_demo', 'DELETE', one],
      ...[
        ...[{ restart: {} }, { resize: { flavorRef: '3' } }, { resize: { volume: { size: 2 } } }, { force_delete: {} }],
        ...[{ promote_to_replica_source: {} }, { eject_replica_source: {} }],
      ].map((action): [string, string, string, object] => ['alt_demo', 'POST', `${one}/action`, action]),
      ['admin', 'POST', `${one}/action`, { reset_status: {} }],
      ...[
        { reboot: {} },
        { stop: {} },
        { migrate: {} },
        { rebuild: { image_id: 'x' } },
        { 'reset-task-status': {} },
      ].map((action): [string, string, string, object] => ['admin', 'POST', `/mgmt${one}/action`, action]),
      ['alt_demo', 'POST', `${one}/root`],
      ['alt_demo', 'POST', `${one}/databases`, { databases: [{ name: 'a' }] }],
      ['alt_demo', 'DELETE', `${one}/databases/a`],
      ['alt_demo', 'POST', `${one}/users`, { users: [{ name: 'a', password: 'b' }] }],
      ['alt_demo', 'DELETE', `${one}/users/a`],
    ]
    for (const [user, method, path, body] of changes) {
      const refused = await ours.ask<{ unprocessableEntity?: { message: string } }>(user, method, path, body)
      const shown = `${method} ${path} ${JSON.stringify(body)}: ${refused.status} ${JSON.stringify(refused.body)}`
      assert.equal(refused.status, 422, shown)
      assert.match(refused.body.unprocessableEntity?.message ?? '', /managed by another Trove/, shown)
    }
    assert.deepEqual(await trovesTables(), before)
  })

  test('a worker of ours that idles beside them for a minute changes neither a table nor a row', async () => {
    const { untilMs, connection, before, worker } = idle!
    // Time passing is what is tried here; a worker looks for work every second.
    await setTimeout(Math.max(untilMs - performance.now(), 0))
    worker.child.kill('SIGTERM')
    await worker.ended
    idle = undefined
    assert.deepEqual(await trovesTables(connection), before)
  })

  test('we can leave: without our tables Trove goes on as before', async () => {
    await ours.stop()
    const before = await trovesTables()
    const own = (await tables()).filter(name => name.startsWith('trovets_'))
    assert.ok(own.length >= 4)
    await sql.query('set foreign_key_checks = 0')
    for (const table of own) await sql.query(`drop table \`${table}\``)
    assert.deepEqual(await trovesTables(), before)
    assert.match(await rig.trove.manage('datastore_version_flavor_add', 'mysql', '8.0', '1'), /Added flavors '1'/)
    assert.ok((await listedByTrove()).includes('1'))
    assert.match(await rig.trove.manage('datastore_version_flavor_delete', 'mysql', '8.0', '1'), /Deleted flavor '1'/)
  })

  test('and come back', async () => {
    const before = await trovesTables()
    await manage('db_sync')
    assert.deepEqual(await trovesTables(), before)
    ours = await startOurServer(rig)
    await untilItAnswers(ours)
    assert.deepEqual(await listedByUs(), await listedByTrove())
  })
})
