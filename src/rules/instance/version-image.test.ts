import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { followingImages, imageOfVersion } from './version-image.ts'

const mariadb = { id: 'maria', tags: ['local', 'mariadb', 'mariadb-10.11'] }
const redis = { id: 'redis', tags: ['local', 'redis', 'redis-7'] }
const byId = (imageId: string | null) => ({ imageId, imageTags: [] })
const byTags = (...imageTags: string[]) => ({ imageId: null, imageTags })

const chosen: readonly [what: string, choice: Parameters<typeof imageOfVersion>[0], id: string | undefined][] = [
  ['the image that it names', byId('redis'), 'redis'],
  ['no other one', byId('oracle'), undefined],
  ['one that has its tag', byTags('redis'), 'redis'],
  ['the first one that has all of its tags', byTags('local'), 'maria'],
  ['none that has only some of them', byTags('redis', 'mariadb'), undefined],
  ['none without a name and tags', byTags(), undefined],
  ['the one it names, whatever its tags', { imageId: 'maria', imageTags: ['redis'] }, 'maria'],
]
describe('a version is made from', () => {
  for (const [what, choice, id] of chosen)
    test(what, () => assert.equal(imageOfVersion(choice, [mariadb, redis])?.id, id))
})

type Row = readonly [
  what: string,
  version: object,
  there: object[],
  lost: object[],
  isOffByUs: boolean,
  to?: 'off' | 'on',
]
const table: readonly Row[] = [
  ['an active version whose image is there stays', { ...byId('maria'), active: true }, [mariadb], [], false],
  [
    'one whose image was here and is gone goes off',
    { ...byId('maria'), active: true },
    [redis],
    [mariadb],
    false,
    'off',
  ],
  ['by tags as well', { ...byTags('mariadb'), active: true }, [redis], [mariadb], false, 'off'],
  ['one whose image never was here is not ours', { ...byId('glance'), active: true }, [redis], [mariadb], false],
  ['one that has another image by its tags stays', { ...byTags('local'), active: true }, [redis], [mariadb], false],
  ['what we switched off comes back with its image', { ...byId('maria'), active: false }, [mariadb], [], true, 'on'],
  ['and not before', { ...byId('maria'), active: false }, [redis], [mariadb], true],
  ['what somebody else switched off stays off', { ...byId('maria'), active: false }, [mariadb], [], false],
]
describe('when images come and go', () => {
  for (const [what, version, images, lost, isOffByUs, to] of table)
    test(what, () => {
      const facts = { version, images, lost, isOffByUs } as unknown as Parameters<typeof followingImages>[0]
      assert.equal(followingImages(facts), to)
    })
})
