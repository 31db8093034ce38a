import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { connectionsFor } from './connection-limit.ts'

test('the connection limit reserves files for the process itself, and is never below a minimum', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 10, max: 100 }), (filesMax, filesOpen) => {
      const connections = connectionsFor(filesMax, filesOpen)
      assert.ok(connections >= 8)
      assert.ok(connections === 8 || connections + filesOpen + 24 <= filesMax)
    }),
  )
  assert.deepEqual([connectionsFor(64, 30), connectionsFor(1024, 30), connectionsFor(524_288, 30)], [10, 738, 524_002])
})
