import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Fault } from '../../src/model/fault.ts'
import { associateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import type { FlavorSource } from '../../src/ports/flavor-source.ts'
import { readXml } from '../fixtures/read-xml.ts'
import { startTroveStandIn } from '../outside/trove.ts'
import { readSarif } from '../schemas/sarif.ts'
import { addDatastore, versionOf } from '../store/rows.ts'
import { startWorld, type World } from '../world.ts'

const actor = { id: 'cli:ada', requestId: null }
const flavors = `
flavors:
  - { id: "1", name: tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: "2", name: small, vcpus: 1, ram: 2048, disk: 1 }
  - { id: "3", name: off-the-list, vcpus: 1, ram: 2048, disk: 1 }
`

/** A gate in front of a Trove that answers what the test wants; version one allows the flavors 1 and 2. */
async function startGate() {
  const trove = await startTroveStandIn()
  const away: { because: Fault | undefined } = { because: undefined }
  let real: FlavorSource | undefined
  const world = await startWorld({
    flavors,
    conf: {
      DEFAULT: ['default_datastore = mysql'],
      trovets: [
        'rate_limits = false',
        `trove_endpoint = ${trove.url}`,
        'decision_callers = alt-user',
        'bypass_header = X-Bypass',
        'when_unavailable = refuse, resize:admit',
      ],
    },
    ports: {
      flavors: {
        list: async () => {
          if (away.because) throw away.because
          return real!.list()
        },
      },
    },
  })
  const { openSources } = await import('../../src/main/compose.ts')
  const { loadConfig } = await import('../../src/config/config.ts')
  real = openSources(loadConfig({ places: [{ file: world.configFile }] }, {}), () => {}).flavors
  const { stores } = world.ports
  const datastore = await addDatastore(stores, 'mysql')
  const version = async (name: string) => {
    const version = versionOf(datastore.id, name, { imageId: randomUUID() })
    await stores.versions.insert(version)
    return version.id
  }
  const [one, two] = [await version('one'), await version('two')]
  await associateFlavors(world.ports, actor, { versionId: one, flavorIds: ['1', '2'], check: true, force: true })
  return { trove, away, world, stores, one, two }
}

type Gate = Awaited<ReturnType<typeof startGate>>

describe('what the gate admits', () => {
  let gate: Gate
  let world: World
  before(async () => {
    gate = await startGate()
    world = gate.world
  })
  after(async () => {
    await world.stop()
    await gate.trove.stop()
  })
  beforeEach(async () => {
    gate.trove.received.length = 0
    gate.trove.answer.status = 202
    gate.away.because = undefined
    const { kysely } = world.database
    await kysely.deleteFrom('trovets_admissions').where('id', '<>', '(beginning)').execute()
    await kysely.deleteFrom('instances').execute()
  })

  const instance = async (flavorId: string, more: object = {}) => {
    const row = { id: randomUUID(), name: 'db', task_id: 1, server_status: 'ACTIVE', tenant_id: 'demo-project' }
    const rest = { deleted: 0, datastore_version_id: gate.one, volume_size: 1, flavor_id: flavorId }
    await world.database.kysely
      .insertInto('instances')
      .values({ ...row, ...rest, created: '2020-01-01 00:00:00', updated: '2026-11-23 12:00:00', ...more } as never)
      .execute()
    return row.id
  }
  const setInstance = (id: string, columns: object) =>
    world.database.kysely.updateTable('instances').set(columns).where('id', '=', id).execute()
  const call = async (
    person: string,
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ) => {
    const answer = await fetch(`${world.url}/v1.0/${world.projectOf(person)}${path}`, {
      method,
      headers: { 'x-auth-token': await world.tokenOf(person), 'content-type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text) }
  }
  const create = (flavorRef: string) => ({
    instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore: { type: 'mysql', version: 'one' } },
  })
  const resize = (id: string, flavorRef: string, person = 'demo', more: Record<string, string> = {}) =>
    call(person, 'POST', `/instances/${id}/action`, { resize: { flavorRef } }, more)
  const rows = () =>
    world.database.kysely
      .selectFrom('trovets_admissions')
      .selectAll()
      .where('id', '<>', '(beginning)')
      .orderBy('id')
      .execute()
  /** The client has its answer before the result is recorded. */
  const settled = async (isSettled: (rows: Awaited<ReturnType<typeof rowsNow>>) => boolean) => {
    for (let left = 200; left > 0; left--) {
      const now = await rowsNow()
      if (isSettled(now)) return now
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    throw new Error(`not settled: ${JSON.stringify(await rowsNow())}`)
  }
  const rowsNow = rows
  const findings = async () =>
    (await call('admin', 'GET', '/mgmt/flavor-compliance')).body.findings as {
      kind: string
      message: string
      next: string
      instance: { id: string } | null
      admission: Record<string, unknown> | null
      since: string | null
    }[]
  const kindsOf = async (id: string) =>
    (await findings()).filter(({ instance }) => instance?.id === id).map(({ kind }) => kind)

  test('a created instance has its id, Trove’s status, who and what', async () => {
    const { status } = await call('demo', 'POST', '/instances', create('2'))
    assert.equal(status, 202)
    const [row, ...more] = await settled(([row]) => row?.status === 202)
    assert.deepEqual(more, [])
    const { instance_id, operation, project_id, user_id, flavor_id, datastore_version_id, outcome, asked_by } = row!
    assert.deepEqual(
      [instance_id, operation, project_id, user_id, flavor_id, datastore_version_id, outcome, asked_by],
      ['made-by-trove', 'create', 'demo-project', 'demo-user', '2', gate.one, 'admitted', null],
    )
  })

  test('what Trove refuses is forgotten, and what it may have done is not', async () => {
    const id = await instance('1')
    gate.trove.answer.status = 400
    await resize(id, '2')
    await settled(rows => rows.length === 0)
    gate.trove.answer.status = 500
    await resize(id, '2')
    assert.equal((await settled(([row]) => row?.status === 500)).length, 1)
  })

  test('a refused request leaves nothing', async () => {
    assert.equal((await call('demo', 'POST', '/instances', create('3'))).status, 400)
    assert.deepEqual(await rows(), [])
  })

  test('a resize is known while it is made, after it failed and when it is done; more than that is a finding', async () => {
    const id = await instance('1')
    await resize(id, '2')
    await settled(([row]) => row?.status === 202)
    assert.deepEqual(await kindsOf(id), [])
    await setInstance(id, { flavor_id: '2' })
    assert.deepEqual(await kindsOf(id), [])
    await setInstance(id, { flavor_id: '3' })
    assert.deepEqual(await kindsOf(id), ['instance_admitted_elsewhere', 'changed_without_gate'])
    const finding = (await findings()).find(({ kind }) => kind === 'changed_without_gate')!
    assert.match(finding.message, /flavor off-the-list \(3\).*last admitted flavor 2/)
    assert.equal(finding.since, '2026-11-23T12:00:00')
    await setInstance(id, { flavor_id: '1' })
    await resize(id, '1')
    await settled(rows => rows.length === 1 && rows[0]!.status === 202 && rows[0]!.flavor_id === '1')
  })

  test('a resize and an upgrade that were allowed one by one are found together', async () => {
    const id = await instance('1', { created: '2026-11-23 12:00:00' })
    await resize(id, '2')
    await call('demo', 'PATCH', `/instances/${id}`, { instance: { datastore_version: 'two' } })
    await settled(rows => rows.length === 1 && rows[0]!.operation === 'upgrade' && rows[0]!.status === 202)
    await setInstance(id, { flavor_id: '2', datastore_version_id: gate.two })
    assert.deepEqual(await kindsOf(id), ['changed_without_gate'])
  })

  test('an instance that was created since the gate is there, but not through it, is a finding; older ones are not', async () => {
    await call('demo', 'POST', '/instances', create('2'))
    const old = await instance('2')
    const passed = await instance('2', { created: '2090-01-01 00:00:00' })
    assert.deepEqual(await kindsOf(old), [])
    assert.deepEqual(await kindsOf(passed), ['created_without_gate'])
    const finding = (await findings()).find(({ kind }) => kind === 'created_without_gate')!
    assert.equal(finding.since, '2090-01-01T00:00:00')
    const only = (await call('admin', 'GET', '/mgmt/flavor-compliance?kind=created_without_gate&limit=1')).body
    assert.equal(only.total, 1)
  })

  test('an instance whose admission has no answer is known by project, hardware and time', async () => {
    await call('demo', 'POST', '/instances', create('2'))
    await settled(([row]) => row?.status === 202)
    // As after kill -9 between Trove's answer and its recording.
    await world.database.kysely
      .updateTable('trovets_admissions')
      .set({ status: null, instance_id: null })
      .where('id', '<>', '(beginning)')
      .execute()
    const now = new Date().toISOString().slice(0, 19).replace('T', ' ')
    assert.deepEqual(await kindsOf(await instance('2', { created: now })), [])
    assert.deepEqual(await kindsOf(await instance('1', { created: now })), ['created_without_gate'])
    const elsewhere = await instance('2', { created: now, tenant_id: 'alt-project' })
    assert.deepEqual(await kindsOf(elsewhere), ['created_without_gate'])
  })

  test('what was admitted without a check is found as long as it stands', async () => {
    const id = await instance('1')
    gate.away.because = new Fault('Nova is unreachable.', { status: 503 })
    assert.equal((await resize(id, '3')).status, 202)
    const [row] = await settled(([row]) => row?.status === 202)
    assert.deepEqual(
      [row!.outcome, row!.flavor_id, row!.from_flavor_id, row!.user_id],
      ['unchecked', '3', '1', 'demo-user'],
    )
    gate.away.because = undefined
    await setInstance(id, { flavor_id: '3' })
    assert.deepEqual(await kindsOf(id), ['instance_admitted_elsewhere', 'admitted_unchecked'])
    await resize(id, '2')
    await settled(rows => rows.some(({ flavor_id, status }) => flavor_id === '2' && status === 202))
    await setInstance(id, { flavor_id: '2' })
    assert.deepEqual(await kindsOf(id), [])
  })

  test('a report keeps apart what is not as the gate admitted it, and each finding is valid SARIF and JUnit', async () => {
    const past = await instance('1', { created: '2090-01-01 00:00:00' })
    const unasked = await instance('1')
    gate.away.because = new Fault('Nova is unreachable.', { status: 503 })
    await resize(unasked, '3')
    await settled(([row]) => row?.status === 202)
    gate.away.because = undefined
    await setInstance(unasked, { flavor_id: '3' })
    const command = ['bin/trove-manage.js', '--config-file', world.configFile, 'flavor_compliance', '-f']
    const write = async (format: string) =>
      (await promisify(execFile)(process.execPath, [...command, format, '--exit-zero'])).stdout
    const { results } = readSarif(await write('sarif')).runs[0]!
    assert.deepEqual(
      results.map(({ ruleId, level, properties: { group, instance } }) => [ruleId, level, group, instance]),
      [
        ['instance_admitted_elsewhere', 'error', 'unasked', unasked],
        ['created_without_gate', 'error', 'past_gate', past],
        ['admitted_unchecked', 'warning', 'unasked', unasked],
      ],
    )
    const cases = readXml(await write('junit')).children[0]!.children
    assert.deepEqual(
      cases.map(({ attributes, children }) => [attributes.classname, children[0]!.name]),
      [
        ['unasked.instance_admitted_elsewhere', 'failure'],
        ['past_gate.created_without_gate', 'failure'],
        ['unasked.admitted_unchecked', 'skipped'],
      ],
    )
  })

  describe('with a reason to bypass a refusal', () => {
    const why = { 'x-bypass': 'ticket 4711' }

    test('an admin passes, and the table, the history, the metrics and the scan have it', async () => {
      const id = await instance('1', { tenant_id: 'admin-project' })
      const { status, text } = await resize(id, '3', 'admin', why)
      assert.equal(status, 202, text)
      assert.equal(gate.trove.received.length, 1)
      assert.ok(!gate.trove.received[0]!.rawHeaders.some(name => name.toLowerCase() === 'x-bypass'))
      const [row] = await settled(([row]) => row?.status === 202)
      assert.deepEqual([row!.outcome, row!.reason, row!.user_id], ['bypassed', 'ticket 4711', 'admin-user'])
      await setInstance(id, { flavor_id: '3' })
      const found = (await findings()).filter(({ instance }) => instance?.id === id)
      assert.deepEqual(
        found.map(({ kind }) => kind),
        ['instance_admitted_elsewhere', 'admitted_by_bypass'],
      )
      assert.match(found[1]!.message, /User admin-user bypassed .* 'ticket 4711'/)
      const { user_id, reason, operation } = found[1]!.admission!
      assert.deepEqual([user_id, reason, operation], ['admin-user', 'ticket 4711', 'resize'])
      const { events } = (await call('admin', 'GET', `/mgmt/datastore-versions/${gate.one}/flavor-events`)).body
      const { actor, action, key, value } = events[0]
      assert.deepEqual([actor, action, key, value], ['admin-user', 'bypassed', 'flavor', '3'])
      const metrics = await (await fetch(`${world.url}/metrics`)).text()
      assert.match(metrics, /decision_duration_seconds_count\{operation="resize",outcome="bypassed"\} 1/)
    })

    test('nobody else passes', async () => {
      assert.equal((await resize(await instance('1'), '3', 'demo', why)).status, 400)
      assert.deepEqual(await rows(), [])
    })

    test('an allowed request is an ordinary one', async () => {
      await resize(await instance('1', { tenant_id: 'admin-project' }), '2', 'admin', why)
      assert.equal((await settled(([row]) => row?.status === 202))[0]!.outcome, 'admitted')
    })

    test('an empty and a too long reason are refused', async () => {
      const id = await instance('1', { tenant_id: 'admin-project' })
      for (const [reason, words] of [
        ['', /Invalid reason for a bypass: it is empty/],
        ['x'.repeat(256), /Invalid reason for a bypass: it is longer than 255 characters/],
      ] as const) {
        const { status, text } = await resize(id, '3', 'admin', { 'x-bypass': reason })
        assert.equal(status, 400)
        assert.match(text, words)
      }
      assert.equal(gate.trove.received.length, 0)
    })

    test('what is unknown, ambiguous or unavailable stays refused', async () => {
      const unknown = { instance: { ...create('2').instance, datastore: { type: 'nosuch' } } }
      assert.notEqual((await call('admin', 'POST', '/instances', unknown, why)).status, 202)
      gate.away.because = new Fault('Nova is unreachable.', { status: 503 })
      assert.equal((await call('admin', 'POST', '/instances', create('2'), why)).status, 503)
    })
  })

  describe('for others', () => {
    const demo = { user_id: 'demo-user', project_id: 'demo-project', roles: ['member'] }
    const admin = { user_id: 'boss', project_id: 'demo-project', roles: ['admin'] }
    const ask = async (flavor: string, more: object) =>
      (
        await call('alt', 'POST', '/decisions', {
          method: 'POST',
          path: '/v1.0/demo-project/instances',
          content_type: 'application/json',
          body_base64: Buffer.from(JSON.stringify(create(flavor))).toString('base64'),
          ...more,
        })
      ).body
    const report = (person: string, id: string, result: object) =>
      call(person, 'POST', `/decisions/${id}/result`, result)

    test('the caller who asked reports the result, and nobody else', async () => {
      const { decision, decision_id, report_result } = await ask('2', { identity: demo })
      assert.deepEqual([decision, report_result], ['admit', true])
      const [open] = await rows()
      assert.deepEqual([open!.decision_id, open!.asked_by, open!.status], [decision_id, 'alt-user', null])
      const result = { status: 200, instance_id: 'i-1' }
      for (const [person, id] of [
        ['demo', decision_id],
        ['admin', decision_id],
        ['alt', 'dec-00000000-0000-7000-8000-000000000000'],
        ['alt', '(beginning)'],
      ])
        assert.equal((await report(person, id, result)).status, 404)
      assert.equal((await report('alt', decision_id, result)).status, 204)
      const [row] = await rows()
      assert.deepEqual([row!.status, row!.instance_id, row!.user_id], [200, 'i-1', 'demo-user'])
    })

    test('somebody who asks for themselves leaves nothing', async () => {
      const { decision, report_result } = (
        await call('demo', 'POST', '/decisions', {
          method: 'POST',
          path: '/v1.0/demo-project/instances',
          content_type: 'application/json',
          body_base64: Buffer.from(JSON.stringify(create('2'))).toString('base64'),
        })
      ).body
      assert.deepEqual([decision, report_result], ['admit', false])
      assert.deepEqual(await rows(), [])
    })

    test('an admin passes a refusal with a reason', async () => {
      const bypass_reason = 'ticket 4711'
      assert.equal((await ask('3', { identity: demo, bypass_reason })).decision, 'refuse')
      assert.equal((await ask('3', { identity: admin })).decision, 'refuse')
      assert.equal((await ask('3', { identity: admin, bypass_reason: '' })).status, 400)
      assert.equal((await ask('3', { identity: admin, bypass_reason })).decision, 'admit')
      assert.deepEqual(
        (await rows()).map(({ outcome, user_id }) => [outcome, user_id]),
        [['bypassed', 'boss']],
      )
    })
  })
})
