import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { runClient } from '../clients/command.ts'
import { makeCatalogue } from './furnish.ts'
import { type GateBench, startGateBench } from './gate-bench.ts'
import { send, testTable } from './gate-table.ts'
import { sendBytes } from './gate-wire.ts'
import { passwordOf } from './keystone-client.ts'
import { theRig } from './the-rig.ts'

/** Sends a request whose headers an HTTP client would not send. */
async function postRaw(url: string, path: string, { headers, body }: { headers: readonly string[]; body: string }) {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  const head = [`POST ${path} HTTP/1.1`, 'Host: gate', 'Connection: close', length, ...headers]
  const { statuses, text } = await sendBytes(url, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), 30_000)
  return { status: statuses[0], text }
}

/** The region whose Trove is behind the gate. */
const region = 'Gate'

describe('the gate in front of a real Trove 18', () => {
  let bench: GateBench
  before(async () => {
    const rig = await theRig()
    bench = await startGateBench(rig)
    await makeCatalogue(rig.client, [['trove', 'database', `${bench.ours.url}/v1.0/%(tenant_id)s`]], region)
  })
  after(() => bench?.stop())

  describe('the table', () => testTable(() => ({ bench, url: bench.ours.url, trove: bench.trove })))

  test('growing a volume reaches Trove, although the flavor is no longer allowed', async () => {
    const id = await bench.instance('5', 'strict')
    bench.trove.forget()
    const grow = { resize: { volume: { size: 2 } } }
    const answer = await send(bench, bench.ours.url, 'POST', `/instances/${id}/action`, grow)
    assert.equal(answer.status, 202, answer.text)
    assert.equal(bench.trove.received().length, 1)
  })

  test('a body that Trove’s server would decode once more is none for Trove either', async () => {
    const { token, projectId } = await bench.rig.client.login('demo')
    const instance = {
      name: 'db',
      flavorRef: '3',
      volume: { size: 1 },
      datastore: { type: 'mysql', version: 'strict' },
    }
    const body = JSON.stringify({ instance })
    bench.trove.forget()
    const { status, text } = await postRaw(bench.ours.url, `/v1.0/${projectId}/instances`, {
      headers: [`X-Auth-Token: ${token}`, 'Content-Type: application/json', 'Transfer_Encoding: chunked'],
      body: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    })
    assert.equal(status, 400, text)
    assert.ok(bench.trove.received().every(received => received.body !== body))
  })

  test('Trove’s links lead back through the gate', async () => {
    const id = await bench.instance('2', 'strict')
    const { text } = await send(bench, bench.ours.url, 'GET', `/instances/${id}`)
    const links = [...text.matchAll(/"href": ?"(https?:\/\/[^/"]*)\/v1\.0/g)].map(([, start]) => start)
    assert.ok(links.length > 0)
    assert.deepEqual([...new Set(links.map(link => link!.replace(/^https?/, 'http')))], [bench.ours.url])
  })

  describe('with the stock client', () => {
    const run = (line: string) =>
      runClient({ line, who: 'demo' }, bench.trove.folder, {
        OS_AUTH_URL: `${bench.rig.keystone.url}/v3`,
        OS_IDENTITY_API_VERSION: '3',
        OS_USERNAME: 'demo',
        OS_PASSWORD: passwordOf('demo'),
        OS_PROJECT_NAME: 'demo',
        OS_USER_DOMAIN_NAME: 'Default',
        OS_PROJECT_DOMAIN_NAME: 'Default',
        OS_REGION_NAME: region,
      })
    const create = (name: string, flavor: string) =>
      `openstack database instance create ${name} --flavor ${flavor} --size 1 --datastore mysql --datastore-version strict`

    test('a refused create shows the reason, and never reaches Trove', async () => {
      bench.trove.forget()
      const { exitCode, stderr } = await run(create('refused', 'm1.medium'))
      assert.equal(exitCode, 1)
      assert.match(stderr.join(' '), /Flavor 3 is not supported for datastore version .*not on the list/)
      assert.deepEqual(
        bench.trove.received().filter(({ method }) => method !== 'GET'),
        [],
      )
    })

    test('an allowed create, the list and the details are Trove’s', async () => {
      const made = await run(`${create('shop', 'm1.large')} -f json`)
      assert.equal(made.exitCode, 0, made.shown)
      const { id } = made.stdout as { id: string }
      const listed = await run('openstack database instance list -f json')
      assert.ok((listed.stdout as unknown[]).length > 0, listed.shown)
      const shown = await run(`openstack database instance show ${id} -f json`)
      assert.equal((shown.stdout as { name: string }).name, 'shop', shown.shown)
    })
  })
})
