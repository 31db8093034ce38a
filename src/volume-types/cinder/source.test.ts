import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakeVolumeType, startFakeCinder } from '../../../test/outside/cinder.ts'
import { keystoneSession } from '../../../test/outside/keystone-session.ts'
import { Fault } from '../../model/fault.ts'
import type { CinderSettings } from '../../openstack/cinder.ts'
import { openCinderVolumeTypes } from './source.ts'

const ages = { refreshMs: 0, ageMsMax: 0, staleMsMax: 60_000, waitMs: 5000, readWaitMs: 5000 }

async function bench(t: TestContext, changes: Partial<CinderSettings> = {}) {
  const { keystone, session } = await keystoneSession(t)
  const cinder = await startFakeCinder()
  t.after(() => cinder.stop().catch(() => {}))
  const at = (type: string, path = '/v3') =>
    keystone.services.push({ type, interface: 'public', region: 'RegionOne', url: `${cinder.url}${path}` })
  const settings = { url: undefined, serviceType: 'volumev3', interface: 'publicURL', region: 'RegionOne', ...changes }
  const clock = { monotonicMs: () => performance.now() }
  const open = (more: { ages?: typeof ages } = {}) =>
    openCinderVolumeTypes({ ...settings, ages, ...more }, session, clock, () => {})
  return { keystone, cinder, at, source: open() }
}

const numbered = (count: number): FakeVolumeType[] =>
  Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, name: `t${String(index).padStart(4, '0')}` }))

const isAway = (error: unknown) => error instanceof Fault && error.status === 503 && error.retryAfterSeconds === 10

test('a private type is available to exactly the projects with access', async t => {
  const { cinder, at, source } = await bench(t)
  at('volumev3')
  cinder.types.push(
    { id: '1', name: 'all' },
    { id: '2', name: 'few', projects: ['p1', 'p2'] },
    { id: '3', name: 'none', projects: [] },
  )
  assert.deepEqual(
    (await source.list()).map(({ name, isPublic, projects }) => [name, isPublic, projects]),
    [
      ['all', true, []],
      ['few', false, ['p1', 'p2']],
      ['none', false, []],
    ],
  )
})

test('every page is read', async t => {
  const { cinder, at, source } = await bench(t)
  at('volumev3')
  cinder.page.size = 7
  cinder.types.push(...numbered(21))
  assert.equal((await source.list()).length, 21)
})

test('if a type is deleted while pages are read, no other type is missed', async t => {
  const { cinder, at, source } = await bench(t)
  at('volumev3')
  cinder.page.size = 2
  cinder.types.push(...numbered(6))
  cinder.onPage.now = marker => {
    if (marker === 'id-1') cinder.types.splice(1, 1)
  }
  assert.deepEqual(
    (await source.list()).map(({ id }) => id),
    ['id-0', 'id-2', 'id-3', 'id-4', 'id-5'],
  )
})

test('Cinder’s default type is the default, unless it is private', async t => {
  const { cinder, at, source } = await bench(t)
  at('volumev3')
  const defaults = async () => (await source.list()).filter(({ isDefault }) => isDefault).map(({ name }) => name)
  cinder.types.push({ id: '1', name: '__DEFAULT__' }, { id: '2', name: 'few', projects: ['p1'] })
  assert.deepEqual(await defaults(), [])
  cinder.defaultId.now = '1'
  assert.deepEqual(await defaults(), ['__DEFAULT__'])
  cinder.defaultId.now = '2'
  assert.deepEqual(await defaults(), [])
})

for (const path of ['', '/', '/v3', '/v3/', '/v3/service', '/v2/service'])
  test(`the path '${path}' in the service catalogue becomes that of the service user’s project`, async t => {
    const { cinder, at, source } = await bench(t)
    at('volumev3', path)
    await source.list()
    assert.ok(cinder.asked.length > 0)
    for (const asked of cinder.asked) assert.match(asked, /^\/v3\/service\/types/)
  })

test('a configured URL takes precedence over the service catalogue', async t => {
  const other = await startFakeCinder()
  t.after(() => other.stop())
  other.types.push({ id: '1', name: 'other' })
  const { source } = await bench(t, { url: `${other.url}/v3`, region: 'nowhere' })
  assert.equal((await source.list()).length, 1)
})

test('the official service type is found, too', async t => {
  const { cinder, at, source } = await bench(t)
  at('block-storage')
  cinder.types.push({ id: '1', name: 'a' })
  assert.equal((await source.list()).length, 1)
})

test('a cloud without Cinder has no volume types', async t => {
  const { source } = await bench(t)
  assert.deepEqual(await source.list(), [])
})

test('a Cinder that is only in another region is a fault that names this one', async t => {
  const { at, source } = await bench(t, { region: 'North' })
  at('volumev3')
  await assert.rejects(source.list(), /no publicURL endpoint of type volumev3 in region North/)
})

for (const mode of ['fail', 'forbid'] as const)
  test(`a Cinder that answers ${mode === 'fail' ? 500 : 403} is a fault of status 503`, async t => {
    const { cinder, at, source } = await bench(t)
    at('volumev3')
    cinder.mode.now = mode
    await assert.rejects(source.list(), isAway)
  })

test('a Keystone that is away is a fault of status 503', async t => {
  const { keystone, at, source } = await bench(t)
  at('volumev3')
  await keystone.stop()
  await assert.rejects(source.list(), isAway)
})

test('after an outage, Cinder is used again without a restart', async t => {
  const { cinder, at, source } = await bench(t)
  at('volumev3')
  cinder.types.push({ id: '1', name: 'a' })
  await source.list()
  await cinder.stop()
  await assert.rejects(source.list(), /^Fault: Cinder is unreachable\.$/)
  const known = await source.lastKnown()
  assert.equal(known.volumeTypes.length, 1)
  assert.ok(known.staleSeconds !== undefined)
  await cinder.start()
  assert.equal((await source.list()).length, 1)
})
