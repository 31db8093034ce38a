import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readRequest } from '../../src/rules/gate/read-request.ts'
import { type Exchange, exchanges } from './exchange.ts'

function reading({ method, path, headers, body }: Exchange) {
  const [before = '', query = ''] = path.split('?', 2)
  return readRequest({
    method,
    path: before,
    query,
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    body: new TextEncoder().encode(body ?? ''),
  })
}

describe('no request that was recorded from clients is ambiguous for the gate', () => {
  for (const exchange of exchanges)
    test(exchange.name, () => assert.notEqual(reading(exchange).kind, 'ambiguous', JSON.stringify(exchange)))
})

test('those for which the recorded Trove built an instance ask for hardware', () => {
  const created = exchanges.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith('/instances') && status === 200,
  )
  assert.ok(created.length >= 3)
  for (const exchange of created) assert.equal(reading(exchange).kind, 'asks')
})
