import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { bin } from './bin.ts'
import { makeCatalogue } from './furnish.ts'
import { passwordOf } from './keystone-client.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

/** The region in which our server stands in the catalogue; Trove's is RegionOne. */
const region = 'Tenants'
const pem = (name: string) => join(import.meta.dirname, '../servers/tls', name)

type Credential = Readonly<{ id: string; name: string; secret: string }>
type Env = Readonly<Record<string, string>>

describe('trovets, logged in to a real Keystone', () => {
  let rig: Rig
  let ours: OurServer
  let front: Server
  let password: Env
  before(async () => {
    rig = await theRig()
    // On a busy machine, Keystone takes longer than our server waits by default.
    ours = await startOurServer(rig, { conf: { keystone_authtoken: ['http_connect_timeout = 50'] } })
    await untilItAnswers(ours)
    await makeCatalogue(rig.client, [['trove', 'database', `${ours.url}/v1.0/%(tenant_id)s`]], region)
    front = await encrypted(rig.keystone.url)
    password = {
      OS_AUTH_URL: `${rig.keystone.url}/v3`,
      OS_USERNAME: 'demo',
      OS_PASSWORD: passwordOf('demo'),
      OS_PROJECT_NAME: 'demo',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: region,
    }
  })
  after(async () => {
    front?.close().closeAllConnections()
    await ours?.stop()
  })

  /** Ends TLS in front of Keystone. */
  async function encrypted(url: string): Promise<Server> {
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
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return server
  }

  async function trovets(env: Env, ...args: readonly string[]) {
    const child = spawn(process.execPath, [bin('trovets'), ...args], {
      cwd: ours.folder,
      env: { PATH: process.env.PATH, HOME: ours.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    for (const secret of ['demo-pass', 'hunter2']) assert.ok(!(stdout + stderr).includes(secret), stdout + stderr)
    return { stdout, stderr, status }
  }

  /** The verdicts of mysql 8.0 by flavor, as demo is told them. */
  async function verdicts(env: Env): Promise<Record<string, string>> {
    const { stdout, stderr, status } = await trovets(env, 'flavors', 'mysql', '8.0', '-f', 'json')
    assert.equal(status, 0, stderr)
    const rows = JSON.parse(stdout) as { ID: string; Verdict: string }[]
    return Object.fromEntries(rows.map(({ ID, Verdict }) => [ID, Verdict]))
  }

  async function isLoggedIn(env: Env) {
    const { 1: tiny, 2: small } = await verdicts(env)
    assert.deepEqual([tiny, small], ['refused', 'allowed'])
  }

  /** An application credential of demo's. */
  async function credential(name: string, more: object = {}): Promise<Credential> {
    const { url, ask } = rig.client
    const { token } = await rig.client.login('demo')
    const { users } = await ask<{ users: { id: string }[] }>('GET', `${url}/v3/users?name=demo`)
    const made = await ask<{ application_credential: Credential }>(
      'POST',
      `${url}/v3/users/${users[0]!.id}/application_credentials`,
      { application_credential: { name, ...more } },
      { 'x-auth-token': token },
    )
    return made.application_credential
  }
  const common = () => ({ OS_AUTH_URL: password.OS_AUTH_URL!, OS_REGION_NAME: region })

  test('by password, for a project by its name or id', async () => {
    await isLoggedIn(password)
    const { OS_PROJECT_NAME: _, ...rest } = password
    await isLoggedIn({ ...rest, OS_PROJECT_ID: rig.ids.projects.demo })
  })

  test('by a token, as it is or for a project', async () => {
    const { token } = await rig.client.login('demo')
    const env = { ...common(), OS_AUTH_TYPE: 'v3token', OS_TOKEN: token }
    await isLoggedIn({ ...env, OS_PROJECT_NAME: 'demo', OS_PROJECT_DOMAIN_ID: 'default' })
    const { status, stderr } = await trovets(env, 'flavors', 'mysql', '8.0')
    // Keystone gives a token without a scope to a user without a default project.
    assert.ok(status === 0 || /^The login of the token has no project\. Set project_name /.test(stderr), stderr)
  })

  test('by an application credential, by its id or its name', async () => {
    const { id, name, secret } = await credential('trovets')
    const env = { ...common(), OS_AUTH_TYPE: 'v3applicationcredential', OS_APPLICATION_CREDENTIAL_SECRET: secret }
    await isLoggedIn({ ...env, OS_APPLICATION_CREDENTIAL_ID: id })
    await isLoggedIn({
      ...env,
      OS_APPLICATION_CREDENTIAL_NAME: name,
      OS_USERNAME: 'demo',
      OS_USER_DOMAIN_ID: 'default',
    })
    const wrong = { ...env, OS_APPLICATION_CREDENTIAL_ID: id, OS_APPLICATION_CREDENTIAL_SECRET: 'hunter2' }
    const { status, stderr } = await trovets(wrong, 'flavors', 'mysql', '8.0')
    assert.equal(status, 1)
    assert.match(stderr, new RegExp(`refuses the login of application credential '${id}'\\.`))
  })

  test('from clouds.yaml, with the password in secure.yaml', async () => {
    writeFileSync(
      join(ours.folder, 'clouds.yaml'),
      `clouds:\n  shop:\n    region_name: ${region}\n    auth: { auth_url: "${rig.keystone.url}", username: demo, project_name: demo, user_domain_name: Default, project_domain_name: Default }\n`,
    )
    writeFileSync(join(ours.folder, 'secure.yaml'), 'clouds: { shop: { auth: { password: demo-pass } } }\n')
    await isLoggedIn({ OS_CLOUD: 'shop' })
    await isLoggedIn({})
  })

  test('over TLS, with the authority that cacert names, or without a look at certificates', async () => {
    const url = `https://127.0.0.1:${(front.address() as AddressInfo).port}/v3`
    const env = { ...password, OS_AUTH_URL: url }
    await isLoggedIn({ ...env, OS_CACERT: pem('authority.pem') })
    await isLoggedIn({ ...env, OS_INSECURE: '1' })
    const { status, stderr } = await trovets(env, 'flavors', 'mysql', '8.0')
    assert.equal(status, 1)
    assert.match(
      stderr,
      /^Keystone at https:\S+ cannot be used: .*; cacert \(OS_CACERT\) can name the authority that signed it\./,
    )
  })

  test('says what to do when Keystone refuses, and when the region has no database service', async () => {
    const refused = await trovets({ ...password, OS_PASSWORD: 'hunter2' }, 'flavors', 'mysql', '8.0')
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /refuses the login of user 'demo'\. Check the secret, the user, the project/)
    const { status, stderr } = await trovets({ ...password, OS_REGION_NAME: 'Mars' }, 'flavors', 'mysql', '8.0')
    assert.equal(status, 1)
    assert.match(stderr, /no public endpoint of its database service in region Mars\. Endpoints: .*public in Tenants/)
  })

  const template = (flavor: string) =>
    `heat_template_version: 2018-08-31\nresources:\n  db:\n    type: OS::Trove::Instance\n    properties:\n      datastore_type: mysql\n      datastore_version: 8.0\n      size: 1\n      flavor: ${flavor}\n`

  test('checks a template, with Nova’s names of flavors, also with access rules that allow only that', async () => {
    const { stdout } = await trovets(password, 'flavors', 'mysql', '8.0', '-f', 'json')
    const rows = JSON.parse(stdout) as { ID: string; Name: string }[]
    const nameOf = (id: string) => rows.find(({ ID }) => ID === id)!.Name
    const { id, secret } = await credential('ci', {
      access_rules: [
        { service: 'database', method: 'POST', path: '/v1.0/*/instances/dry-run' },
        { service: 'database', method: 'GET', path: '/v1.0/*/flavors' },
      ],
    })
    const env = {
      ...common(),
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_APPLICATION_CREDENTIAL_ID: id,
      OS_APPLICATION_CREDENTIAL_SECRET: secret,
    }
    writeFileSync(join(ours.folder, 'good.yaml'), template(nameOf('2')))
    writeFileSync(join(ours.folder, 'bad.yaml'), template(nameOf('1')))
    for (const way of [password, env]) {
      const good = await trovets(way, 'check', 'good.yaml')
      assert.equal(good.status, 0, good.stdout + good.stderr)
      const bad = await trovets(way, 'check', 'bad.yaml')
      assert.equal(bad.status, 3, bad.stdout + bad.stderr)
      assert.match(
        bad.stdout,
        /^bad\.yaml:9:7: db: would be refused: Flavor 1 is not supported for datastore version /m,
      )
    }
  })

  test('says that a Trove alone has no dry run', async () => {
    writeFileSync(join(ours.folder, 'alone.yaml'), template("'2'"))
    const { status, stderr } = await trovets({ ...password, OS_REGION_NAME: 'RegionOne' }, 'check', 'alone.yaml')
    assert.equal(status, 1)
    assert.match(
      stderr,
      /^This database service cannot check requests without making them: it is a Trove without trove-ts/,
    )
  })
})
