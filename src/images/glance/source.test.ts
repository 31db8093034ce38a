import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startFakeGlance } from '../../../test/outside/glance.ts'
import { keystoneSession } from '../../../test/outside/keystone-session.ts'
import { Fault } from '../../model/fault.ts'
import { openGlanceImages } from './source.ts'

const idOf = (number: number) => `9fe95958-e85a-4d63-b017-${String(number).padStart(12, '0')}`

async function bench(t: TestContext, { path = '', refreshMs = 0, ageMsMax = 0 } = {}) {
  const { keystone, session } = await keystoneSession(t)
  const glance = await startFakeGlance()
  t.after(() => glance.stop().catch(() => {}))
  keystone.services.push({ type: 'image', interface: 'public', region: 'RegionOne', url: `${glance.url}${path}` })
  const reports: string[] = []
  const source = openGlanceImages(
    {
      ...{ url: undefined, serviceType: 'image', interface: 'publicURL', region: 'RegionOne' },
      ages: { refreshMs, ageMsMax, staleMsMax: 60_000, waitMs: 300, readWaitMs: 300 },
    },
    session,
    { monotonicMs: () => performance.now() },
    problem => reports.push(problem),
  )
  const byId = (imageId: string) => source.find({ imageId, imageTags: [] })
  const byTags = (...imageTags: string[]) => source.find({ imageId: null, imageTags })
  return { keystone, glance, reports, source, byId, byTags }
}

test('an image is found by its id, whatever its status, as in Trove', async t => {
  const { glance, byId } = await bench(t)
  glance.images.push({ id: idOf(1), name: null, tags: ['trove'], status: 'deactivated' })
  assert.deepEqual(await byId(idOf(1)), { id: idOf(1), name: idOf(1), tags: ['trove'] })
  assert.equal(await byId(idOf(2)), undefined)
})

test('by tags, the newest active image that has them all is found', async t => {
  const { glance, byTags } = await bench(t)
  glance.images.push(
    { id: idOf(1), name: 'older', tags: ['trove', 'mysql'] },
    { id: idOf(2), name: 'newer', tags: ['mysql', 'trove', 'x y&z'] },
    { id: idOf(3), name: 'not ready', tags: ['trove', 'mysql'], status: 'queued' },
    { id: idOf(4), name: 'other', tags: ['trove'] },
  )
  assert.equal((await byTags('trove', 'mysql'))?.name, 'newer')
  assert.equal((await byTags('x y&z'))?.name, 'newer')
  assert.equal(await byTags('trove', 'redis'), undefined)
})

test('a version with neither an id nor tags has no image, and Glance is not asked', async t => {
  const { glance, byTags, byId } = await bench(t)
  glance.images.push({ id: idOf(1), name: 'any', tags: [] })
  assert.deepEqual([await byTags(), await byId('')], [undefined, undefined])
  assert.deepEqual(glance.asked, [])
})

for (const id of ['..', '../images', `${idOf(1)}/file`, '?', 'postgresql-18'])
  test(`'${id}' is not an id of Glance, and is not part of a URL`, async t => {
    const { glance, byId } = await bench(t)
    assert.equal(await byId(id), undefined)
    assert.deepEqual(glance.asked, [])
  })

test('an image that was found is cached; one that was not is looked for again', async t => {
  const { glance, byId } = await bench(t, { refreshMs: 60_000, ageMsMax: 60_000 })
  assert.equal(await byId(idOf(1)), undefined)
  glance.images.push({ id: idOf(1), name: 'a', tags: [] })
  await Promise.all(Array.from({ length: 20 }, () => byId(idOf(1))))
  await byId(idOf(1))
  assert.equal(glance.asked.length, 2)
})

for (const path of ['/', '/v2', '/v2.15/', '/image'])
  test(`the path '${path}' in the service catalogue is used`, async t => {
    const { glance, byId } = await bench(t, { path })
    await byId(idOf(1))
    assert.equal(glance.asked[0], `${path === '/image' ? '/image' : ''}/v2/images/${idOf(1)}`)
  })

test('a Glance that is away, hangs, fails or refuses is a fault of status 503, reported once', async t => {
  const { glance, reports, source, byId, byTags } = await bench(t)
  const isAway = (error: unknown) => error instanceof Fault && error.status === 503 && error.retryAfterSeconds === 10
  for (const mode of ['fail', 'forbid', 'hang'] as const) {
    glance.mode.now = mode
    await assert.rejects(byId(idOf(1)), isAway, mode)
    await assert.rejects(byTags('trove'), isAway, mode)
  }
  await glance.stop()
  await assert.rejects(byId(idOf(2)), /^Fault: Glance is unreachable\.$/)
  await assert.rejects(source.list(), isAway)
  assert.equal(reports.length, 1)
  assert.match(reports[0]!, /^Glance is unreachable\. .* Images cannot be looked up\.$/)
  glance.mode.now = 'answer'
  await glance.start()
  glance.images.push({ id: idOf(2), name: 'a', tags: [] })
  assert.equal((await byId(idOf(2)))?.name, 'a')
  assert.equal(reports[1], 'Glance is available again.')
})

test('the newest images can be listed, to name some', async t => {
  const { glance, source } = await bench(t)
  glance.images.push({ id: idOf(1), name: 'older', tags: [] }, { id: idOf(2), name: 'newer', tags: [] })
  assert.deepEqual(
    (await source.list()).map(({ name }) => name),
    ['newer', 'older'],
  )
})
