import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { startFakeGlance } from '../../test/outside/glance.ts'
import { keystoneSession } from '../../test/outside/keystone-session.ts'
import type { Image } from '../model/image.ts'
import { lookUpImage } from '../operations/datastores/find-image.ts'
import type { ImageSource } from '../ports/image-source.ts'
import { imageSources } from './index.ts'

type Entry = Pick<Image, 'id' | 'name' | 'tags'>

/** Opens a source with these images. A source without a bench fails the test below. */
const benches: Readonly<
  Record<keyof typeof imageSources, (t: TestContext, images: readonly Entry[]) => Promise<ImageSource>>
> = {
  async local(_, images) {
    return imageSources.local({ images: async () => images.map(image => ({ ...image, manager: 'm', version: '1' })) })
  },
  async glance(t, images) {
    const { session } = await keystoneSession(t)
    const glance = await startFakeGlance()
    t.after(() => glance.stop())
    glance.images.push(...images.map(image => ({ ...image, tags: [...image.tags] })))
    const where = { url: glance.url, serviceType: 'image', interface: 'public', region: undefined }
    const ages = { refreshMs: 0, ageMsMax: 0, staleMsMax: 0, waitMs: 5000, readWaitMs: 5000 }
    return imageSources.glance({ ...where, ages }, session, { monotonicMs: () => performance.now() }, () => {})
  },
}

test('every image source has a bench here', () => assert.deepEqual(Object.keys(benches), Object.keys(imageSources)))

const [first, second] = ['9fe95958-e85a-4d63-b017-08ff4e174daf', '6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f10']
const images = [
  { id: first!, name: 'one', tags: ['trove', 'mysql'] },
  { id: second!, name: 'two', tags: ['trove'] },
]

for (const [name, open] of Object.entries(benches)) {
  describe(`image source ${name}`, () => {
    const found = async (t: TestContext, imageId: string | null, imageTags: readonly string[]) =>
      (await lookUpImage(await open(t, images), { imageId, imageTags }))?.name

    test('finds an image by its id, which takes precedence over tags', async t => {
      assert.equal(await found(t, second!, []), 'two')
      assert.equal(await found(t, second!, ['mysql']), 'two')
      assert.equal(await found(t, 'nosuch', ['mysql']), undefined)
    })

    test('otherwise finds an image with all of the tags', async t => {
      assert.equal(await found(t, null, ['mysql', 'trove']), 'one')
      assert.equal(await found(t, null, ['mysql', 'redis']), undefined)
      assert.equal(await found(t, null, []), undefined)
    })

    test('lists images', async t => assert.equal((await (await open(t, images)).list()).length, 2))
  })
}
