import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { keystoneSession } from '../../../test/outside/keystone-session.ts'
import { type FakeFlavor, startFakeNova } from '../../../test/outside/nova.ts'
import { Fault } from '../../model/fault.ts'
import { openNovaFlavors } from './source.ts'

async function bench(t: TestContext, changes: { version?: string; url?: string; region?: string } = {}) {
  const { keystone, session } = await keystoneSession(t)
  const nova = await startFakeNova()
  t.after(() => nova.stop().catch(() => {}))
  keystone.services.push(
    { type: 'compute', interface: 'public', region: 'RegionTwo', url: 'http://127.0.0.1:1/v2.1' },
    { type: 'compute', interface: 'internal', region: 'RegionOne', url: 'http://127.0.0.1:1/v2.1' },
    { type: 'compute', interface: 'public', region: 'RegionOne', url: `${nova.url}/` },
  )
  const clock = { monotonicMs: () => performance.now() }
  const settings = {
    url: changes.url,
    serviceType: 'compute',
    interface: 'publicURL',
    region: changes.region ?? 'RegionOne',
    version: changes.version ?? '2.61',
    ages: { refreshMs: 0, ageMsMax: 0, staleMsMax: 60_000, waitMs: 5000, readWaitMs: 5000 },
  }
  return { keystone, nova, source: openNovaFlavors(settings, session, clock, () => {}) }
}

const numbered = (count: number): FakeFlavor[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), name: `f${index}` }))

test('a flavor has all of Nova’s properties, and its id is a text', async t => {
  const { nova, source } = await bench(t)
  nova.flavors.push({
    id: '7',
    name: 'big',
    vcpus: 4,
    ram: 8192,
    disk: 80,
    swap: 1024,
    ephemeral: 5,
    extraSpecs: { 'trait:X': 'required' },
  })
  assert.deepEqual(await source.list(), [
    {
      id: '7',
      name: 'big',
      vcpus: 4,
      ramMb: 8192,
      diskGb: 80,
      ephemeralGb: 5,
      swapMb: 1024,
      extraSpecs: { 'trait:X': 'required' },
      isPublic: true,
      projects: [],
    },
  ])
})

test('every page is read, and the flavors are sorted by id', async t => {
  const { nova, source } = await bench(t)
  nova.flavors.push(...numbered(2500))
  const flavors = await source.list()
  assert.equal(flavors.length, 2500)
  assert.equal(nova.asked.pages, 3)
  assert.deepEqual(
    flavors.map(({ id }) => id),
    numbered(2500)
      .map(({ id }) => id)
      .sort(),
  )
})

test('paging ends after a last page that is full', async t => {
  const { nova, source } = await bench(t)
  nova.page.size = 2
  nova.flavors.push(...numbered(4))
  assert.equal((await source.list()).length, 4)
})

test('if a flavor is deleted while pages are read, no other flavor is missed', async t => {
  const { nova, source } = await bench(t)
  nova.page.size = 2
  nova.flavors.push(...numbered(6))
  nova.onPage.now = marker => {
    if (marker === '1') nova.flavors.splice(1, 1)
  }
  assert.deepEqual(
    (await source.list()).map(({ id }) => id),
    ['0', '2', '3', '4', '5'],
  )
})

test('a private flavor is available to exactly the projects with access', async t => {
  const { nova, source } = await bench(t)
  nova.flavors.push(
    { id: '1', name: 'all' },
    { id: '90', name: 'few', projects: ['p1', 'p2'] },
    { id: '91', name: 'none', projects: [] },
  )
  assert.deepEqual(
    (await source.list()).map(({ id, isPublic, projects }) => [id, isPublic, projects]),
    [
      ['1', true, []],
      ['90', false, ['p1', 'p2']],
      ['91', false, []],
    ],
  )
  assert.equal(nova.asked.access, 2)
})

test('from microversion 2.61 on, extra specs are part of the flavors', async t => {
  const { nova, source } = await bench(t)
  nova.flavors.push({ id: '1', name: 'a', extraSpecs: { a: 'b' } })
  await source.list()
  assert.deepEqual([...new Set(nova.asked.versions)], ['2.61'])
  assert.equal(nova.asked.extraSpecs, 0)
})

for (const [title, speaks, version, agreed] of [
  ['with an older maximum', { min: '2.1', max: '2.60' }, '2.61', '2.60'],
  ['with an older configured version', { min: '2.1', max: '2.96' }, '2.12', '2.12'],
  ['without microversions', { min: '', max: '' }, '2.61', '2.1'],
] as const)
  test(`from a Nova ${title}, extra specs are requested for each flavor`, async t => {
    const { nova, source } = await bench(t, { version })
    Object.assign(nova.speaks, speaks)
    nova.flavors.push({ id: '1', name: 'a', extraSpecs: { a: 'b' } })
    assert.deepEqual((await source.list())[0]!.extraSpecs, { a: 'b' })
    assert.deepEqual([...new Set(nova.asked.versions)], [agreed])
  })

test('a Nova that supports only newer versions is a fault', async t => {
  const { nova, source } = await bench(t)
  Object.assign(nova.speaks, { min: '2.70', max: '2.96' })
  await assert.rejects(source.list(), error => error instanceof Fault && error.status === 503)
})

test('a configured URL takes precedence over the service catalogue, and a project at its end is removed', async t => {
  const { nova } = await bench(t)
  nova.flavors.push({ id: '1', name: 'a' })
  const { source } = await bench(t, { url: `${nova.url}/0123456789abcdef`, region: 'nowhere' })
  assert.equal((await source.list()).length, 1)
})

test('a region that is missing from the service catalogue is a fault that names it', async t => {
  const { source } = await bench(t, { region: 'North' })
  await assert.rejects(source.list(), /no publicURL endpoint of type compute in region North/)
})

test('a token that Nova no longer accepts is renewed', async t => {
  const { keystone, nova, source } = await bench(t)
  nova.flavors.push({ id: '1', name: 'a' })
  let bad = ''
  nova.isGood.now = token => {
    bad ||= token
    return token !== bad
  }
  assert.equal((await source.list()).length, 1)
  assert.equal(keystone.asked.logins, 2)
})

for (const mode of ['fail', 'forbid'] as const)
  test(`a Nova that answers ${mode === 'fail' ? 500 : 403} is a fault of status 503`, async t => {
    const { nova, source } = await bench(t)
    nova.mode.now = mode
    await assert.rejects(
      source.list(),
      error => error instanceof Fault && error.status === 503 && error.retryAfterSeconds === 10,
    )
  })

test('after an outage, Nova is used again without a restart', async t => {
  const { nova, source } = await bench(t)
  nova.flavors.push({ id: '1', name: 'a' })
  await source.list()
  await nova.stop()
  await assert.rejects(source.list(), /^Fault: Nova is unreachable\.$/)
  const cached = await source.lastKnown()
  assert.equal(cached.flavors.length, 1)
  assert.ok(cached.staleSeconds !== undefined)
  await nova.start()
  assert.equal((await source.list()).length, 1)
})
