import type { TestContext } from 'node:test'
import { type KeystoneSettings, openKeystoneIdentity } from '../../src/identity/keystone/identity.ts'
import { Fault } from '../../src/model/fault.ts'
import { openHttp } from '../../src/openstack/http.ts'
import type { Credentials } from '../../src/openstack/keystone.ts'
import { openSession } from '../../src/openstack/session.ts'
import { type FakeKeystone, startFakeKeystone } from './keystone.ts'

const domain = { id: 'default' }
const service: Credentials = {
  kind: 'password',
  user: { name: 'trove', domain },
  password: 'service-pass',
  project: { name: 'service', domain },
}

/** Tokens validated at a stand-in for Keystone, at a time that stands still until it is told. */
export async function bench(t: TestContext, changes: Partial<KeystoneSettings> & { credentials?: Credentials } = {}) {
  const clock = { now: new Date('2026-01-01T00:00:00Z') }
  const time = { now: () => clock.now, monotonicMs: () => clock.now.getTime() }
  const keystone = await startFakeKeystone(clock)
  const http = openHttp()
  t.after(async () => {
    http.close()
    await keystone.stop().catch(() => {})
  })
  const { credentials = service, ...rest } = changes
  const settings = {
    authUrl: keystone.url,
    interface: 'internal',
    region: 'RegionOne',
    cacheSeconds: 300,
    timeoutMs: 300,
    adminRoles: ['admin'],
    serviceTokenRoles: ['service'],
    serviceTokenRolesRequired: false,
    checksBinding: true,
    ...rest,
  }
  const session = openSession({ authUrl: keystone.url, credentials, timeoutMs: 300 }, http, time)
  return {
    keystone,
    identity: openKeystoneIdentity(settings, session, time),
    later: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000)
    },
  }
}

export const token = (keystone: FakeKeystone) => keystone.issue('u1', { project: 'p1' })

export const isUnavailable = (error: unknown) =>
  error instanceof Fault &&
  error.status === 503 &&
  error.retryAfterSeconds === 10 &&
  error.message === 'The Keystone service is temporarily unavailable.'
