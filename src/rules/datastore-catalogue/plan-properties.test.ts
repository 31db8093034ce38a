import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankProperties, planProperties } from './plan-properties.ts'

const before = { ...blankProperties, manager: 'mysql', imageTags: ['trove', 'mysql'], packages: '' }

test('what is left out, and what is so already, does not change', () => {
  assert.deepEqual(planProperties(before, {}), [])
  assert.deepEqual(planProperties(before, before), [])
})

test('what differs is told by the name that a file has for it', () => {
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

test('nothing is the same in the two ways that tables of different Troves have for it', () => {
  const empty = { ...before, registryExt: '', replStrategy: '' }
  assert.deepEqual(planProperties(empty, { registryExt: null, replStrategy: null }), [])
  assert.deepEqual(planProperties(before, { registryExt: '', replStrategy: '' }), [])
  assert.deepEqual(planProperties(empty, { packages: null }), [{ field: 'packages', from: '', to: null }])
})
