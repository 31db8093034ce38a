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

test('a good answer has what its schema names, and nothing else at any depth', () => {
  deepEqual(complaints({ things: [{ id: 'a' }] }), [])
  for (const wrong of [
    {},
    { things: [{}] },
    { things: [{ id: 1 }] },
    { things: [], more: 1 },
    { things: [{ id: 'a', b: 1 }] },
  ])
    match(complaints(wrong).join(), /listThings does not answer as the document says/)
  match(complaints({ things: [] }, 202).join(), /the document says 200/)
})

test('an error is none of its business', () => deepEqual(complaints({ badRequest: {} }, 400), []))

test('where several routes fit, the one with the most segments written out counts', () => {
  deepEqual(routeFor('GET', '/instances/detail', routes)?.operationId, 'listInstanceDetails')
  deepEqual(routeFor('GET', '/instances/1', routes)?.operationId, 'showInstance')
  deepEqual(routeFor('GET', '/nothing', routes), undefined)
})
