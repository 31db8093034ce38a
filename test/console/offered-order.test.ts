import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Datastore, inOfferedOrder } from '../../console/src/pages/create/offered-order.ts'

const links: never[] = []
const version = (name: string, active?: boolean) => ({
  ...{ id: `id of ${name}`, name, version: name, links },
  ...(active === undefined ? {} : { active }),
})

const datastore = (name: string, versions: Datastore['versions'], byDefault?: string): Datastore => ({
  ...{ id: `id of ${name}`, name, versions, links },
  ...(byDefault === undefined ? {} : { default_version: `id of ${byDefault}` }),
})

const ordered = (datastores: readonly Datastore[], preferred: string | null) =>
  inOfferedOrder(datastores, preferred).map(({ name, versions }) => `${name}: ${versions.map(v => v.name).join(' ')}`)

const some = [
  datastore('valkey', [version('8')], '8'),
  datastore('cassandra', [version('4')]),
  datastore('empty', []),
  datastore('postgresql', [version('9.6'), version('16'), version('18')], '16'),
  datastore('mariadb', [version('10.11')], '10.11'),
]

test('the datastore for requests without one is offered first, then those with a default version; nothing to create is last', () => {
  const others = ['cassandra: 4', 'empty: ']
  deepEqual(ordered(some, 'PostgreSQL'), ['postgresql: 16 18 9.6', 'mariadb: 10.11', 'valkey: 8', ...others])
  deepEqual(ordered(some, 'id of valkey'), ['valkey: 8', 'mariadb: 10.11', 'postgresql: 16 18 9.6', ...others])
  deepEqual(ordered(some, null), ['mariadb: 10.11', 'postgresql: 16 18 9.6', 'valkey: 8', ...others])
})

test('a datastore or a version of which nothing can be created is never first', () => {
  const inactive = datastore('mysql', [version('5.7', false)], '5.7')
  const partly = datastore('redis', [version('8', false), version('7', true)], '8')
  deepEqual(ordered([inactive, partly], 'mysql'), ['redis: 7 8', 'mysql: 5.7'])
})
