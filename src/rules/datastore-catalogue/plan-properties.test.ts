import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankProperties, planProperties } from './plan-properties.ts'

const before = { ...blankProperties, manager: 'mysql', imageTags: ['trove', 'mysql'], packages: '' }

test('omitted properties, and those that already have the value, do not change', () => {
  assert.deepEqual(planProperties(before, {}), [])
  assert.deepEqual(planProperties(before, before), [])
})

test('a change has the name of the field in a file', () => {
  assert.deepEqual(
    planProperties(before, { active: false, imageTags: ['trove'], packages: null, imageId: 'i', replStrategy: 'r' }),
    [
      { field: 'active', from: true, to: false },
      { field: 'image_id', from: null, to: 'i' },
      { field: 'image_tags', from: ['trove', 'mysql'], to: ['trove'] },
      { field: 'packages', from: '', to: null },
      { field: 'repl_strategy', from: null, to: 'r' },
    ],
  )
})

test('null and the empty string are the same, because tables of different Troves use either', () => {
  const empty = { ...before, registryExt: '', replStrategy: '' }
  assert.deepEqual(planProperties(empty, { registryExt: null, replStrategy: null }), [])
  assert.deepEqual(planProperties(before, { registryExt: '', replStrategy: '' }), [])
  assert.deepEqual(planProperties(empty, { packages: null }), [{ field: 'packages', from: '', to: null }])
  const filled = { ...before, registryExt: 'r' }
  assert.deepEqual(planProperties(filled, { registryExt: null }), [{ field: 'registry_ext', from: 'r', to: null }])
  assert.deepEqual(planProperties(before, { registryExt: 'r' }), [{ field: 'registry_ext', from: null, to: 'r' }])
})
