import { deepEqual } from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { notOffered, routes } from '../../src/api/routes.ts'
import { isForAdmins } from '../../src/rules/access/decide.ts'
import { defaultPolicies, policies } from '../../src/rules/access/default-policies.ts'
import { bodies } from '../golden/bodies.ts'
import { startWorld, statusOf, type World } from '../world.ts'
import { holds } from './tree.ts'

/** The result of a request to a route. */
type Result = Readonly<{ route: string; by: string; status: number; expected: readonly number[] }>

const unexpectedStatuses = (results: readonly Result[]): string[] =>
  results
    .filter(({ status, expected }) => !expected.includes(status))
    .map(
      ({ route, by, status, expected }) =>
        `${route} answers ${status} to ${by}, not ${expected.join(' or ')}: check access before anything else runs.`,
    )

let world: World
const tokens = new Map<string, string>()
before(async () => {
  world = await startWorld()
  for (const person of ['admin', 'demo']) tokens.set(person, await world.tokenOf(person))
})
after(() => world.stop())

type Target = Readonly<{ method: string; path: string; operationId?: string }>

/** Sends a request as `person` (undefined: without a token) to the project of `owner`. */
const statusFor = (
  { method, path, operationId = '' }: Target,
  person: string | undefined,
  owner = person ?? 'demo',
): Promise<number> =>
  statusOf(`${world.url}/v1.0/${world.projectOf(owner)}${path.replaceAll(/:\w+/g, 'planted')}`, {
    method,
    token: person && tokens.get(person),
    body: bodies[operationId]?.[0],
  })

const requestAll = (
  targets: readonly Target[],
  by: string,
  expected: readonly number[],
  person?: string,
  owner?: string,
) =>
  Promise.all(
    targets.map(async target => ({
      route: `${target.method} ${target.path}`,
      by,
      expected,
      status: await statusFor(target, person, owner),
    })),
  )

const everything: Target[] = [...routes, ...Object.keys(notOffered).map(path => ({ method: 'GET', path }))]
const forAdmins = routes.filter(route => isForAdmins(defaultPolicies, route.policy))

test('without a token every route answers 401', async () =>
  holds(unexpectedStatuses(await requestAll(everything, 'a client without a token', [401]))))

test('below another project every route answers 403', async () =>
  holds(unexpectedStatuses(await requestAll(everything, 'a user of another project', [403], 'demo', 'admin'))))

test('to a plain member every admin route answers 403, or 401 as Trove does', async () =>
  holds(unexpectedStatuses(await requestAll(forAdmins, 'a plain member', [401, 403], 'demo'))))

test('the same requests pass the access check for an admin', async () => {
  const good = [200, 202, 400, 404, 501]
  holds(unexpectedStatuses([...(await requestAll(everything, 'an admin', good, 'admin'))]))
})

test('under a policy file that refuses everything every route answers 403, or 401 as Trove does', async () => {
  const file = join(world.dataDir, 'policy.yaml')
  writeFileSync(file, JSON.stringify(Object.fromEntries(Object.keys(policies).map(policy => [policy, '!']))))
  try {
    holds(unexpectedStatuses(await requestAll(routes, 'an admin under such a file', [401, 403], 'admin')))
  } finally {
    rmSync(file)
  }
})

test('a route that answers a caller without access is found', async () => {
  const open = { method: 'GET', path: '/flavors' }
  deepEqual(unexpectedStatuses(await requestAll([...forAdmins, open], 'a plain member', [401, 403], 'demo')), [
    'GET /flavors answers 200 to a plain member, not 401 or 403: check access before anything else runs.',
  ])
})
