import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyKeys } from './index.ts'

test('each metadata key has one meaning', () => {
  const keys = Object.values(policyKeys).flat()
  assert.deepEqual([...new Set(keys)], keys)
})

test('the keys are those of existing databases', () => {
  assert.deepEqual(policyKeys, {
    flavor: ['flavor', 'flavor_requirement', 'flavor_restriction', 'flavor_enforcement'],
    'volume-type': ['volume_type'],
  })
})
