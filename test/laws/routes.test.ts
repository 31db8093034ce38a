import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '../../src/api/routes.ts'
import { isForAdmins } from '../../src/rules/access/decide.ts'
import { defaultPolicies, policies } from '../../src/rules/access/default-policies.ts'
import { holds, paths } from './tree.ts'

type Row = Readonly<{
  method: string
  path: string
  policy: string
  actionPolicies?: readonly string[]
  operationId: string
}>

/** The only route below /mgmt/ for all users: as in Trove, a project can read its own quota there. */
const openToAll = 'GET /mgmt/quotas/:owner'

const shown = ({ method, path }: { method: string; path: string }) => `${method} ${path}`
const duplicates = <T>(all: readonly T[]) => [...new Set(all.filter((each, index) => all.indexOf(each) !== index))]

function tableViolations(
  rows: readonly Row[],
  names: readonly string[],
  isForAdmins: (policy: string) => boolean,
): string[] {
  const used = new Set(rows.flatMap(row => [row.policy, ...(row.actionPolicies ?? [])]))
  return [
    ...rows
      .filter(row => !names.includes(row.policy))
      .map(
        row =>
          `${shown(row)} has the access policy '${row.policy}', which src/rules/access/default-policies.ts does not define: add it there.`,
      ),
    ...names
      .filter(name => !used.has(name) && name !== 'not_offered')
      .map(
        name =>
          `No route uses the access policy '${name}': use it in src/api/routes.ts, or remove it from src/rules/access/default-policies.ts.`,
      ),
    ...rows
      .filter(
        row =>
          row.path.startsWith('/mgmt/') &&
          shown(row) !== openToAll &&
          !(row.policy.startsWith('mgmt:') && isForAdmins(row.policy)),
      )
      .map(
        row =>
          `${shown(row)} is for admins: give it an access policy 'mgmt:…' for admins, which answers 401 as in Trove.`,
      ),
    ...duplicates(rows.map(shown)).map(row => `${row} is in src/api/routes.ts twice: the second one is never reached.`),
    ...duplicates(rows.map(row => row.operationId)).map(
      id => `Two routes have the operationId '${id}': make it unique.`,
    ),
    ...rows
      .filter(row => !/^[a-z]+(?:[A-Z][a-z]*)*$/.test(row.operationId))
      .map(row => `'${row.operationId}' (${shown(row)}) is not camelCase: clients derive function names from it.`),
  ]
}

/** Endpoints by the file that exports them. */
type Endpoints = Readonly<Record<string, object>>

function unroutedViolations(endpoints: Endpoints, rows: readonly Row[]): string[] {
  const routed = new Set(rows.map(({ operationId }) => operationId))
  return Object.entries(endpoints).flatMap(([path, module]) =>
    Object.entries(module)
      .filter(([, { operationId }]) => !routed.has(operationId))
      .map(([name]) => `No URL leads to '${name}' of ${path}: add a row to src/api/routes.ts, or remove it.`),
  )
}

async function endpointsByFile(): Promise<Endpoints> {
  const files = paths('src/api/*/*endpoints.ts')
  return Object.fromEntries(await Promise.all(files.map(async path => [path, await import(`../../${path}`)] as const)))
}

const row = (method: string, path: string, policy = 'a:index', operationId = 'listThings') => ({
  method,
  path,
  policy,
  operationId,
})

test('each route has an access policy, each access policy a route, and each operation a unique name', () =>
  holds(tableViolations(routes, Object.keys(policies), policy => isForAdmins(defaultPolicies, policy))))

test('each endpoint has a route', async () => {
  const endpoints = await endpointsByFile()
  holds(unroutedViolations(endpoints, routes))
  deepEqual(Object.values(endpoints).flatMap(Object.keys).length, routes.length)
})

test('an endpoint without a route is found', () => {
  const endpoints = {
    'src/api/a/endpoints.ts': { index: { operationId: 'listThings' }, show: { operationId: 'showThing' } },
  }
  deepEqual(unroutedViolations(endpoints, [row('GET', '/a')]), [
    "No URL leads to 'show' of src/api/a/endpoints.ts: add a row to src/api/routes.ts, or remove it.",
  ])
})

test('each kind of wrong row is found', () => {
  const planted = [
    row('GET', '/a'),
    row('GET', '/b', 'b:index'),
    row('POST', '/a', 'a:index', 'Make_thing'),
    row('GET', '/a', 'a:index', 'again'),
    row('GET', '/mgmt/a', 'mgmt:open', 'showOpen'),
    row('GET', '/mgmt/b', 'a:admin', 'showForbidden'),
    row('GET', '/mgmt/c', 'mgmt:admin', 'showClosed'),
  ]
  const policyNames = ['a:index', 'a:admin', 'c:index', 'mgmt:open', 'mgmt:admin', 'not_offered']
  deepEqual(
    tableViolations(planted, policyNames, policy => policy.endsWith(':admin')).map(
      violation => /'[abc]:index'|GET \/mgmt\/.|GET \/a|'\w+'/.exec(violation)![0],
    ),
    ["'b:index'", "'c:index'", 'GET /mgmt/a', 'GET /mgmt/b', 'GET /a', "'listThings'", "'Make_thing'"],
  )
})
