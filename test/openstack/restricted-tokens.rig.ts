import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type OurServer, startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import { until } from './until.ts'

type Credential = Readonly<{ id: string; secret: string }>

describe('tokens that a real Keystone restricts', () => {
  let rig: Rig
  let ours: OurServer
  before(async () => {
    rig = await theRig()
    // What is believed for minutes is not believed past its end.
    ours = await startOurServer(rig, { conf: { keystone_authtoken: ['token_cache_time = 300'] } })
  })
  after(() => ours?.stop())

  /** An application credential of demo's, and a token that was got with it. */
  async function restricted(name: string, more: Readonly<Record<string, unknown>>) {
    const { url, ask } = rig.client
    const { token } = await rig.client.login('demo')
    const { users } = await ask<{ users: { id: string }[] }>('GET', `${url}/v3/users?name=demo`)
    const { application_credential: credential } = await ask<{ application_credential: Credential }>(
      'POST',
      `${url}/v3/users/${users[0]!.id}/application_credentials`,
      { application_credential: { name, ...more } },
      { 'x-auth-token': token },
    )
    const { id, secret } = credential
    const identity = { methods: ['application_credential'], application_credential: { id, secret } }
    const answer = await fetch(`${url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity } }),
    })
    assert.equal(answer.status, 201, await answer.text())
    return answer.headers.get('x-subject-token')!
  }

  /** A token of Trove's service user, who has the role `service` besides, as install guides give it. */
  async function serviceToken() {
    const { url, ask } = rig.client
    const find = async (kind: string, name: string) =>
      (await ask<Record<string, { id: string }[]>>('GET', `${url}/v3/${kind}?name=${name}`))[kind]![0]?.id
    const made = async () =>
      (await ask<{ role: { id: string } }>('POST', `${url}/v3/roles`, { role: { name: 'service' } })).role.id
    const [project, user, role] = [
      await find('projects', 'service'),
      await find('users', 'trove'),
      (await find('roles', 'service')) ?? (await made()),
    ]
    await ask('PUT', `${url}/v3/projects/${project}/users/${user}/roles/${role}`)
    return (await rig.client.login('trove', { project: 'service' })).token
  }

  async function status(token: string, path: string, method = 'GET', serviceToken?: string) {
    const headers = {
      'x-auth-token': token,
      ...(serviceToken === undefined ? {} : { 'x-service-token': serviceToken }),
    }
    const answer = await fetch(`${ours.url}/v1.0/${rig.ids.projects.demo}${path}`, { method, headers })
    await answer.arrayBuffer()
    return answer.status
  }

  test('open what their access rules name, here as in Trove, and nothing else', async () => {
    const token = await restricted('looks at datastores', {
      access_rules: [
        { service: 'database', method: 'GET', path: '/v1.0/*/datastores' },
        { service: 'database', method: 'GET', path: '/v1.0/{project_id}/instances/**' },
        { service: 'compute', method: 'GET', path: '/v1.0/*/flavors' },
      ],
    })
    assert.equal(await status(token, '/datastores'), 200)
    assert.equal(await status(token, '/instances/nosuch/flavors'), 404)
    for (const path of ['/flavors', '/datastores/mysql', '/instances', '/limits'])
      assert.equal(await status(token, path), 401, path)
    assert.equal(await status(token, '/datastores', 'POST'), 401)
    // A Trove that does not know what it is called in the catalogue refuses them altogether; no Trove lets one pass here.
    const theirs = await fetch(`${rig.trove.url}/v1.0/${rig.ids.projects.demo}/flavors`, {
      headers: { 'x-auth-token': token },
    })
    assert.equal(theirs.status, 401)
  })

  test('without such rules open what their roles do', async () => {
    assert.equal(await status(await restricted('may do all', {}), '/flavors'), 200)
  })

  test('that have expired are good in the hands of a service, and nobody else’s', async () => {
    const service = await serviceToken()
    const expiresAt = new Date(Date.now() + 10_000)
    const token = await restricted('soon gone', { expires_at: expiresAt.toISOString().replace('Z', '') })
    assert.equal(await status(token, '/datastores'), 200)
    await until(async () => (await status(token, '/datastores')) === 401)
    assert.ok(Date.now() >= expiresAt.getTime() - 1000)
    assert.equal(await status(token, '/datastores', 'GET', service), 200)
    assert.equal(await status(token, '/datastores'), 401)
    const another = (await rig.client.login('alt_demo')).token
    assert.equal(await status(token, '/datastores', 'GET', another), 401)
    const good = (await rig.client.login('demo')).token
    assert.equal(await status(good, '/datastores', 'GET', service), 200)
    assert.equal(await status(good, '/datastores', 'GET', 'nonsense'), 401)
  })
})
