import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './fault.ts'
import { Refused } from './refused.ts'

test('a fault has status 500 unless it specifies another one, and keeps its cause', () => {
  const cause = new Error('ECONNREFUSED')
  const fault = new Fault('The database is unreachable.', { cause })
  assert.equal(fault.status, 500)
  assert.equal(fault.message, 'The database is unreachable.')
  assert.equal(fault.cause, cause)
  assert.equal(fault.name, 'Fault')
  assert.equal(new Fault('Busy.', { status: 503 }).status, 503)
})

test('a fault is not a refusal', () => assert.ok(!((new Fault('x') as Error) instanceof Refused)))
