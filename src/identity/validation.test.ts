import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { startFakeKeystone } from '../../test/outside/keystone.ts'
import type { TokenUser } from '../model/caller.ts'
import { openHttp } from '../openstack/http.ts'
import { openSession } from '../openstack/session.ts'
import type { Clock } from '../ports/clock.ts'
import type { Identity } from '../ports/identity.ts'
import { type Directory, newSigningKey } from './embedded/directory-file.ts'
import { hashPassword } from './embedded/passwords.ts'
import { identities } from './index.ts'

/** An identity with a user u1 who is a member of p1 and an admin of p2; tokens live an hour. */
type Bench = Readonly<{
  identity: Identity
  /** A token of u1 for a project. */
  tokenFor(project: string): Promise<string>
  revoke(token: string): Promise<void>
  takeRoles(project: string): Promise<void>
  clock: { now: Date }
  /** How long the result of a validation may be reused. */
  cacheSeconds: number
}>

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-identities-'))
})
after(() => rmSync(folder, { recursive: true }))

const startedAt = new Date('2026-01-01T00:00:00Z')

const benches: Readonly<Record<keyof typeof identities, (t: TestContext) => Promise<Bench>>> = {
  async embedded() {
    const clock = { now: startedAt }
    const identityFile = join(folder, `${Math.random()}.json`)
    const directory: Directory = {
      signing_key: newSigningKey(),
      users: [{ id: 'u1', name: 'ann', password: await hashPassword('secret') }],
      projects: ['p1', 'p2'].map(id => ({ id, name: id })),
      assignments: [
        { user: 'u1', project: 'p1', roles: ['member'] },
        { user: 'u1', project: 'p2', roles: ['admin', 'member'] },
      ],
    }
    writeFileSync(identityFile, JSON.stringify(directory))
    const time: Clock = { now: () => clock.now, monotonicMs: () => clock.now.getTime(), newId: () => '' }
    const identity = identities.embedded({ identityFile, tokenLifeSeconds: 3600 }, time)
    return {
      identity,
      clock,
      cacheSeconds: 0,
      async tokenFor(project) {
        const user = { name: 'ann' }
        return (await identity.login({ by: { password: 'secret', user }, project: { id: project } }))!.token
      },
      revoke: token => identity.revoke(token),
      async takeRoles(project) {
        const read: Directory = JSON.parse(readFileSync(identityFile, 'utf8'))
        read.assignments.find(each => each.project === project)!.roles = ['member']
        writeFileSync(identityFile, JSON.stringify(read))
      },
    }
  },
  async keystone(t) {
    const clock = { now: startedAt }
    const time = { now: () => clock.now, monotonicMs: () => clock.now.getTime() }
    const keystone = await startFakeKeystone(clock)
    const http = openHttp()
    t.after(async () => {
      http.close()
      await keystone.stop()
    })
    const domain = { id: 'default' }
    const session = openSession(
      {
        authUrl: keystone.url,
        credentials: {
          kind: 'password',
          user: { name: 'trove', domain },
          password: 'service-pass',
          project: { name: 'service', domain },
        },
        timeoutMs: 5000,
      },
      http,
      time,
    )
    const settings = {
      authUrl: keystone.url,
      interface: 'internal',
      region: 'RegionOne',
      cacheSeconds: 300,
      timeoutMs: 5000,
      serviceTokenRoles: ['service'],
      serviceTokenRolesRequired: false,
      checksBinding: true,
    }
    return {
      identity: identities.keystone(settings, session, time),
      clock,
      cacheSeconds: settings.cacheSeconds,
      tokenFor: async project => keystone.issue('u1', { project }),
      revoke: async token => keystone.revoke(token),
      async takeRoles(project) {
        keystone.roles.u1![project] = ['member']
      },
    }
  },
}

const later = (bench: Bench, seconds: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + seconds * 1000)
}
const isAdminRole = (role: string) => role.toLowerCase() === 'admin'
const validate = async (bench: Bench, token: string) => (await bench.identity.validate(token)) as TokenUser | undefined

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`identity ${name}`, () => {
    test('a token identifies its user, project and roles', async t => {
      const bench = await makeBench(t)
      const member = await validate(bench, await bench.tokenFor('p1'))
      assert.deepEqual(member, { userId: 'u1', projectId: 'p1', roles: ['member'] })
      const admin = (await validate(bench, await bench.tokenFor('p2')))!
      assert.equal(admin.projectId, 'p2')
      assert.ok(admin.roles.some(isAdminRole))
    })

    test('a token is valid until it expires, to the second', async t => {
      const bench = await makeBench(t)
      const token = await bench.tokenFor('p1')
      later(bench, 3599)
      assert.ok(await validate(bench, token))
      later(bench, 1)
      assert.equal(await validate(bench, token), undefined)
    })

    test('a revoked token is refused once the cache time is over', async t => {
      const bench = await makeBench(t)
      const token = await bench.tokenFor('p1')
      assert.ok(await validate(bench, token))
      await bench.revoke(token)
      later(bench, bench.cacheSeconds)
      assert.equal(await validate(bench, token), undefined)
    })

    test('a removed role is gone once the cache time is over', async t => {
      const bench = await makeBench(t)
      const token = await bench.tokenFor('p2')
      assert.ok((await validate(bench, token))?.roles.some(isAdminRole))
      await bench.takeRoles('p2')
      later(bench, bench.cacheSeconds)
      assert.deepEqual((await validate(bench, token))?.roles, ['member'])
    })

    for (const token of ['', '.', 'a.b', 'gAAAAAnonsense', 'two words', 'é.é', 'a\nb', 'x'.repeat(4000)])
      test(`${JSON.stringify(token.slice(0, 20))} is refused, and again when it is repeated`, async t => {
        const bench = await makeBench(t)
        assert.equal(await validate(bench, token), undefined)
        assert.equal(await validate(bench, token), undefined)
      })
  })
}
