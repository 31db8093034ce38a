import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { passwords, type Scope } from './keystone-client.ts'
import { type OurServer, startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import { until } from './until.ts'

describe('tokens of a real Keystone', () => {
  let rig: Rig
  let ours: OurServer
  /** Believes what was said of a token for five minutes. */
  let lasting: OurServer
  before(async () => {
    rig = await theRig()
    lasting = await startOurServer(rig)
    ours = await startOurServer(rig, {
      conf: { keystone_authtoken: ['token_cache_time = 2', 'http_connect_timeout = 5'] },
    })
  })
  after(async () => {
    await ours?.stop()
    await lasting?.stop()
  })

  async function get(token: string | undefined, project: string, path = '/datastores', server = ours) {
    const headers = token === undefined ? {} : { 'x-auth-token': token }
    const answer = await fetch(`${server.url}/v1.0/${project}${path}`, { headers })
    await answer.arrayBuffer()
    return answer
  }
  const status = async (token: string | undefined, project: string, path?: string) =>
    (await get(token, project, path)).status

  test('let a member and an admin into their projects, the admin to the management too, and nobody elsewhere', async () => {
    const { demo, admin } = rig.ids.projects
    const [member, operator] = [await rig.client.login('demo'), await rig.client.login('admin')]
    assert.equal(await status(member.token, demo), 200)
    assert.equal(await status(operator.token, admin), 200)
    assert.equal(await status(member.token, admin), 403)
    assert.equal(await status(operator.token, demo), 403)
    assert.equal(await status(member.token, demo, '/mgmt/datastore-versions'), 401)
    assert.equal(await status(operator.token, admin, '/mgmt/datastore-versions'), 200)
  })

  test('that are none are refused, with where to log in', async () => {
    for (const token of [undefined, 'nonsense', 'gAAAAABnonsense']) {
      const answer = await get(token, rig.ids.projects.demo)
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), `Keystone uri="${rig.keystone.url}"`)
    }
  })

  const scopes: [what: string, user: string, scope: Scope][] = [
    ['without a scope', 'demo', 'none'],
    ['of the system', 'admin', 'system'],
  ]
  for (const [what, user, scope] of scopes)
    test(`${what} open no project, as in Trove`, async () => {
      const { token } = await rig.client.login(user, scope)
      assert.equal(await status(token, rig.ids.projects.demo), 403)
    })

  test('of a domain open no project, as in Trove', async () => {
    const { ask, url } = rig.client
    const { users } = await ask<{ users: { id: string }[] }>('GET', `${url}/v3/users?name=demo`)
    const { roles } = await ask<{ roles: { id: string }[] }>('GET', `${url}/v3/roles?name=member`)
    await ask('PUT', `${url}/v3/domains/default/users/${users[0]!.id}/roles/${roles[0]!.id}`)
    const { token } = await rig.client.login('demo', { domain: 'default' })
    assert.equal(await status(token, rig.ids.projects.demo), 403)
  })

  test('that were revoked are refused once what was said of them is not believed any more', async () => {
    const { token, projectId } = await rig.client.login('demo')
    const believed = async () => (await get(token, projectId, undefined, lasting)).status
    assert.equal(await status(token, projectId), 200)
    assert.equal(await believed(), 200)
    await rig.client.ask('DELETE', `${rig.client.url}/v3/auth/tokens`, undefined, { 'x-subject-token': token })
    assert.equal(await believed(), 200)
    await until(async () => (await status(token, projectId)) === 401)
  })

  test('go on while Keystone is away, for who is known; others are told to come back, and all is well again', async () => {
    const [known, other] = [await rig.client.login('demo'), await rig.client.login('alt_demo')]
    const at = ({ token, projectId }: typeof known) => get(token, projectId, undefined, lasting)
    assert.equal((await at(known)).status, 200)
    await rig.keystone.stop()
    try {
      assert.equal((await at(known)).status, 200)
      const away = await at(other)
      assert.equal(away.status, 503)
      assert.equal(away.headers.get('retry-after'), '10')
    } finally {
      await rig.keystone.start()
    }
    assert.equal((await at(other)).status, 200)
  })

  test('are validated with a new token of the service user when Keystone has revoked the old one', async () => {
    const first = await rig.client.login('demo')
    assert.equal(await status(first.token, first.projectId), 200)
    const { url, ask } = rig.client
    const { users } = await ask<{ users: { id: string }[] }>('GET', `${url}/v3/users?name=trove`)
    // A password that is set anew ends every token of the user.
    await ask('PATCH', `${url}/v3/users/${users[0]!.id}`, { user: { password: passwords.service } })
    const second = await rig.client.login('demo')
    // To Keystone, what was issued in the very second of a revocation is revoked as well.
    await until(async () => (await status(second.token, second.projectId)) === 200, 10_000)
  })

  test('are validated as a service user who comes with an application credential, too', async () => {
    const { token } = await rig.client.login('trove', { project: 'service' })
    const { url, ask } = rig.client
    const asTrove = { 'x-auth-token': token }
    const { users } = await ask<{ users: { id: string }[] }>('GET', `${url}/v3/users?name=trove`)
    const { application_credential: credential } = await ask<{
      application_credential: { id: string; secret: string }
    }>(
      'POST',
      `${url}/v3/users/${users[0]!.id}/application_credentials`,
      { application_credential: { name: 'for trove-ts' } },
      asTrove,
    )
    const other = await startOurServer(rig, {
      conf: {
        keystone_authtoken: [
          'auth_type = v3applicationcredential',
          `application_credential_id = ${credential.id}`,
          `application_credential_secret = ${credential.secret}`,
        ],
      },
    })
    try {
      assert.equal((await other.ask('demo', 'GET', '/datastores')).status, 200)
    } finally {
      await other.stop()
    }
  })

  test('cannot be validated by a service user with a wrong password, and nobody is let in', async () => {
    const other = await startOurServer(rig, { conf: { keystone_authtoken: ['password = wrong'] } })
    try {
      assert.equal((await other.ask('demo', 'GET', '/datastores')).status, 503)
    } finally {
      await other.stop()
    }
  })
})
