import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageChangeRefusal, sameVersionRefusal } from './upgrade.ts'

const present = { id: 'a', name: '16.3' }
const version = { id: 'b', name: '16.4' }
const image = { id: 'postgresql-16', name: 'PostgreSQL 16.4', manager: 'postgresql', version: '16.4', tags: [] }

test('an upgrade to the version that is there is refused, to another one is not', () => {
  assert.equal(sameVersionRefusal(present, { ...present })?.code, 'upgrade_same_version')
  assert.equal(sameVersionRefusal(present, version), undefined)
})

test('an upgrade goes to a version that is made from the same image, and to no other', () => {
  assert.equal(imageChangeRefusal({ present, version }, 'postgresql-16', image), undefined)
  assert.equal(imageChangeRefusal({ present, version }, 'postgresql-15', image)?.code, 'upgrade_across_images')
})
