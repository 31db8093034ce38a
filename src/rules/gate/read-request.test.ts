import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gateOperations } from '../../model/gate-operation.ts'
import type { AskedHardware } from './asked-hardware.ts'
import { needsBody, readRequest } from './read-request.ts'

const none = { type: undefined, version: undefined, versionNumber: undefined }
const bare = { volume: undefined, region: undefined }

function read(line: string, body: unknown) {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const bytes = new TextEncoder().encode(text)
  return readRequest({ method, path, query, contentType: 'application/json', contentEncoding: undefined, body: bytes })
}

/** What is asked, the code of the refusal, or `passes`. */
function outcome(line: string, body: unknown): AskedHardware | string {
  const reading = read(line, body)
  if (reading.kind === 'asks') return reading.ask
  return reading.kind === 'ambiguous' ? reading.refused.code : reading.kind
}

type Row = readonly [line: string, body: unknown, outcome: AskedHardware | string]
const check = (rows: readonly Row[]) => {
  for (const [line, body, expected] of rows)
    test(`${line} ${JSON.stringify(body)}`.slice(0, 200), () => assert.deepEqual(outcome(line, body), expected))
}

const creates = 'POST /v1.0/p/instances'
const create = (instance: object) => ({ instance: { name: 'a', ...instance } })
const asksCreate = (values: object): AskedHardware => ({
  operation: 'create',
  flavor: '7',
  ...bare,
  datastore: none,
  ...values,
})

describe('create', () => {
  check([
    [creates, create({ flavorRef: '7' }), asksCreate({})],
    [creates, create({ flavorRef: 7 }), asksCreate({})],
    [creates, create({ flavorRef: 'https://nova:8774/v2.1/p/flavors/7' }), asksCreate({})],
    [creates, create({ flavorRef: 'http://[::1]/flavors/7?a=b' }), asksCreate({})],
    [creates, create({ flavorRef: 'm1 small' }), asksCreate({ flavor: 'm1 small' })],
    [creates, create({}), asksCreate({ flavor: 'None' })],
    [creates, create({ flavorRef: null }), asksCreate({ flavor: 'None' })],
    ['POST /v1.0/p/mgmt/instances', create({ flavorRef: 7 }), asksCreate({})],
    [
      creates,
      create({ flavorRef: 7, datastore: { type: 'mysql', version: '8.0', version_number: '8.0.3' } }),
      asksCreate({ datastore: { type: 'mysql', version: '8.0', versionNumber: '8.0.3' } }),
    ],
    [creates, create({ flavorRef: 7, datastore: { type: '' } }), asksCreate({})],
    [creates, create({ flavorRef: 7, datastore: null }), asksCreate({})],
    [
      creates,
      create({ flavorRef: 7, volume: { size: '05', type: 'fast' } }),
      asksCreate({ volume: { sizeGb: 5, type: 'fast' } }),
    ],
    [
      creates,
      create({ flavorRef: 7, volume: { size: 5, type: null } }),
      asksCreate({ volume: { sizeGb: 5, type: undefined } }),
    ],
    [creates, create({ flavorRef: 7, volume: {}, replica_of: '', slave_of: null }), asksCreate({})],
    [creates, create({ flavorRef: 7, region_name: 'two' }), asksCreate({ region: 'two' })],
    [creates, create({ flavorRef: 7, replica_of: [], nics: [{ 'net-id': 'n' }] }), asksCreate({})],
    // what Trove could understand differently
    [creates, create({ flavorRef: true }), 'value_unclear'],
    [creates, create({ flavorRef: ['7'] }), 'value_unclear'],
    [creates, create({ flavorRef: '' }), 'value_unclear'],
    [creates, create({ flavorRef: ' 7' }), 'value_unclear'],
    [creates, create({ flavorRef: '7\n' }), 'value_unclear'],
    [creates, create({ flavorRef: 'a/7' }), 'value_unclear'],
    [creates, create({ flavorRef: '7?x' }), 'value_unclear'],
    [creates, create({ flavorRef: '7#x' }), 'value_unclear'],
    [creates, create({ flavorRef: 'x:7' }), 'value_unclear'],
    [creates, create({ flavorRef: 'http://nova/flavors/7/' }), 'value_unclear'],
    [creates, create({ flavorRef: 'http://nova/flavors/%37' }), 'value_unclear'],
    [creates, create({ flavorRef: 'http://nova/flavors/7#x' }), 'value_unclear'],
    [creates, create({ flavorRef: 'http://nova' }), 'value_unclear'],
    [creates, '{"instance":{"flavorRef":7.0}}', 'number_unclear'],
    [creates, '{"instance":{"flavorRef":7,"flavorRef":8}}', 'key_repeated'],
    [creates, '{"instance":{"flavorRef":7},"instance":{"flavorRef":8}}', 'key_repeated'],
    [creates, create({ flavorRef: 7, datastore: 'mysql' }), 'value_unclear'],
    [creates, create({ flavorRef: 7, datastore: { type: 'mysql ' } }), 'value_unclear'],
    [creates, create({ flavorRef: 7, datastore: { type: 'my\u200bsql' } }), 'value_unclear'],
    [creates, create({ flavorRef: 7, datastore: { version: 8 } }), 'value_unclear'],
    [creates, create({ flavorRef: 7, datastore: { version: '8', return_inactive: true } }), 'key_unclear'],
    [creates, create({ flavorRef: 7, volume: 5 }), 'value_unclear'],
    [creates, create({ flavorRef: 7, volume: { size: ' 5' } }), 'value_unclear'],
    [creates, create({ flavorRef: 7, volume: { size: 5, type: ['fast'] } }), 'value_unclear'],
    [creates, create({ flavorRef: 7, slave_of: 'i' }), 'key_unclear'],
    // what Trove refuses in any case
    ...[{}, [], null, 'instance', 1, { instance: null }, { instance: [] }, { instance: 'x' }, { other: {} }].map(
      body => [creates, body, 'passes'] as const,
    ),
    [creates, '', 'passes'],
    [creates, '{"instance": {', 'passes'],
  ])
})

describe('replica', () => {
  const replica = (values: object): AskedHardware => ({
    operation: 'replica',
    sourceId: 'i-1',
    count: 1,
    region: undefined,
    ...values,
  })
  check([
    [creates, create({ replica_of: 'i-1' }), replica({})],
    [creates, create({ replica_of: 'i-1', replica_count: 3, region_name: 'r' }), replica({ count: 3, region: 'r' })],
    [creates, create({ replica_of: 'i-1', replica_count: null }), replica({})],
    [creates, create({ replica_of: 'i-1', flavorRef: '', datastore: {}, volume: null }), replica({})],
    [creates, create({ replica_of: 'i-1', replica_count: true }), 'value_unclear'],
    [creates, create({ replica_of: 'i-1 ' }), 'value_unclear'],
    [creates, create({ replica_of: 1 }), 'value_unclear'],
    [creates, create({ replica_of: { id: 'i-1' } }), 'value_unclear'],
    [creates, create({ replica_of: 'i-1', slave_of: 'i-2' }), 'key_unclear'],
    [creates, create({ replica_of: 'i-1', restorePoint: { backupRef: 'b' } }), 'replica_argument'],
    [creates, create({ replica_of: 'i-1', datastore: { type: 'mysql' } }), 'replica_argument'],
    [creates, create({ replica_of: 'i-1', volume: { size: 1 } }), 'replica_argument'],
  ])

  test('a flavor is refused in Trove’s words', () => {
    const reading = read(creates, create({ replica_of: 'i-1', flavorRef: 7 }))
    assert.ok(reading.kind === 'ambiguous')
    assert.equal(reading.refused.message, 'Cannot specify flavor when creating replicas.')
  })
})

describe('restore', () => {
  const restore = (restorePoint: unknown) => create({ flavorRef: 7, restorePoint })
  const asked: AskedHardware = { operation: 'restore', backupId: 'b-1', flavor: '7', ...bare, datastore: none }
  check([
    [creates, restore({ backupRef: 'b-1' }), asked],
    [creates, restore({ backupRef: 'http://trove/v1.0/p/backups/b-1' }), asked],
    [creates, restore(null), 'value_unclear'],
    [creates, restore({}), 'value_unclear'],
    [creates, restore({ backupRef: ['b-1'] }), 'value_unclear'],
    [creates, restore('b-1'), 'value_unclear'],
  ])
})

describe('resize', () => {
  const action = 'POST /v1.0/p/instances/i/action'
  const grown = (sizeGb: number | undefined): AskedHardware => ({ operation: 'grow_volume', instanceId: 'i', sizeGb })
  const resized = (flavor: string): AskedHardware => ({ operation: 'resize', instanceId: 'i', flavor })
  check([
    [action, { resize: { flavorRef: 7 } }, resized('7')],
    [action, { resize: { flavorRef: 'http://nova/flavors/7' } }, resized('7')],
    [action, { resize: { flavorRef: null } }, resized('None')],
    [action, { resize: { flavorRef: '7', other: 1 } }, resized('7')],
    [action, { resize: { flavorRef: {} } }, 'value_unclear'],
    [action, { resize: { flavorRef: 'x'.repeat(255) } }, resized('x'.repeat(255))],
    [action, { resize: { flavorRef: 'x'.repeat(256) } }, 'value_unclear'],
    [action, { resize: { flavorRef: `http://nova/${'x'.repeat(244)}` } }, 'value_unclear'],
    [creates, create({ flavorRef: 7, datastore: { type: 'x'.repeat(256) } }), 'value_unclear'],
    [action, { resize: { flavorRef: '7', volume: { size: 2 } } }, 'resize_combined'],
    [action, { resize: { flavorRef: '7' }, restart: {} }, 'actions_combined'],
    [action, { restart: {}, resize: { flavorRef: '7' } }, 'actions_combined'],
    [action, { other: {}, resize: { volume: { size: 2 } } }, 'actions_combined'],
    [action, '{"resize":{"flavorRef":"7"},"resize":{"volume":{"size":1}}}', 'key_repeated'],
    [action, { resize: { volume: { size: '12' } } }, grown(12)],
    [action, { resize: { volume: { size: 12, type: 'x' } } }, grown(12)],
    [action, { resize: { volume: { size: 'many' } } }, grown(undefined)],
    [action, { resize: { volume: null } }, grown(undefined)],
    ...[{ restart: {} }, {}, [], ['resize'], { resize: 'flavorRef' }, { resize: ['flavorRef'] }, { resize: {} }].map(
      body => [action, body, 'passes'] as const,
    ),
    [action, { Resize: { flavorRef: '7' } }, 'passes'],
  ])
})

describe('upgrade', () => {
  const upgraded = (version: string): AskedHardware => ({ operation: 'upgrade', instanceId: 'i', version })
  const body = (datastore_version: unknown) => ({ instance: { datastore_version } })
  for (const line of ['PUT /v1.0/p/instances/i', 'PATCH /v1.0/p/instances/i', 'PUT /v1.0/p/mgmt/instances/i'])
    check([
      [line, body('9.0'), upgraded('9.0')],
      [line, { instance: { name: 'a', datastore_version: '9.0', configuration: null } }, upgraded('9.0')],
      [line, body(9), 'value_unclear'],
      [line, body(null), 'value_unclear'],
      [line, body(''), 'value_unclear'],
      [line, body('9.0 '), 'value_unclear'],
      ...[{ instance: { name: 'a' } }, { instance: {} }, { instance: [] }, {}, []].map(
        other => [line, other, 'passes'] as const,
      ),
    ])
  check([
    ['GET /v1.0/p/mgmt/instances/i/edit', body('9.0'), 'body_of_get'],
    ['GET /v1.0/p/mgmt/instances/i/edit', { instance: { name: 'a' } }, 'passes'],
    ['GET /v1.0/p/mgmt/instances/i/edit', '', 'passes'],
  ])
})

describe('clusters', () => {
  const line = 'POST /v1.0/p/clusters'
  const action = 'POST /v1.0/p/clusters/c'
  const asksCluster = (values: object): AskedHardware => ({
    operation: 'cluster_create',
    datastore: none,
    members: [{ flavor: '7', ...bare }],
    furtherVolumeTypes: [],
    ...values,
  })
  const cluster = (values: object) => ({ cluster: { name: 'a', instances: [{ flavorRef: 7 }], ...values } })
  const upgraded: AskedHardware = { operation: 'cluster_upgrade', clusterId: 'c', version: '9' }
  check([
    [line, cluster({}), asksCluster({})],
    ['POST /v1.0/p/mgmt/clusters', cluster({}), asksCluster({})],
    [
      line,
      cluster({
        datastore: { type: 'mongodb', version: '4' },
        instances: [
          { flavorRef: 7, volume: { size: 1, type: 'fast' } },
          { flavorRef: '8', region_name: 'r' },
        ],
        extended_properties: { mongos_volume_type: 'a', configsvr_volume_type: 'b', num_mongos: 1 },
      }),
      asksCluster({
        datastore: { type: 'mongodb', version: '4', versionNumber: undefined },
        members: [
          { flavor: '7', volume: { sizeGb: 1, type: 'fast' }, region: undefined },
          { flavor: '8', volume: undefined, region: 'r' },
        ],
        furtherVolumeTypes: ['b', 'a'],
      }),
    ],
    [line, cluster({ instances: [{}] }), asksCluster({ members: [{ flavor: 'None', ...bare }] })],
    [line, cluster({ instances: { flavorRef: 7 } }), 'value_unclear'],
    [line, cluster({ instances: [7] }), 'value_unclear'],
    [line, cluster({ instances: [{ flavorRef: 7 }, { flavorRef: [] }] }), 'value_unclear'],
    [line, cluster({ extended_properties: { mongos_volume_type: 1 } }), 'value_unclear'],
    ...[{}, [], { cluster: null }, { cluster: 'x' }].map(body => [line, body, 'passes'] as const),
    [
      action,
      { grow: [{ flavorRef: 7 }] },
      { operation: 'cluster_grow', clusterId: 'c', members: [{ flavor: '7', ...bare }] },
    ],
    [action, { grow: {} }, 'value_unclear'],
    [action, { grow: null }, 'value_unclear'],
    [action, { add_shard: {} }, { operation: 'cluster_add_shard', clusterId: 'c' }],
    [action, { add_shard: null }, { operation: 'cluster_add_shard', clusterId: 'c' }],
    [action, { upgrade: { datastore_version: '9' } }, upgraded],
    ['POST /v1.0/p/clusters/c/action', { upgrade: { datastore_version: '9' } }, upgraded],
    [action, { upgrade: { datastore_version: 9 } }, 'value_unclear'],
    [action, { upgrade: { datastore_version: '9' }, restart: {} }, 'actions_combined'],
    [action, { restart: {}, grow: [] }, 'actions_combined'],
    ...[{ restart: {} }, { shrink: [] }, {}, [], { upgrade: {} }, { upgrade: 'x' }].map(
      body => [action, body, 'passes'] as const,
    ),
  ])

  test('the refusal names the member', () => {
    const reading = read(line, cluster({ instances: [{ flavorRef: 7 }, { flavorRef: [] }] }))
    assert.ok(reading.kind === 'ambiguous')
    assert.match(reading.refused.message, /'cluster\.instances\[1\]\.flavorRef'/)
  })
})

describe('administrators’ actions are never refused', () => {
  const line = 'POST /v1.0/p/mgmt/instances/i/action'
  check([
    [line, { migrate: { host: 'h' } }, { operation: 'migrate', instanceId: 'i', host: 'h' }],
    [line, { migrate: {} }, { operation: 'migrate', instanceId: 'i', host: undefined }],
    [line, { rebuild: { image_id: 'm' } }, { operation: 'rebuild', instanceId: 'i', imageId: 'm' }],
    [line, { rebuild: { image_id: 1 } }, { operation: 'rebuild', instanceId: 'i', imageId: undefined }],
    ...[{ migrate: {}, rebuild: {} }, { resize: { flavorRef: 7 } }, { stop: {} }, {}, []].map(
      body => [line, body, 'passes'] as const,
    ),
    [line, '{"migrate":{},"migrate":{}}', 'passes'],
    [line, '{"migrate":{"host":1.5}}', 'passes'],
  ])
})

test('every operation that is only recorded is one of these', () =>
  assert.deepEqual(
    Object.entries(gateOperations).flatMap(([operation, how]) => (how === 'recorded' ? [operation] : [])),
    ['grow_volume', 'rebuild', 'migrate'],
  ))

test('the project is that of the path', () => {
  const reading = read('POST /v1.0/some-project/instances', create({ flavorRef: 7 }))
  assert.ok(reading.kind === 'asks')
  assert.equal(reading.project, 'some-project')
})

describe('only a body that can ask for hardware is needed', () => {
  const rows: readonly (readonly [method: string, path: string, query: string, isNeeded: boolean])[] = [
    ['POST', '/v1.0/p/instances', '', true],
    ['PATCH', '/v1.0/p/instances/i', '', true],
    ['POST', '/v1.0/p/mgmt/instances/i/action', '', true],
    ['POST', '/v1.0/p/instances/', '', false],
    ['POST', '/v1.0/p/instances', '_method=GET', false],
    ['GET', '/v1.0/p/instances', '', false],
    ['POST', '/v1.0/p/backups', '', false],
    ['DELETE', '/v1.0/p/instances/i', '', false],
  ]
  for (const [method, path, query, isNeeded] of rows)
    test(`${method} ${path}?${query}`, () => assert.equal(needsBody({ method, path, query }), isNeeded))
})

describe('a dry run, which Trove would carry out', () => {
  const body = create({ flavorRef: '7' })
  check([
    ...['?dry_run=true', '?dryRun=1', '?a=b&DRY-RUN', '?dry%5Frun=yes', '?dry_run=false'].map(
      (query): Row => [creates + query, body, 'dry_run_unsupported'],
    ),
    [`${creates}?dry=true`, body, asksCreate({})],
    ['POST /v1.0/p/instances/i/action?dry_run=true', { restart: {} }, 'passes'],
    ['GET /v1.0/p/instances?dry_run=true', '', 'passes'],
  ])
})
