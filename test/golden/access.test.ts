import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { policies } from '../../src/rules/access/default-policies.ts'
import { equalsStored, isRenewing } from '../stored-text.ts'
import { type AccessWorld, everyRequest, kindOf, type Person, type Request, startAccessWorld } from './access-world.ts'

const file = join(import.meta.dirname, 'access.txt')

/** Who asks below which project; under an override, the rule that the row names is `role:keeper` and nothing else. */
const columns: readonly Readonly<{ name: string; person?: Person; project?: string; overridden?: true }>[] = [
  { name: 'nobody' },
  { name: 'strangr', person: 'other', project: 'demo-project' },
  { name: 'other', person: 'other' },
  { name: 'noroles', person: 'roleless' },
  { name: 'reader', person: 'reader' },
  { name: 'member', person: 'member' },
  { name: 'admin', person: 'admin' },
  { name: 'keeper*', person: 'keeper', overridden: true },
  { name: 'member*', person: 'member', overridden: true },
  { name: 'admin*', person: 'admin', overridden: true },
]

const head = `The status of every request for every role, on a running server with one instance, of demo-project.

nobody   without a token                            noroles  of demo-project, without any role
strangr  of another project, demo-project in path   reader   of demo-project, with the role reader
other    of another project, which is in path       member   of demo-project, with the role member
                                                    admin    of another project, with the role admin
*        the same if the rule in the operator's policy file is role:keeper (a role in demo-project)

2xx: done. 401, 403: access refused. 404 for an instance: it is of another project. 400, 422, 501, …: refused for another reason.
`

const label = ({ method, path, body }: Request) =>
  `${method.padEnd(6)} ${path.startsWith('//') ? path.slice(1) : path || '(nothing)'}${body && /action/.test(path) ? ` ${kindOf(body)}` : ''}`

let world: AccessWorld
before(async () => {
  world = await startAccessWorld()
})
after(() => world.stop())

async function line(request: Request): Promise<string> {
  const statuses = new Map<string, string>()
  const askAll = async (chosen: typeof columns) => {
    for (const { name, person, project } of chosen)
      statuses.set(name, String(await world.ask(request, person, project)))
  }
  await askAll(columns.filter(({ overridden }) => !overridden))
  if (request.policy in policies)
    await world.under({ [request.policy]: 'role:keeper' }, () => askAll(columns.filter(({ overridden }) => overridden)))
  const cells = columns.map(({ name }) => (statuses.get(name) ?? '').padEnd(8))
  return `${label(request).padEnd(74)}${cells.join('')}${request.policy}`
}

test('every route answers every role as the table says', async () => {
  const lines = [head, `${''.padEnd(74)}${columns.map(({ name }) => name.padEnd(8)).join('')}rule`]
  for (const request of everyRequest()) lines.push(await line(request))
  const came = `${lines.join('\n')}\n`
  if (isRenewing) writeFileSync(file, came)
  equalsStored(came, readFileSync(file, 'utf8'), 'test/golden/access.test.ts')
})

test('every rule stands in the table', () => {
  const named = new Set(everyRequest().map(({ policy }) => policy))
  assert.deepEqual(
    Object.keys(policies).filter(policy => !named.has(policy)),
    [],
  )
})
