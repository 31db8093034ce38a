import fc from 'fast-check'

/** Generates the bodies of requests that give hardware, plain and with odd values. */

export type Body = Readonly<Record<string, unknown>>
export type Route = Readonly<{ method: string; path: string; bodies: fc.Arbitrary<Body> }>

/** Replaces some of the usual values by odd ones. */
type Mix = (usual: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>

const one = fc.constantFrom
export const instanceId = '00000000-0000-4000-8000-000000000001'

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  one<unknown>(
    '',
    null,
    true,
    false,
    0,
    -1,
    7.5,
    1e21,
    [],
    {},
    ['7'],
    { id: '7' },
    ' 7',
    '7\n',
    '7 ',
    'm1 small',
    'a b',
  ),
  one(
    'ü',
    'my\u200bsql',
    '\u0000',
    '1_0',
    '٣',
    'None',
    '7?x',
    '7#x',
    'a/7',
    'x:7',
    '//h/7',
    '7;x',
    '\\7',
    '%37',
    '0x7',
    '+5',
  ),
  one(
    'http://h/7/',
    'http://h/%37',
    'http://h/7#x',
    'http://h',
    'HTTP://h/7',
    'http://h/a//7',
    'http:7',
    'http://[h/7',
  ),
)

/** The share of odd values decides how many requests Trove still understands. */
const mostly: Mix = usual => fc.oneof({ arbitrary: usual, weight: 40 }, { arbitrary: oddValue, weight: 1 })
const always: Mix = usual => usual

/** What the bodies consist of. */
function values(mix: Mix) {
  const name = mix(one('mysql', 'MySQL', '8.0', 'postgresql', instanceId))
  const flavorRef = mix(
    one<unknown>('7', 7, 'http://nova/v2.1/p/flavors/7', 'https://nova:8774/flavors/a-b?x=1', 'large'),
  )
  const size = mix(one<unknown>(1, '2', '05'))
  const volume = mix(fc.record({ size, type: mix(one('fast', null)) }, { requiredKeys: ['size'] }))
  const region = mix(one('RegionTwo'))
  const datastore = mix(fc.record({ type: name, version: name, version_number: name }, { requiredKeys: [] }))
  return { name, flavorRef, volume, region, datastore, id: mix(one(instanceId)), count: mix(one(1, 2, 3)) }
}

/** Bodies by what they are for. */
function bodies(mix: Mix) {
  const { name, flavorRef, volume, region, datastore, id, count } = values(mix)
  const db = one('db')
  const create = fc.record(
    { name: db, flavorRef, volume, datastore, region_name: region },
    { requiredKeys: ['name', 'flavorRef'] },
  )
  const replica = fc.record(
    { name: db, replica_of: id, replica_count: count, region_name: region },
    { requiredKeys: ['name', 'replica_of'] },
  )
  const restore = fc.record({ name: db, flavorRef, restorePoint: mix(fc.record({ backupRef: id })) })
  const member = fc.record(
    { flavorRef, volume, region_name: region, type: one('replica') },
    { requiredKeys: ['flavorRef', 'volume', 'type'] },
  )
  const members = fc.array(member, { minLength: 1, maxLength: 3 })
  const properties = one({ mongos_volume_type: 'fast' }, { configsvr_volume_type: 'x', num_mongos: 1 })
  const cluster = fc.record(
    {
      name: db,
      datastore: fc.record({ type: name, version: name }),
      instances: members,
      extended_properties: properties,
    },
    { requiredKeys: ['name', 'datastore', 'instances'] },
  )
  return {
    instance: fc.oneof(create, replica, restore),
    update: fc.record({ name: db, datastore_version: name }, { requiredKeys: ['datastore_version'] }),
    resize: flavorRef,
    grow: volume,
    admin: fc.oneof(
      one<Body>({ migrate: {} }, { rebuild: { image_id: instanceId } }),
      id.map(host => ({ migrate: { host } })),
    ),
    cluster,
    clusterAction: fc.oneof(
      members.map((grow): Body => ({ grow })),
      name.map((version): Body => ({ upgrade: { datastore_version: version } })),
    ),
  }
}

const instances = '/v1.0/p/instances'
const below = (name: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Body> => body.map(each => ({ [name]: each }))

/** Requests as clients send them. */
export function everydayRoutes(mix: Mix = always): readonly Route[] {
  const { instance, update, resize, grow, admin, cluster, clusterAction } = bodies(mix)
  const resizes = fc.oneof(
    resize.map(flavorRef => ({ resize: { flavorRef } })),
    grow.map(volume => ({ resize: { volume } })),
  )
  return [
    { method: 'POST', path: instances, bodies: below('instance', instance) },
    { method: 'PUT', path: `${instances}/${instanceId}`, bodies: below('instance', update) },
    { method: 'PATCH', path: `${instances}/${instanceId}`, bodies: below('instance', update) },
    { method: 'POST', path: `${instances}/${instanceId}/action`, bodies: resizes },
    { method: 'POST', path: `/v1.0/p/mgmt/instances/${instanceId}/action`, bodies: admin },
    { method: 'POST', path: '/v1.0/p/clusters', bodies: below('cluster', cluster) },
    { method: 'POST', path: '/v1.0/p/clusters/c1', bodies: clusterAction },
    { method: 'POST', path: '/v1.0/p/clusters/mongo1', bodies: one<Body>({ add_shard: {} }) },
  ]
}

const rarely = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Body> =>
  fc.oneof({ arbitrary: fc.constant({}), weight: 25 }, { arbitrary: value.map(each => ({ [key]: each })), weight: 1 })

/** An object that sometimes has a key that does not belong to it. */
function withOddKey(object: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const { id, name } = values(mostly)
  return fc
    .tuple(
      object,
      rarely('slave_of', id),
      rarely('replica_of', id),
      rarely('datastore_version', name),
      rarely('access', one({})),
    )
    .map(parts => Object.assign({}, ...parts.toReversed()))
}

/** The same with odd values, and requests that no client sends. */
export function oddRoutes(): readonly Route[] {
  const { instance, update, resize, grow, cluster, clusterAction } = bodies(mostly)
  const creates = below('instance', withOddKey(instance))
  const updates = below('instance', withOddKey(update))
  const actions = fc.oneof(
    fc.tuple(resize, grow).map(([flavorRef, volume]) => ({ resize: { flavorRef, volume } })),
    resize.map(flavorRef => ({ restart: {}, resize: { flavorRef } })),
    resize.map(flavorRef => ({ unknown: {}, resize: { flavorRef } })),
    resize.map(flavorRef => ({ resize: { flavorRef }, reset_status: {} })),
    one<Body>({ restart: {} }, {}, { resize: {} }, { resize: 'flavorRef' }),
  )
  const admins = `/v1.0/p/mgmt/instances`
  return [
    ...everydayRoutes(mostly),
    { method: 'POST', path: instances, bodies: creates },
    { method: 'POST', path: admins, bodies: creates },
    { method: 'PUT', path: `${admins}/${instanceId}`, bodies: updates },
    { method: 'PATCH', path: `${admins}/${instanceId}`, bodies: updates },
    { method: 'GET', path: `${admins}/${instanceId}/edit`, bodies: updates },
    { method: 'POST', path: `${instances}/${instanceId}/action`, bodies: actions },
    { method: 'POST', path: `${admins}/${instanceId}/action`, bodies: actions },
    { method: 'POST', path: '/v1.0/p/mgmt/clusters', bodies: below('cluster', cluster) },
    { method: 'POST', path: '/v1.0/p/clusters/mongo1', bodies: clusterAction },
    { method: 'POST', path: '/v1.0/p/clusters/c1/action', bodies: clusterAction },
    {
      method: 'POST',
      path: '/v1.0/p/clusters/mongo1',
      bodies: one<Body>({ restart: {} }, { add_shard: {}, restart: {} }),
    },
    { method: 'POST', path: `${instances}/${instanceId}/users`, bodies: one({ users: [] }) },
  ]
}
