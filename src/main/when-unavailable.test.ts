import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whenUnavailable } from './when-unavailable.ts'

const read = (...texts: string[]) => whenUnavailable(texts, 'trove.conf')

test('nothing, or only other operations, refuses', () => {
  assert.equal(read()('resize'), 'refuse')
  assert.equal(read('create:admit')('resize'), 'refuse')
  assert.equal(read('create:admit')('create'), 'admit')
})

test('an operation of its own wins over the choice for all, in either order', () => {
  for (const texts of [
    ['admit', 'resize:refuse'],
    ['resize:refuse', 'admit'],
  ]) {
    assert.equal(read(...texts)('resize'), 'refuse')
    assert.equal(read(...texts)('create'), 'admit')
  }
})

test('what could not be read is refused, whatever the choice', () => assert.equal(read('admit')(undefined), 'refuse'))

test('two choices for the same are refused, and the same choice twice is fine', () => {
  assert.throws(() => read('refuse', 'admit'), /says both 'refuse' and 'admit' for all operations/)
  assert.throws(() => read('resize:admit', 'resize:refuse'), /says both 'refuse' and 'admit' for resize/)
  assert.equal(read('resize:admit', 'resize : admit')('resize'), 'admit')
})

test('an unknown choice or operation is refused with those that exist', () => {
  for (const text of ['', 'allow', 'resize=admit', 'toString:admit'])
    assert.throws(() => read(text), /Use 'refuse' or 'admit', or 'OPERATION:admit' with one of create/)
})
