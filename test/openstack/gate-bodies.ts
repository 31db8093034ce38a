import fc from 'fast-check'

/** Generates the bodies of requests that give hardware, plain and with odd values. */

export type Body = Readonly<Record<string, unknown>>
export type Route = Readonly<{ method: string; path: string; bodies: fc.Arbitrary<Body> }>

/** Replaces some of the usual values by odd ones. */
type Mix = (usual: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>

const one = fc.constantFrom

/** What requests name. A value that is repeated in a list is generated more often. */
export type World = Readonly<{
  project: string
  instance: string
  cluster: string
  /** A cluster of MongoDB. */
  mongo: string
  flavors: readonly unknown[]
  volumeTypes: readonly unknown[]
  regions: readonly string[]
  /** Datastores of instances and of clusters, and their versions. */
  datastores: readonly string[]
  clusterDatastores: readonly string[]
  versions: readonly string[]
  versionNumbers: readonly string[]
}>

const instanceId = '00000000-0000-4000-8000-000000000001'
const names = ['mysql', 'MySQL', '8.0', 'postgresql', instanceId]

/** For `trove-reading.py`, where everything exists. */
export const anyWorld: World = {
  ...{ project: 'p', instance: instanceId, cluster: 'c1', mongo: 'mongo1' },
  flavors: ['7', 7, 'http://nova/v2.1/p/flavors/7', 'https://nova:8774/flavors/a-b?x=1', 'large'],
  volumeTypes: ['fast', null],
  regions: ['RegionTwo'],
  ...{ datastores: names, clusterDatastores: names, versions: names, versionNumbers: names },
}

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
function values(mix: Mix, world: World) {
  const flavorRef = mix(one(...world.flavors))
  const size = mix(one<unknown>(1, '2', '05'))
  const volume = mix(fc.record({ size, type: mix(one(...world.volumeTypes)) }, { requiredKeys: ['size'] }))
  const region = mix(one(...world.regions))
  const version = mix(one(...world.versions))
  const type = mix(one(...world.datastores))
  const version_number = mix(one(...world.versionNumbers))
  const datastore = mix(
    fc.oneof(
      { arbitrary: fc.record({ type, version }), weight: 3 },
      { arbitrary: fc.record({ type, version, version_number }, { requiredKeys: [] }), weight: 1 },
    ),
  )
  const clusterDatastore = fc.record({ type: mix(one(...world.clusterDatastores)), version })
  const id = mix(one(world.instance))
  return { version, flavorRef, volume, region, datastore, clusterDatastore, id, count: mix(one(1, 2, 3)) }
}

/** Bodies by what they are for. */
function bodies(mix: Mix, world: World) {
  const { version, flavorRef, volume, region, datastore, clusterDatastore, id, count } = values(mix, world)
  const db = one('db')
  const create = fc.record(
    { name: db, flavorRef, volume, datastore, region_name: region },
    { requiredKeys: ['name', 'flavorRef'] },
  )
  const replica = fc.record(
    { name: db, replica_of: id, replica_count: count, region_name: region },
    { requiredKeys: ['name', 'replica_of'] },
  )
  const restore = fc.record(
    { name: db, flavorRef, volume, datastore, restorePoint: mix(fc.record({ backupRef: id })) },
    { requiredKeys: ['name', 'flavorRef', 'restorePoint'] },
  )
  const member = fc.record(
    { flavorRef, volume, region_name: region, type: one('replica') },
    { requiredKeys: ['flavorRef', 'volume', 'type'] },
  )
  const members = fc.array(member, { minLength: 1, maxLength: 3 })
  const types = one(...world.volumeTypes.filter(type => type !== null))
  const properties = fc.oneof(
    types.map((type): Body => ({ mongos_volume_type: type })),
    types.map((type): Body => ({ configsvr_volume_type: type, num_mongos: 1 })),
  )
  const cluster = fc.record(
    {
      name: db,
      datastore: clusterDatastore,
      instances: members,
      extended_properties: properties,
    },
    { requiredKeys: ['name', 'datastore', 'instances'] },
  )
  return {
    instance: fc.oneof(create, replica, restore),
    update: fc.record({ name: db, datastore_version: version }, { requiredKeys: ['datastore_version'] }),
    resize: flavorRef,
    grow: volume,
    admin: fc.oneof(
      one<Body>({ migrate: {} }, { rebuild: { image_id: world.instance } }),
      id.map(host => ({ migrate: { host } })),
    ),
    cluster,
    clusterAction: fc.oneof(
      members.map((grow): Body => ({ grow })),
      version.map((datastore_version): Body => ({ upgrade: { datastore_version } })),
    ),
  }
}

const below = (name: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Body> => body.map(each => ({ [name]: each }))

const pathsOf = ({ project, ...world }: World) => {
  const start = `/v1.0/${project}`
  const [instances, admins, clusters] = [`${start}/instances`, `${start}/mgmt/instances`, `${start}/clusters`]
  return {
    ...{ instances, instance: `${instances}/${world.instance}` },
    ...{ admins, asAdmin: `${admins}/${world.instance}` },
    ...{ clusters, cluster: `${clusters}/${world.cluster}`, mongo: `${clusters}/${world.mongo}` },
    adminClusters: `${start}/mgmt/clusters`,
  }
}

/** Requests as clients send them. */
export function everydayRoutes(world: World, mix: Mix = always): readonly Route[] {
  const { instance, update, resize, grow, admin, cluster, clusterAction } = bodies(mix, world)
  const paths = pathsOf(world)
  const resizes = fc.oneof(
    resize.map(flavorRef => ({ resize: { flavorRef } })),
    grow.map(volume => ({ resize: { volume } })),
  )
  return [
    { method: 'POST', path: paths.instances, bodies: below('instance', instance) },
    { method: 'PUT', path: paths.instance, bodies: below('instance', update) },
    { method: 'PATCH', path: paths.instance, bodies: below('instance', update) },
    { method: 'POST', path: `${paths.instance}/action`, bodies: resizes },
    { method: 'POST', path: `${paths.asAdmin}/action`, bodies: admin },
    { method: 'POST', path: paths.clusters, bodies: below('cluster', cluster) },
    { method: 'POST', path: paths.cluster, bodies: clusterAction },
    { method: 'POST', path: paths.mongo, bodies: one<Body>({ add_shard: {} }) },
  ]
}

const rarely = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Body> =>
  fc.oneof({ arbitrary: fc.constant({}), weight: 25 }, { arbitrary: value.map(each => ({ [key]: each })), weight: 1 })

/** An object that sometimes has a key that does not belong to it. */
function withOddKey(object: fc.Arbitrary<unknown>, world: World): fc.Arbitrary<Body> {
  const { id, version } = values(mostly, world)
  return fc
    .tuple(
      object,
      rarely('slave_of', id),
      rarely('replica_of', id),
      rarely('datastore_version', version),
      rarely('access', one({})),
    )
    .map(parts => Object.assign({}, ...parts.toReversed()))
}

/** The same with odd values, and requests that no client sends. */
export function oddRoutes(world: World): readonly Route[] {
  const { instance, update, resize, grow, cluster, clusterAction } = bodies(mostly, world)
  const creates = below('instance', withOddKey(instance, world))
  const updates = below('instance', withOddKey(update, world))
  const paths = pathsOf(world)
  const actions = fc.oneof(
    fc.tuple(resize, grow).map(([flavorRef, volume]) => ({ resize: { flavorRef, volume } })),
    resize.map(flavorRef => ({ restart: {}, resize: { flavorRef } })),
    resize.map(flavorRef => ({ unknown: {}, resize: { flavorRef } })),
    resize.map(flavorRef => ({ resize: { flavorRef }, reset_status: {} })),
    one<Body>({ restart: {} }, {}, { resize: {} }, { resize: 'flavorRef' }),
  )
  return [
    ...everydayRoutes(world, mostly),
    { method: 'POST', path: paths.instances, bodies: creates },
    { method: 'POST', path: paths.admins, bodies: creates },
    { method: 'PUT', path: paths.asAdmin, bodies: updates },
    { method: 'PATCH', path: paths.asAdmin, bodies: updates },
    { method: 'GET', path: `${paths.asAdmin}/edit`, bodies: updates },
    { method: 'POST', path: `${paths.instance}/action`, bodies: actions },
    { method: 'POST', path: `${paths.asAdmin}/action`, bodies: actions },
    { method: 'POST', path: paths.adminClusters, bodies: below('cluster', cluster) },
    { method: 'POST', path: paths.mongo, bodies: clusterAction },
    { method: 'POST', path: `${paths.cluster}/action`, bodies: clusterAction },
    {
      method: 'POST',
      path: paths.mongo,
      bodies: one<Body>({ restart: {} }, { add_shard: {}, restart: {} }),
    },
    { method: 'POST', path: `${paths.instance}/users`, bodies: one({ users: [] }) },
  ]
}
