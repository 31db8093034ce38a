import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageChangeRefusal, sameVersionRefusal } from './upgrade-checks.ts'

const present = { id: 'a', name: '16.3' }
const version = { id: 'b', name: '16.4' }
const image = { id: 'postgresql-16', name: 'PostgreSQL 16.4', manager: 'postgresql', version: '16.4', tags: [] }

test('an upgrade to the present version is refused, and to another one is not', () => {
  assert.equal(sameVersionRefusal(present, { ...present })?.code, 'upgrade_same_version')
  assert.equal(sameVersionRefusal(present, version), undefined)
})

test('an upgrade is possible only to a version with the same image', () => {
  assert.equal(imageChangeRefusal({ present, version }, 'postgresql-16', image), undefined)
  assert.equal(imageChangeRefusal({ present, version }, 'postgresql-15', image)?.code, 'upgrade_across_images')
})
