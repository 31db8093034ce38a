import { replies as contentReplies, createDatabases } from '../../src/api/contents/schemas.ts'
import { replies } from '../../src/api/datastores/schemas.ts'
import type { Endpoint } from '../../src/api/route.ts'
import { endpoint, get } from '../../src/api/route.ts'

// Mistakes in endpoints that must not compile. If one of them compiles, `npm run check` fails.

const named = { operationId: 'planted', summary: 'Planted.' } as const

export const planted: readonly Endpoint<never>[] = [
  endpoint({
    ...named,
    answers: [200, replies.datastores],
    // @ts-expect-error: a parameter that the endpoint does not declare
    run: async ({ params }) => ({ datastores: [params.datastor] }),
  }),
  endpoint({
    ...named,
    body: createDatabases,
    answers: [202, null],
    // @ts-expect-error: a field of another body
    run: async ({ body }) => void body.users,
  }),
  endpoint({
    ...named,
    answers: [200, contentReplies.root],
    // @ts-expect-error: the answer of another endpoint
    run: async () => ({ users: [] }),
  }),
  endpoint({
    ...named,
    answers: [200, contentReplies.root],
    // @ts-expect-error: no answer, although one is required
    run: async () => {},
  }),
]

const needsTwo = endpoint({
  ...named,
  params: ['id', 'user'],
  answers: [202, null],
  run: async () => {},
})

export const rows = [
  // @ts-expect-error: a path without a parameter that the endpoint reads
  get('/instances/:id', 'instance:show', needsTwo),
  // @ts-expect-error: a path that spells a parameter in another way
  get('/instances/:id/users/:usr', 'instance:show', needsTwo),
  // @ts-expect-error: an access policy that is not defined
  get('/instances/:id/users/:user', 'instance:shw', needsTwo),
]
