import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './fault.ts'
import { Refused } from './refused.ts'

test('a fault is ours unless it says otherwise, and keeps what lies behind it', () => {
  const cause = new Error('ECONNREFUSED')
  const fault = new Fault('The database cannot be reached.', { cause })
  assert.equal(fault.status, 500)
  assert.equal(fault.message, 'The database cannot be reached.')
  assert.equal(fault.cause, cause)
  assert.equal(fault.name, 'Fault')
  assert.equal(new Fault('Busy.', { status: 503 }).status, 503)
})

test('a fault is no refusal', () => assert.ok(!((new Fault('x') as Error) instanceof Refused)))
