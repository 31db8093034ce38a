import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeCatalogue } from './furnish.ts'
import { startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

const pem = (name: string) => join(import.meta.dirname, '../servers/tls', name)
const nowhere = 'http://127.0.0.1:1'
const region = 'Encrypted'

describe('a Keystone and a Nova behind TLS, with a CA of their own, in a region whose other endpoints lead nowhere', () => {
  let rig: Rig
  const fronts: Server[] = []
  let keystone: string
  let nova: string
  before(async () => {
    rig = await theRig()
    keystone = await front(rig.keystone.url)
    nova = `${await front(rig.nova.url)}/v2.1`
    const services = [
      ['keystone-encrypted', 'identity', `${keystone}/v3`],
      ['nova-encrypted', 'compute', nova],
    ] as const
    await makeCatalogue(rig.client, services, region, nowhere)
  })
  after(async () => {
    for (const server of fronts) server.close().closeAllConnections()
    // Who names no region takes the first endpoint there is: it must not be one of these.
    const { ask, url } = rig.client
    for (const name of ['keystone-encrypted', 'nova-encrypted']) {
      const { services } = await ask<{ services: { id: string }[] }>('GET', `${url}/v3/services?name=${name}`)
      await ask('DELETE', `${url}/v3/services/${services[0]!.id}`)
    }
  })

  /** Ends TLS in front of a service. */
  async function front(url: string): Promise<string> {
    const { hostname, port } = new URL(url)
    const keys = { key: readFileSync(pem('server-key.pem')), cert: readFileSync(pem('server.pem')) }
    const server = createServer(keys, (from, to) => {
      const { method, url: path, headers } = from
      const asked = request({ hostname, port, method, path, headers }, answer => {
        to.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(to)
      })
      asked.on('error', () => to.destroy())
      from.pipe(asked)
    })
    fronts.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** What demo is answered when our trove.conf says this as well. */
  async function answers({
    token = [],
    credentials = [],
    nova = [],
  }: Partial<Record<'token' | 'credentials' | 'nova', string[]>>) {
    const ours = await startOurServer(rig, {
      conf: {
        keystone_authtoken: [`auth_url = ${keystone}`, `region_name = ${region}`, 'interface = public', ...token],
        service_credentials: [`auth_url = ${keystone}/v3`, `region_name = ${region}`, ...credentials],
        DEFAULT: ['nova_compute_endpoint_type = publicURL', ...nova],
      },
    })
    try {
      const [datastores, flavors] = [
        await ours.ask('demo', 'GET', '/datastores'),
        await ours.ask('demo', 'GET', '/flavors'),
      ]
      return [datastores.status, flavors.status]
    } finally {
      await ours.stop()
    }
  }
  const cafile = `cafile = ${pem('authority.pem')}`

  test('are asked when [keystone_authtoken] cafile names their CA', async () =>
    assert.deepEqual(await answers({ token: [cafile] }), [200, 200]))

  test('are not believed by the system’s certificates, nor by another CA’s', async () => {
    assert.deepEqual(await answers({}), [503, 503])
    assert.deepEqual(await answers({ token: [`cafile = ${pem('other-authority.pem')}`] }), [503, 503])
  })

  test('are asked without a look at their certificates where insecure says so', async () =>
    assert.deepEqual(await answers({ token: ['insecure = true'] }), [200, 200]))

  test('Nova alone: by cafile as well, or without a look where nova_api_insecure says so', async () => {
    const plain = [`auth_url = ${rig.keystone.url}`, 'region_name = RegionOne']
    const of = (more: Readonly<{ token?: string[]; nova?: string[] }> = {}) =>
      answers({
        token: [...plain, ...(more.token ?? [])],
        credentials: plain,
        nova: [`nova_compute_url = ${nova}`, ...(more.nova ?? [])],
      })
    assert.deepEqual(await of(), [200, 503])
    assert.deepEqual(await of({ token: [cafile] }), [200, 200])
    assert.deepEqual(await of({ nova: ['nova_api_insecure = true'] }), [200, 200])
  })

  test('are where the wanted interface and region of the catalogue say', async () => {
    assert.deepEqual(await answers({ token: [cafile, 'interface = internal'] }), [503, 503])
    assert.deepEqual(await answers({ token: [cafile], nova: ['nova_compute_endpoint_type = internalURL'] }), [200, 503])
    assert.deepEqual(await answers({ token: [cafile, 'region_name = Nowhere'] }), [503, 503])
  })
})
