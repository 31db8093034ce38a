import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { followingImages, imageOfVersion } from './version-image.ts'

const mariadb = { id: 'maria', tags: ['local', 'mariadb', 'mariadb-10.11'] }
const redis = { id: 'redis', tags: ['local', 'redis', 'redis-7'] }
const byId = (imageId: string | null) => ({ imageId, imageTags: [] })
const byTags = (...imageTags: string[]) => ({ imageId: null, imageTags })

const chosen: readonly [guarantee: string, choice: Parameters<typeof imageOfVersion>[0], id: string | undefined][] = [
  ['the image with its id', byId('redis'), 'redis'],
  ['no other image', byId('oracle'), undefined],
  ['an image with its tag', byTags('redis'), 'redis'],
  ['the first image with all of its tags', byTags('local'), 'maria'],
  ['no image with only some of its tags', byTags('redis', 'mariadb'), undefined],
  ['no image without an id and tags', byTags(), undefined],
  ['the image with its id, whatever its tags', { imageId: 'maria', imageTags: ['redis'] }, 'maria'],
]
describe('a version uses', () => {
  for (const [guarantee, choice, id] of chosen)
    test(guarantee, () => assert.equal(imageOfVersion(choice, [mariadb, redis])?.id, id))
})

type Row = readonly [
  guarantee: string,
  version: object,
  there: object[],
  lost: object[],
  isOffByUs: boolean,
  to?: 'off' | 'on',
]
const table: readonly Row[] = [
  ['an active version with an installed image stays active', { ...byId('maria'), active: true }, [mariadb], [], false],
  [
    'a version whose image was removed is deactivated',
    { ...byId('maria'), active: true },
    [redis],
    [mariadb],
    false,
    'off',
  ],
  [
    'also if it has tags instead of an image id',
    { ...byTags('mariadb'), active: true },
    [redis],
    [mariadb],
    false,
    'off',
  ],
  [
    'a version whose image never was on this host is left alone',
    { ...byId('glance'), active: true },
    [redis],
    [mariadb],
    false,
  ],
  [
    'a version whose tags match another image stays active',
    { ...byTags('local'), active: true },
    [redis],
    [mariadb],
    false,
  ],
  [
    'a version that was deactivated here is activated when its image is back',
    { ...byId('maria'), active: false },
    [mariadb],
    [],
    true,
    'on',
  ],
  ['and not before', { ...byId('maria'), active: false }, [redis], [mariadb], true],
  [
    'a version that somebody else deactivated stays inactive',
    { ...byId('maria'), active: false },
    [mariadb],
    [],
    false,
  ],
]
describe('after images were removed or installed', () => {
  for (const [guarantee, version, images, lost, isOffByUs, to] of table)
    test(guarantee, () => {
      const facts = { version, images, lost, isOffByUs } as unknown as Parameters<typeof followingImages>[0]
      assert.equal(followingImages(facts), to)
    })
})
