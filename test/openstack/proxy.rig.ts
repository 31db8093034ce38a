import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type OurServer, startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

type Headers = Readonly<Record<string, string>>

/** Where the links of an answer lead, in their order. */
const linksIn = (body: unknown): string[] =>
  [...JSON.stringify(body).matchAll(/"href":"([^"]*)"/g)].map(([, href]) => href!)

const paths = ['/flavors/1', '/datastores/mysql', '/datastores/mysql/versions', '/instances?limit=1']

/** What proxies say: said to both, it must make the same of the links. */
const proxies: Readonly<Record<string, Headers>> = {
  'no proxy': {},
  'the older headers': {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'cloud.example:8443',
    'x-forwarded-for': '203.0.113.7',
  },
  'a port that goes without saying': { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cloud.example:443' },
  'a proxy that ends no TLS': { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'cloud.example:80' },
  'the scheme alone': { 'x-forwarded-proto': 'https' },
  'the port beside the host, which nobody heeds': { 'x-forwarded-host': 'cloud.example', 'x-forwarded-port': '8443' },
  'the standard’s header': { forwarded: 'for=203.0.113.7;proto=https;host=cloud.example' },
  'the standard’s header of several hops': { forwarded: 'proto=https;host=cloud.example, proto=http;host=inner' },
  'both, of which the standard’s counts': { forwarded: 'proto=https', 'x-forwarded-host': 'cloud.example' },
}
const prefixed: Headers = { ...proxies['the older headers'], 'x-forwarded-prefix': '/database' }

describe('what a proxy in front makes of the links, beside a real Trove 18', () => {
  let rig: Rig
  let ours: OurServer
  let conf: string
  let login: ReturnType<Rig['client']['login']> | undefined

  before(async () => {
    rig = await theRig()
    conf = readFileSync(rig.trove.configFile, 'utf8')
    for (const name of ['behind-a-proxy-1', 'behind-a-proxy-2'])
      await askTrove(
        '/instances',
        {},
        { instance: { name, flavorRef: '2', volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } } },
      )
  })
  after(async () => {
    await ours?.stop()
    if (conf !== undefined) await restartTrove(conf)
  })

  async function restartTrove(text: string) {
    await rig.trove.stop()
    rig.trove.write('trove.conf', text)
    await rig.trove.start()
  }

  async function ask(url: string, path: string, headers: Headers, body?: object) {
    login ??= rig.client.login('demo')
    const { token, projectId } = await login
    const answer = await fetch(path === '/' ? `${url}/` : `${url}/v1.0/${projectId}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'x-auth-token': token, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    assert.ok([200, 300].includes(answer.status), `${url}${path} → ${answer.status} ${text}`)
    return JSON.parse(text) as { links?: unknown; instances_links?: unknown }
  }
  const askTrove = (path: string, headers: Headers, body?: object) => ask(rig.trove.url, path, headers, body)

  /** Its own address is its own in either; what is only ours is left out. */
  async function links(url: string, path: string, headers: Headers): Promise<string[]> {
    const { instances_links: _, ...body } = await ask(url, path, headers)
    return linksIn(path.startsWith('/instances') ? body.links : body).map(href =>
      href.replace(new URL(url).host, 'HOST'),
    )
  }

  async function same(path: string, headers: Headers): Promise<string[]> {
    const [theirs, own] = [await links(rig.trove.url, path, headers), await links(ours.url, path, headers)]
    assert.ok(theirs.length > 0, `${path} has no links`)
    assert.deepEqual(own, theirs)
    return own
  }

  describe('by default', () => {
    before(async () => {
      ours = await startOurServer(rig)
    })
    after(() => ours.stop())
    for (const [what, headers] of Object.entries({ ...proxies, 'a prefix': prefixed }))
      test(`${what}: nothing changes`, async () => {
        for (const path of ['/', ...paths])
          for (const href of await same(path, headers)) assert.match(href, /^https?:\/\/HOST\/[^e]/, path)
      })
  })

  describe('with [oslo_middleware] enable_proxy_headers_parsing', () => {
    before(async () => {
      const on = { oslo_middleware: ['enable_proxy_headers_parsing = true'] }
      ours = await startOurServer(rig, { conf: on })
      await restartTrove(`${conf}\n[oslo_middleware]\nenable_proxy_headers_parsing = true\n`)
    })

    for (const [what, headers] of Object.entries(proxies))
      test(`${what}: the same links`, async () => {
        for (const path of paths) {
          const own = await same(path, headers)
          const host = /host=([^;,]+)/.exec(headers.forwarded ?? '')?.[1] ?? headers['x-forwarded-host']
          if (host && !(headers.forwarded && !headers.forwarded.includes('host')))
            for (const href of own) assert.ok(href.startsWith(`https://${host.replace(/:\d+$/, '')}`), href)
        }
      })

    test('a prefix: the same next page; every other link of Trove’s forgets it, none of ours does', async () => {
      await same('/instances?limit=1', prefixed)
      assert.match(
        (await links(ours.url, '/instances?limit=1', prefixed))[0]!,
        /^https:\/\/cloud\.example:8443\/database\/v1\.0\//,
      )
      const own = await links(ours.url, '/flavors/1', prefixed)
      const theirs = await links(rig.trove.url, '/flavors/1', prefixed)
      assert.deepEqual(
        own.map(href => href.replace('/database', '')),
        theirs,
      )
      assert.ok(own.every(href => href.startsWith('https://cloud.example:8443/database/')))
    })

    test('the list of versions: Trove’s is not behind the filter, ours is', async () => {
      const headers = proxies['the older headers']!
      assert.deepEqual(await links(rig.trove.url, '/', headers), ['http://HOST/v1.0/'])
      assert.deepEqual(await links(ours.url, '/', headers), ['https://cloud.example:8443/v1.0/'])
    })

    const broken: readonly (readonly [what: string, headers: Headers, theirs: string, own: string])[] = [
      [
        'several hops in an older header',
        { 'x-forwarded-host': 'a.example, b' },
        'https://a.example, b/',
        'https://a.example/',
      ],
      ['quotes', { forwarded: 'host="a.example:81"' }, 'https://\\"a.example:81\\"/', 'https://a.example:81/'],
      ['what is no host', { 'x-forwarded-host': 'evil"<' }, 'https://evil\\"</', 'https://HOST/'],
    ]
    for (const [what, headers, theirs, own] of broken)
      test(`${what}: Trove’s links are broken, ours lead somewhere`, async () => {
        assert.ok(JSON.stringify(await askTrove('/flavors/1', headers)).includes(`"${theirs}`))
        for (const href of await links(ours.url, '/flavors/1', headers)) assert.ok(href.startsWith(own), href)
      })
  })
})
