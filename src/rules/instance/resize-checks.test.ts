import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flavorWith } from '../../../test/fixtures/flavor.ts'
import { localStorageRefusal, sameFlavorRefusal } from './resize-checks.ts'

test('a resize to the present flavor is refused, and to another one is not', () => {
  assert.equal(sameFlavorRefusal('1', '1')?.code, 'resize_same_flavor')
  assert.equal(sameFlavorRefusal('1', '2'), undefined)
})

test('a flavor with an ephemeral disk is refused', () => {
  assert.equal(localStorageRefusal(flavorWith({ ephemeralGb: 1 }))?.code, 'local_storage_unsupported')
  assert.equal(localStorageRefusal(flavorWith({ ephemeralGb: 0 })), undefined)
})
