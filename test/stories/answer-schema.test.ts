import { deepEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { endpoint, get } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes.ts'
import { routeFor, schemaComplaints } from './answer-schema.ts'

const planted = get(
  '/flavors',
  'flavor:index',
  endpoint({
    operationId: 'listThings',
    summary: 'Things.',
    answers: [200, Type.Object({ things: Type.Array(Type.Object({ id: Type.String() })) })],
    run: async () => ({ things: [] }),
  }),
)
const complaints = (body: unknown, status = 200) =>
  schemaComplaints({ method: 'GET', path: '/v1.0/p/flavors', status, text: JSON.stringify(body) }, [planted])

test('a successful response must match its schema exactly, at any depth', () => {
  deepEqual(complaints({ things: [{ id: 'a' }] }), [])
  for (const wrong of [
    {},
    { things: [{}] },
    { things: [{ id: 1 }] },
    { things: [], more: 1 },
    { things: [{ id: 'a', b: 1 }] },
  ])
    match(complaints(wrong).join(), /the response of listThings does not match the document/)
  match(complaints({ things: [] }, 202).join(), /the document says 200/)
})

test('an error response is not checked', () => deepEqual(complaints({ badRequest: {} }, 400), []))

test('if several routes match, the one with the most literal segments is used', () => {
  deepEqual(routeFor('GET', '/instances/detail', routes)?.operationId, 'listInstanceDetails')
  deepEqual(routeFor('GET', '/instances/1', routes)?.operationId, 'showInstance')
  deepEqual(routeFor('GET', '/nothing', routes), undefined)
})
