import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type FakeKeystone, startFakeKeystone } from '../../../test/outside/keystone.ts'
import { listen } from '../../../test/outside/listen.ts'
import { startWorld, type World } from '../../../test/world.ts'
import { chooseCloud } from './cloud.ts'
import { type DatabaseService, openDatabaseService } from './log-in.ts'

/** The waits that were asked for. They end at once. */
const waits: number[] = []

/** Logs in with these variables, and returns what `use` returns. */
async function loggedIn<T>(env: Record<string, string>, use: (service: DatabaseService) => Promise<T> | T): Promise<T> {
  const cloud = chooseCloud({ env, folder: '/nonexistent', home: '/nonexistent' }, { settings: {} })
  const service = await openDatabaseService(cloud, {
    ask: async () => undefined,
    pause: async ms => void waits.push(ms),
    say: () => {},
  })
  try {
    return await use(service)
  } finally {
    service.close()
  }
}
const flavorNames = ({ trove }: DatabaseService) =>
  trove.listFlavors({}).then(({ flavors }) => flavors.map(({ name }) => name))

describe('at the embedded identity', () => {
  let world: World
  let demo: Record<string, string>
  before(async () => {
    world = await startWorld()
    demo = {
      OS_AUTH_URL: `${world.url}/identity/v3`,
      OS_USERNAME: 'demo',
      OS_PASSWORD: 'demo-pass',
      OS_PROJECT_NAME: 'demo-project',
    }
  })
  after(() => world.stop())

  test('a user logs in by password, for a project or the default project', async () => {
    assert.ok((await loggedIn(demo, flavorNames)).includes('db.small'))
    const { OS_PROJECT_NAME: _, ...withoutProject } = demo
    assert.equal(await loggedIn(withoutProject, ({ projectId }) => projectId), 'demo-project')
  })

  test('a user logs in by token', async () => {
    const token = { OS_AUTH_URL: demo.OS_AUTH_URL!, OS_AUTH_TYPE: 'token', OS_TOKEN: await world.tokenOf('demo') }
    assert.ok((await loggedIn(token, flavorNames)).includes('db.small'))
    assert.ok((await loggedIn({ ...token, OS_PROJECT_NAME: 'demo-project' }, flavorNames)).includes('db.small'))
  })

  test('the URL of the service can be given, with and without the project', async () => {
    for (const path of ['', '/v1.0', '/v1.0/%(project_id)s', '/v1.0/demo-project/'])
      assert.ok(
        (await loggedIn({ ...demo, OS_DATABASE_ENDPOINT_OVERRIDE: `${world.url}${path}` }, flavorNames)).length > 0,
        path,
      )
  })

  test('a request is sent again when the service asks for it, at most three times', async () => {
    const answers = [503, 429, 200, 503, 503, 503, 503]
    const busy = createServer((_request, response) => {
      const status = answers.shift()!
      const body = status === 200 ? { flavors: [] } : { serviceUnavailable: { code: status, message: 'Busy.' } }
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' }).end(JSON.stringify(body))
    })
    await listen(busy, 0)
    try {
      const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`
      const env = { ...demo, OS_DATABASE_ENDPOINT_OVERRIDE: url }
      assert.deepEqual(await loggedIn(env, flavorNames), [])
      await assert.rejects(loggedIn(env, flavorNames), { status: 503, message: 'Busy.' })
      assert.deepEqual([waits.splice(0), answers], [[7000, 7000, 7000, 7000, 7000], []])
    } finally {
      busy.close().closeAllConnections()
    }
  })

  test('a refused login says what to check, and not the password', async () => {
    const wrong = { ...demo, OS_PASSWORD: 'hunter2' }
    await assert.rejects(loggedIn(wrong, flavorNames), (error: Error) => {
      assert.match(
        error.message,
        /^Keystone at http:\/\/\S+\/identity\/v3 refuses the login of user 'demo'\. Check the secret, /,
      )
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })

  test('a missing endpoint is reported with those that exist', async () => {
    await assert.rejects(loggedIn({ ...demo, OS_REGION_NAME: 'Mars' }, flavorNames), {
      message:
        'The cloud has no public endpoint of its database service in region Mars. Endpoints: public in RegionOne, internal in RegionOne, admin in RegionOne. Choose one with --os-region-name and --os-interface.',
    })
    await assert.rejects(
      loggedIn({ ...demo, OS_DATABASE_SERVICE_TYPE: 'shop' }, flavorNames),
      /^Fault: The cloud has no database service: its catalogue has no service of type 'shop'\. /,
    )
  })

  test('a URL that is not that of a Keystone is reported', async () => {
    await assert.rejects(
      loggedIn({ ...demo, OS_AUTH_URL: `${world.url}/shop` }, flavorNames),
      /\/shop\/v3 is not a Keystone: it answered with 404\. Check auth_url of the variables OS_\*\.$/,
    )
    await assert.rejects(
      loggedIn({ ...demo, OS_AUTH_URL: 'http://ann:hunter2@127.0.0.1:1/v3' }, flavorNames),
      /^Fault: Keystone at http:\/\/127\.0\.0\.1:1\/v3 cannot be used: connect ECONNREFUSED .* Check auth_url/,
    )
  })
})

describe('at a Keystone', () => {
  let world: World
  let keystone: FakeKeystone
  before(async () => {
    keystone = await startFakeKeystone({ now: new Date() })
    world = await startWorld()
    for (const kind of ['public', 'internal'])
      keystone.services.push({
        type: 'database',
        interface: kind,
        region: 'RegionOne',
        url: `${world.url}/v1.0/${kind}`,
      })
  })
  after(async () => {
    await world.stop()
    await keystone.stop()
  })

  test('an application credential logs in', async () => {
    const env = {
      OS_AUTH_URL: keystone.url,
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_APPLICATION_CREDENTIAL_ID: 'credential',
      OS_APPLICATION_CREDENTIAL_SECRET: 'credential-pass',
    }
    assert.deepEqual(await loggedIn(env, ({ projectId, region }) => [projectId, region]), ['service', 'RegionOne'])
    await assert.rejects(
      loggedIn({ ...env, OS_APPLICATION_CREDENTIAL_SECRET: 'hunter2' }, () => {}),
      /refuses the login of application credential 'credential'\. /,
    )
  })

  test('a login without a project says so', async () => {
    const env = { OS_AUTH_URL: keystone.url, OS_USERNAME: 'ann', OS_PASSWORD: 'secret' }
    await assert.rejects(
      loggedIn(env, () => {}),
      /^Fault: The login of user 'ann' has no project\. Set project_name in the variables OS_\*, or OS_PROJECT_NAME\.$/,
    )
  })
})
