import type { TestContext } from 'node:test'
import { openHttp } from '../../src/openstack/http.ts'
import { openSession, type Session } from '../../src/openstack/session.ts'
import { type FakeKeystone, startFakeKeystone } from './keystone.ts'

/** The service user's session at a stand-in for Keystone. */
export async function keystoneSession(t: TestContext): Promise<{ keystone: FakeKeystone; session: Session }> {
  const keystone = await startFakeKeystone({ now: new Date() })
  const http = openHttp()
  t.after(async () => {
    http.close()
    await keystone.stop().catch(() => {})
  })
  const domain = { name: 'Default' }
  const credentials = {
    kind: 'password',
    user: { name: 'trove', domain },
    password: 'service-pass',
    project: { name: 'service', domain },
  } as const
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
  return { keystone, session: openSession({ authUrl: keystone.url, credentials, timeoutMs: 2000 }, http, clock) }
}
