import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startTroveStandIn } from '../outside/trove.ts'
import { startWorld, type World } from '../world.ts'

const isLinux = process.platform === 'linux'

describe('a gate with trusted_proxies', {
  skip: !isLinux && 'only Linux has more than one address of the loopback interface',
}, () => {
  let trove: Awaited<ReturnType<typeof startTroveStandIn>>
  let world: World
  before(async () => {
    trove = await startTroveStandIn()
    world = await startWorld({
      conf: {
        oslo_middleware: ['enable_proxy_headers_parsing = true'],
        trovets: ['rate_limits = false', `trove_endpoint = ${trove.url}`, 'trusted_proxies = 127.0.0.2, 127.0.1.0/24'],
      },
    })
  })
  after(async () => {
    await world.stop()
    await trove.stop()
  })
  beforeEach(() => {
    trove.received.length = 0
  })

  /** WSGI servers read these names as those with hyphens. */
  const withUnderscores = {
    x_forwarded_for: '198.51.100.1',
    X_Forwarded_Prefix: '/evil',
    Content_Length: '0',
    X_Auth_Token: 'another',
  }
  const headers = {
    forwarded: 'for=203.0.113.9;host=cloud.example;proto=https',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'cloud.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-forwarded-prefix': '/database',
    'x-forwarded-ssl': 'on',
    'x-forwarded-server': 'cloud.example',
  }
  const sendFrom = async (localAddress: string, path: string) => {
    const sent = request(`${world.url}${path}`, {
      localAddress,
      headers: { ...headers, ...withUnderscores, 'x-auth-token': 'invalid' },
    })
    const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    return answer
  }
  /** The headers of a proxy that reach Trove if a peer sends them. */
  const passedFrom = async (localAddress: string) => {
    await sendFrom(localAddress, '/v1.0/demo-project/instances')
    const { rawHeaders } = trove.received[0]!
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
    assert.deepEqual(
      names.filter(name => name.includes('_')),
      [],
    )
    const found = names.map((name, at) => [name, rawHeaders[at * 2 + 1]!] as const)
    return Object.fromEntries(found.filter(([name]) => name.includes('forwarded')))
  }

  for (const peer of ['127.0.0.2', '127.0.1.7'])
    test(`passes the headers of ${peer} on, which is on the list, and believes them itself`, async () => {
      assert.deepEqual(await passedFrom(peer), { ...headers, 'x-forwarded-for': `203.0.113.9, ${peer}` })
      const refused = await sendFrom(peer, '/v1.0/demo-project/datastores/mysql/versions/8.0/flavors')
      assert.match(refused.headers['www-authenticate']!, /^Keystone uri="https:\/\/cloud\.example\/database\//)
    })

  for (const peer of ['127.0.0.1', '127.0.0.3', '127.0.2.0'])
    test(`replaces those of ${peer}, which is not on it, and ignores them itself`, async () => {
      const { host } = new URL(world.url)
      assert.deepEqual(await passedFrom(peer), {
        'x-forwarded-for': peer,
        'x-forwarded-host': host,
        'x-forwarded-proto': 'http',
      })
      const refused = await sendFrom(peer, '/v1.0/demo-project/datastores/mysql/versions/8.0/flavors')
      assert.ok(refused.headers['www-authenticate']!.startsWith(`Keystone uri="http://${host}/`))
    })
})
