import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findRoute } from './find-route.ts'

const asLine = (line: string) => {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  return { method, path, query }
}

const found = (line: string): string => {
  const route = findRoute(asLine(line))
  return route.kind === 'reads' ? `${route.route} ${route.project} ${route.id}`.trim() : route.kind
}

describe('a request line in its plain form is read as Trove reads it', () => {
  const rows: readonly (readonly [line: string, route: string])[] = [
    ['POST /v1.0/p/instances', 'create_instance p'],
    ['POST /v1.0/p/mgmt/instances', 'create_instance p'],
    ['PUT /v1.0/p/instances/i', 'update_instance p i'],
    ['PATCH /v1.0/p/instances/i', 'update_instance p i'],
    ['PUT /v1.0/p/mgmt/instances/i', 'update_instance p i'],
    ['PATCH /v1.0/p/mgmt/instances/i', 'update_instance p i'],
    ['GET /v1.0/p/mgmt/instances/i/edit', 'edit_by_get p i'],
    ['POST /v1.0/p/instances/i/action', 'act_on_instance p i'],
    ['POST /v1.0/p/mgmt/instances/i/action', 'act_on_instance_as_admin p i'],
    ['POST /v1.0/p/clusters', 'create_cluster p'],
    ['POST /v1.0/p/mgmt/clusters', 'create_cluster p'],
    ['POST /v1.0/p/clusters/c', 'act_on_cluster p c'],
    ['POST /v1.0/p/clusters/c/action', 'act_on_cluster p c'],
    // The version may come from the header Accept, and may be one that does not exist yet.
    ['POST /p/instances', 'create_instance p'],
    ['POST /v2/p/instances', 'create_instance p'],
    ['POST /v1.0/p/instances?limit=1', 'create_instance p'],
    // A project may have any name.
    ['POST /v1.0/mgmt/instances', 'create_instance mgmt'],
    ['POST /v1.0/instances/instances', 'create_instance instances'],
  ]
  for (const [line, route] of rows) test(line, () => assert.equal(found(line), route))
})

describe('a request line that gives no hardware passes', () => {
  const lines = [
    ...['GET /', 'GET /v1.0', 'GET /v1.0/', 'POST /', 'OPTIONS *', 'GET /v1.0/p', 'GET /v1.0/p/'],
    ...['GET /v1.0/p/instances', 'GET /v1.0/p/instances/', 'HEAD /v1.0/p/instances', 'GET /v1.0/p/instances/i'],
    ...['DELETE /v1.0/p/instances/i', 'GET /v1.0/p/instances/i/', 'GET /v1.0/p/mgmt/instances/i.json'],
    ...['POST /v1.0/p/instances/i/users', 'POST /v1.0/p/instances/i/databases', 'POST /v1.0/p/instances/i/root'],
    ...['PUT /v1.0/p/instances/i/users/ann%40host', 'PUT /v1.0/p/instances/i/users/a%2Fb/databases'],
    ...['PUT /v1.0/p/instances/i/users/instances', 'PUT /v1.0/p/instances/i/users/%2E%2E%2Fx%2Fy'],
    ...['POST /v1.0/p/instances/i/log', 'POST /v1.0/p/clusters/c/root', 'PATCH /v1.0/p/clusters/c'],
    ...[
      'POST /v1.0/p/backups',
      'POST /v1.0/p/backups/instances',
      'POST /v1.0/p/configurations',
      'POST /v1.0/p/modules',
    ],
    ...['PATCH /v1.0/p/mgmt/datastore-versions/v', 'POST /v1.0/p/mgmt/datastore-versions', 'PUT /v1.0/p/mgmt/quotas/q'],
    ...['GET /v1.0/p/datastores/my%20sql/versions/8.0/flavors', 'POST /v1.0/p/datastores/mysql/versions/v8'],
    ...['GET /v1.0/p/instances?marker=_met', 'GET /v1.0/p/backups?_method=POST', 'POST /v1.0/p/mgmt/clusters/c/action'],
    ...['POST /v1.0/p/instances/i/action/x', 'POST /v1.0/p/mgmt/instances/i/upgrade', 'GET /v1.0/p/instances/i/edit'],
  ]
  for (const line of lines) test(line, () => assert.equal(found(line), 'passes'))
})

describe('a request line that somebody could read as one that gives hardware is ambiguous', () => {
  const lines = [
    // empty parts and the slash at the end
    ...['POST //v1.0/p/instances', 'POST /v1.0//p/instances', 'POST /v1.0/p//instances', 'POST /v1.0/p/instances/'],
    ...['POST /v1.0/p/instances//', 'PATCH /v1.0/p/instances/i/', 'POST /v1.0/p/instances/i//action'],
    // suffixes, parameters and fragments
    ...['POST /v1.0/p/instances.json', 'POST /v1.0/p/mgmt/instances.xml', 'POST /v1.0/p/instances/i/action.json'],
    ...['PUT /v1.0/p/mgmt/instances/i.json', 'GET /v1.0/p/mgmt/instances/i/edit.json', 'POST /v1.0/p/instances;a=b'],
    ...[
      'POST /v1.0/p/instances#x',
      'POST /v1.0/p;x/instances',
      'POST /v1.0/p/instances%3Fa/b',
      'POST /v1.0/p/instances;a/b',
    ],
    // escapes, once and twice
    ...[
      'POST /v1.0/p/%69nstances',
      'POST /v1.0/p%2Finstances',
      'POST /v1.0/p/%2569nstances',
      'POST /v1%2E0/p/instances',
    ],
    ...[
      'POST /v1.0/p/instances%2F',
      'POST /v1.0/%70/instances',
      'POST %2Fv1.0/p/instances',
      'POST /v1.0/p%252finstances',
    ],
    // control characters, blanks and other slashes
    ...[
      'POST /v1.0/p/instances%0A',
      'POST /v1.0/p/instances%00',
      'POST /v1.0/p/instances%20',
      'POST /v1.0/p\\instances',
    ],
    ...['PUT /v1.0/p/instances/i%0A', 'POST /v1.0/p/mgmt/instances/i%5C/action', 'POST /v1.0/p%5Cinstances'],
    // dots
    ...[
      'POST /v1.0/p/./instances',
      'POST /v1.0/p/x/../instances',
      'POST /v1.0/p/%2e/instances',
      'PUT /v1.0/p/instances/..',
    ],
    ...['POST /v1.0/p/backups/%2E%2E/instances', 'PUT /v1.0/p/instances/i/users/%2E%2E%2F%2E%2E%2Fi'],
    // letter case
    ...[
      'POST /v1.0/p/Instances',
      'POST /v1.0/p/MGMT/instances',
      'POST /v1.0/p/instances/i/Action',
      'post /v1.0/p/instances',
    ],
    ...['Patch /v1.0/p/instances/i', 'get /v1.0/p/mgmt/instances/i/edit'],
    // another place
    ...['POST http://host/v1.0/p/instances', 'POST /database/v1.0/p/instances', 'POST /database/p/instances'],
    ...['POST v1.0/p/instances', 'POST /database/v1.0/p/clusters/c'],
    // odd projects and ids
    ...[
      'POST /v1.0/a@b/instances',
      'POST /v1.0/%C3%BC/instances',
      'PUT /v1.0/p/instances/i.j',
      'POST /v1.0/p/clusters/c%2Fd',
    ],
    // the method in the query
    ...[
      'GET /v1.0/p/instances?_method=POST',
      'POST /v1.0/p/instances?_method=GET',
      'HEAD /v1.0/p/clusters?a=1&_method=post',
    ],
    ...[
      'DELETE /v1.0/p/instances/i?_METHOD=PATCH',
      'GET /v1.0/p/instances?%5Fmethod=POST',
      'GET /v1.0/p/instances/?_method=POST',
      'GET /v1.0/p/instances%3F_method=POST',
    ],
  ]
  for (const line of lines) test(line, () => assert.equal(found(line), 'ambiguous'))
})

test('the refusal names the path to use', () => {
  const route = findRoute(asLine('POST /v1.0/p/mgmt/instances/i/action.json'))
  assert.ok(route.kind === 'ambiguous')
  assert.match(route.refused.message, /plain form, \/v1\.0\/\{project\}\/mgmt\/instances\/\{id\}\/action:/)
})
