import { deepEqual } from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { notOffered, routes } from '../../src/api/routes.ts'
import { defaultPolicies, isForAdmins, policies } from '../../src/rules/access/access.ts'
import { bodies } from '../golden/bodies.ts'
import { startWorld, type World } from '../world.ts'
import { holds } from './tree.ts'

/** What happened to a route when somebody asked who must not be answered. */
type Asked = Readonly<{ route: string; by: string; status: number; expected: readonly number[] }>

const unrefused = (asked: readonly Asked[]): string[] =>
  asked
    .filter(({ status, expected }) => !expected.includes(status))
    .map(
      ({ route, by, status, expected }) =>
        `${route} answers ${status} to ${by}, not ${expected.join(' or ')}: ask who may before anything runs.`,
    )

let world: World
const tokens = new Map<string, string>()
before(async () => {
  world = await startWorld()
  for (const person of ['admin', 'demo']) tokens.set(person, await world.tokenOf(person))
})
after(() => world.stop())

type Target = Readonly<{ method: string; path: string; operationId?: string }>

/** Asks as `person` (undefined: without a token) below the project of `owner`. */
async function ask({ method, path, operationId = '' }: Target, person: string | undefined, owner = person ?? 'demo') {
  const body = bodies[operationId]?.[0]
  const answer = await fetch(`${world.url}/v1.0/${world.projectOf(owner)}${path.replaceAll(/:\w+/g, 'planted')}`, {
    method,
    headers: {
      ...(person ? { 'x-auth-token': tokens.get(person)! } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  await answer.arrayBuffer()
  return answer.status
}

const askAll = (targets: readonly Target[], by: string, expected: readonly number[], person?: string, owner?: string) =>
  Promise.all(
    targets.map(async target => ({
      route: `${target.method} ${target.path}`,
      by,
      expected,
      status: await ask(target, person, owner),
    })),
  )

const everything: Target[] = [...routes, ...Object.keys(notOffered).map(path => ({ method: 'GET', path }))]
const forAdmins = routes.filter(route => isForAdmins(defaultPolicies, route.policy))

test('without a token every route answers 401', async () => holds(unrefused(await askAll(everything, 'nobody', [401]))))

test('below another project every route answers 403', async () =>
  holds(unrefused(await askAll(everything, 'a stranger', [403], 'demo', 'admin'))))

test('to a plain member every admin route answers 403, or 401 as Trove does', async () =>
  holds(unrefused(await askAll(forAdmins, 'a plain member', [401, 403], 'demo'))))

test('the same requests are let through for those who may', async () => {
  const good = [200, 202, 400, 404, 501]
  holds(unrefused([...(await askAll(everything, 'an admin', good, 'admin'))]))
})

test('under a policy file that refuses everything every route answers 403, or 401 as Trove does', async () => {
  const file = join(world.dataDir, 'policy.yaml')
  writeFileSync(file, JSON.stringify(Object.fromEntries(Object.keys(policies).map(policy => [policy, '!']))))
  try {
    holds(unrefused(await askAll(routes, 'an admin under such a file', [401, 403], 'admin')))
  } finally {
    rmSync(file)
  }
})

test('a route that answers whom it must not is found', async () => {
  const open = { method: 'GET', path: '/flavors' }
  deepEqual(unrefused(await askAll([...forAdmins, open], 'a plain member', [401, 403], 'demo')), [
    'GET /flavors answers 200 to a plain member, not 401 or 403: ask who may before anything runs.',
  ])
})
