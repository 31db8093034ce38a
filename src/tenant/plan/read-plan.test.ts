import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { RequestedInstance } from '../requested-instance.ts'
import { planProblem, readPlan } from './read-plan.ts'

/** The values of an instance whose every field is known. */
const after = {
  configuration_id: null,
  database: [],
  datastore: [{ type: 'mysql', version: '8.0' }],
  flavor_id: '2',
  name: 'shop',
  network: [],
  region: 'RegionOne',
  size: 5,
  timeouts: null,
  user: [],
}
const nothingUnknown = { id: true, addresses: true, datastore: [{}], database: [], network: [], user: [] }

type Change = Readonly<Record<string, unknown>>

const resource = (change: Change, more: Change = {}) => ({
  address: 'openstack_db_instance_v1.shop',
  mode: 'managed',
  type: 'openstack_db_instance_v1',
  name: 'shop',
  provider_name: 'registry.terraform.io/terraform-provider-openstack/openstack',
  change: {
    actions: ['create'],
    before: null,
    after,
    after_unknown: nothingUnknown,
    before_sensitive: false,
    after_sensitive: { datastore: [{}], database: [], network: [], user: [] },
    ...change,
  },
  ...more,
})
const plan = (...changes: readonly object[]) => ({
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: { root_module: {} },
  resource_changes: changes,
})
const read = (...changes: readonly object[]) => readPlan(plan(...changes), 'plan.json')
const asked = (instances: readonly RequestedInstance[]) => instances.map(({ request }) => request)
const body = {
  name: 'shop',
  flavorRef: '2',
  volume: { size: 5 },
  datastore: { type: 'mysql', version: '8.0' },
}
const create = { kind: 'create', body, isFlavorByName: false }
const before = { ...after, id: 'i1' }

/** Each shape of a change, and what is asked for it. */
const shapes: readonly (readonly [title: string, change: object, requests: readonly object[]])[] = [
  ['a created instance', resource({}), [create]],
  ['an instance that is replaced, deleted first', resource({ actions: ['delete', 'create'], before }), [create]],
  ['an instance that is replaced, created first', resource({ actions: ['create', 'delete'], before }), [create]],
  ['an instance that is forgotten and created', resource({ actions: ['forget', 'create'], before }), [create]],
  [
    'a moved instance that is replaced',
    resource(
      { actions: ['delete', 'create'], before },
      { previous_address: 'openstack_db_instance_v1.old', action_reason: 'replace_because_cannot_update' },
    ),
    [create],
  ],
  [
    'a moved instance that stays as it is',
    resource({ actions: ['no-op'], before }, { previous_address: 'openstack_db_instance_v1.old' }),
    [],
  ],
  ['an imported instance that stays as it is', resource({ actions: ['no-op'], before, importing: { id: 'i1' } }), []],
  [
    'an update of the flavor',
    resource({ actions: ['update'], before, after: { ...before, flavor_id: '3' } }),
    [{ kind: 'resize', instanceId: 'i1', flavorId: '3' }],
  ],
  [
    'an update that leaves the flavor as it is',
    resource({ actions: ['update'], before, after: { ...before, configuration_id: 'c1' } }),
    [],
  ],
  [
    'an update to a flavor that is not known yet',
    resource({
      actions: ['update'],
      before,
      after: { ...before, flavor_id: undefined },
      after_unknown: { flavor_id: true },
    }),
    [{ kind: 'none', reason: 'flavor_id is known after apply' }],
  ],
  ['a deleted instance', resource({ actions: ['delete'], before, after: null }), []],
  [
    'a deposed instance, which is deleted',
    resource({ actions: ['delete'], before, after: null }, { deposed: 'a1b2' }),
    [],
  ],
  ['a forgotten instance', resource({ actions: ['forget'], before, after: null }), []],
  ['an instance that is as planned', resource({ actions: ['no-op'], before, after: before }), []],
  [
    'a data source',
    resource({ actions: ['read'] }, { mode: 'data', address: 'data.openstack_db_instance_v1.shop' }),
    [],
  ],
  ['a resource of another type', resource({}, { type: 'openstack_compute_instance_v2' }), []],
  [
    'a flavor that is known after apply',
    resource({ after: { ...after, flavor_id: undefined }, after_unknown: { ...nothingUnknown, flavor_id: true } }),
    [{ kind: 'none', reason: 'flavor_id is known after apply' }],
  ],
  [
    'a flavor and a version that are known after apply',
    resource({
      after: { ...after, flavor_id: undefined, datastore: [{ type: 'mysql' }] },
      after_unknown: { ...nothingUnknown, flavor_id: true, datastore: [{ version: true }] },
    }),
    [{ kind: 'none', reason: 'flavor_id is known after apply, datastore is known after apply' }],
  ],
  [
    'a sensitive flavor, which no message may show',
    resource({ after_sensitive: { flavor_id: true } }),
    [{ kind: 'none', reason: 'flavor_id is sensitive' }],
  ],
  [
    'a flavor that the provider chooses',
    resource({ after: { ...after, flavor_id: null } }),
    [{ kind: 'create', body: { name: 'shop', volume: body.volume, datastore: body.datastore }, isFlavorByName: false }],
  ],
]

describe('a plan', () => {
  for (const [title, change, requests] of shapes)
    test(`with ${title} asks for ${requests.length === 0 ? 'nothing' : 'it'}`, () =>
      assert.deepEqual(asked(read(change)), requests))

  test('without changes asks for nothing', () => {
    const { resource_changes: _, ...rest } = plan()
    assert.deepEqual(readPlan(rest, 'plan.json'), [])
  })

  test('names instances by their addresses: modules, count and for_each', () => {
    const addresses = [
      'openstack_db_instance_v1.shop[0]',
      'openstack_db_instance_v1.shop["eu-1"]',
      'module.db["a.b"].module.inner[2].openstack_db_instance_v1.shop["x"]',
    ]
    const instances = read(...addresses.map(address => resource({}, { address })))
    assert.deepEqual(
      instances.map(({ address }) => address),
      addresses,
    )
    assert.deepEqual(instances[0], {
      address: addresses[0],
      place: { path: 'plan.json' },
      region: 'RegionOne',
      request: create,
      omissions: [],
      flavorField: 'flavor_id',
    })
  })

  test('asks without what is known after apply, and says so', () => {
    const [instance] = read(
      resource({
        after: { ...after, name: undefined, size: undefined, network: [{ fixed_ip_v4: '' }], database: undefined },
        after_unknown: { ...nothingUnknown, name: true, size: true, network: [{ uuid: true }], database: true },
      }),
    )
    assert.deepEqual(instance!.omissions, [
      'name is known after apply',
      'size is known after apply',
      'network is known after apply',
      'database is known after apply',
    ])
    assert.deepEqual(instance!.request, {
      kind: 'create',
      body: { ...body, name: 'name-is-not-known', volume: { size: 1 } },
      isFlavorByName: false,
    })
  })

  test('asks with databases, users and networks, as the provider does, but never with a password', () => {
    const user = { name: 'ann', password: 'hunter2', host: '', databases: ['app', 'log'] }
    const own = {
      ...after,
      network: [{ uuid: 'n1', port: '', fixed_ip_v4: '10.0.0.5', fixed_ip_v6: '' }],
      database: [
        { name: 'app', charset: 'utf8mb4', collate: '' },
        { name: 'log', charset: '', collate: '' },
      ],
      user: [user],
    }
    const sensitive = { user: [{ password: true, databases: [] }] }
    const expected = {
      ...body,
      nics: [{ 'net-id': 'n1', 'v4-fixed-ip': '10.0.0.5' }],
      databases: [{ name: 'app', character_set: 'utf8mb4' }, { name: 'log' }],
      users: [{ name: 'ann', password: 'password-is-not-sent', databases: [{ name: 'app' }, { name: 'log' }] }],
    }
    const request = { kind: 'create', body: expected, isFlavorByName: false }
    assert.deepEqual(asked(read(resource({ after: own, after_sensitive: sensitive }))), [request])
    // The password comes from random_password, which is not created yet.
    const unknown = { ...nothingUnknown, user: [{ password: true, databases: [] }] }
    const { password: _, ...rest } = user
    const [instance] = read(resource({ after: { ...own, user: [rest] }, after_unknown: unknown }))
    assert.deepEqual([instance!.request, instance!.omissions], [request, []])
  })

  test('says that a deferred instance cannot be judged', () => {
    const document = {
      ...plan(),
      deferred_changes: [{ reason: 'instance_count_unknown', resource_change: resource({}) }, { reason: 'x' }],
    }
    assert.deepEqual(asked(readPlan(document, 'plan.json')), [
      { kind: 'none', reason: 'Terraform defers it (instance_count_unknown)' },
    ])
  })

  test('is read whatever a broken part is', () => {
    const broken = [
      null,
      1,
      'x',
      [],
      {},
      { type: 'openstack_db_instance_v1' },
      resource({ after: 1, after_unknown: [] }),
    ]
    const document = { ...plan(), resource_changes: broken } as unknown as Parameters<typeof readPlan>[0]
    assert.equal(readPlan(document, 'plan.json').length, 1)
    let deep: unknown = true
    for (let level = 0; level < 100_000; level++) deep = [deep]
    assert.deepEqual(read(resource({ after_unknown: { database: deep } }))[0]!.omissions, [
      'database is known after apply',
    ])
  })
})

/** See test/terraform/main.tf, which has the configuration of this plan. */
const recordedPlan = join(import.meta.dirname, '../../../test/terraform/plan.json')

test('a plan that a real Terraform made is read', () => {
  const instances = readPlan(JSON.parse(readFileSync(recordedPlan, 'utf8')), 'plan.json')
  const database = { databases: [{ name: 'app' }] }
  const users = { users: [{ name: 'ann', password: 'password-is-not-sent', ...database }] }
  const bodyOf = (name: string, flavorRef: string, size: number, more = {}) => ({
    kind: 'create',
    body: { name, flavorRef, volume: { size }, datastore: { type: 'mysql', version: '8.0' }, ...more },
    isFlavorByName: false,
  })
  const isLate = { kind: 'none', reason: 'flavor_id is known after apply' }
  assert.deepEqual(
    instances.map(({ address, request }) => [address.replace('openstack_db_instance_v1.', ''), request]),
    [
      ['created["eu-1"]', bodyOf('created-eu-1', '13', 2, { ...database, ...users })],
      ['created["eu.2"]', bodyOf('created-eu.2', '14', 2, { ...database, ...users })],
      ['late[0]', isLate],
      ['late[1]', isLate],
      ['replaced', bodyOf('new-name', '13', 1)],
      ['resized', { kind: 'resize', instanceId: 'id-of-resized', flavorId: '14' }],
      ['unset', { kind: 'none', reason: 'flavor_id is known after apply, datastore is known after apply' }],
      ['module.shop.db', { kind: 'none', reason: 'flavor_id is sensitive' }],
    ],
  )
})

test('other documents are not plans, and the reason says what to do', () => {
  assert.equal(planProblem(plan()), undefined)
  assert.equal(planProblem({ format_version: '0.2', resource_changes: [] }), undefined)
  assert.match(
    planProblem({ ...plan(), format_version: '2.0' })!,
    /^its format_version is "2\.0"; supported are 0 and 1$/,
  )
  assert.match(
    planProblem({ format_version: '1.0', values: {} })!,
    /^it is the state of Terraform, .* `terraform show -json/,
  )
})
