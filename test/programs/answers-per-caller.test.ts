import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { engines } from '../servers/engines.ts'
import { newInstance } from '../store/instance-rows.ts'
import { startWorld, type World } from '../world.ts'

/** Two callers of one project, so that all URLs are equal. Only an admin sees who owns an instance. */
const people = {
  boss: { projectId: 'shop', roles: ['admin', 'member'] },
  clerk: { projectId: 'shop', roles: ['member'] },
}
const callers = Object.keys(people)
const addresses = [
  { host: 'one.example', prefix: '' },
  { host: 'two.example', prefix: '' },
  { host: 'one.example', prefix: '/database' },
]
const rounds = 20

for (const engine of engines)
  describe(`on ${engine.name}, requests with one URL that arrive together`, () => {
    let world: World
    let paths: string[]
    const tokens: Record<string, string> = {}
    before(async () => {
      const conf = { oslo_middleware: ['enable_proxy_headers_parsing = true'] }
      world = await startWorld({ people, conf, connection: await engine.createDatabase() })
      await seedCatalogue(world.ports, world.dataDir)
      const { id: versionId, datastoreId } = (await world.ports.stores.versions.list())[0]!
      const instance = newInstance(versionId, { projectId: 'shop', intent: undefined })
      await world.ports.stores.instances.insert(instance)
      for (const name of callers) tokens[name] = await world.tokenOf(name)
      paths = [
        `/instances/${instance.id}`,
        '/instances',
        '/datastores',
        '/flavors',
        `/datastores/${datastoreId}/versions/${versionId}/flavors`,
        `/datastores/${datastoreId}/versions/${versionId}/flavors?verdicts=true`,
      ].map(path => `/v1.0/shop${path}`)
    })
    after(() => world.stop())

    const ask = async (path: string, name: string, { host, prefix }: (typeof addresses)[number]) => {
      const headers = { 'x-auth-token': tokens[name]!, 'x-forwarded-host': host, 'x-forwarded-prefix': prefix }
      const answer = await request(world.url + path, { headers })
      assert.equal(answer.statusCode, 200)
      return answer.body.text()
    }

    test('get an answer for their own caller, host and path prefix', async () => {
      const cases = paths.flatMap(path => callers.flatMap(name => addresses.map(address => ({ path, name, address }))))
      for (let round = 0; round < rounds; round++)
        await Promise.all(
          cases.map(async ({ path, name, address }) => {
            const text = await ask(path, name, address)
            const links = [...text.matchAll(/"href":"https?:\/\/([^"]+)"/g)].map(match => match[1]!)
            assert.ok(links.length > 0, path)
            for (const link of links)
              assert.ok(link.startsWith(`${address.host}${address.prefix}/`), `${path}: ${link}`)
            if (path.includes('/instances')) assert.equal(text.includes('"tenant_id"'), name === 'boss', path)
          }),
        )
    })
  })
