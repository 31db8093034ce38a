import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { type TSchema, Type } from 'typebox'
import type { Route } from '../route.ts'
import { errorSchema } from './error-bodies.ts'

/** The general part of the API document. The paths are added from the route table. */
export const openApiDocument: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'trove-ts',
      description:
        'The database service API of OpenStack Trove, v1.0: instances, datastores, and the flavors that datastore versions allow.',
      version: '1.0',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:8779' }],
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'A token of the identity service.' },
      },
    },
    security: [{ token: [] }],
  },
  hideUntagged: false,
}

const tagOf = (path: string) => path.split('/')[1]!

/** The schemas of a route, for validation and for the document. */
export function routeSchema(route: Route) {
  const names = ['project', ...[...route.path.matchAll(/:(\w+)/g)].map(match => match[1]!)]
  const [status, shape] = route.answers
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Policy: \`${route.policy}\`.`,
    tags: [tagOf(route.path)],
    params: Type.Object(
      Object.fromEntries(names.map(name => [name, Type.String({ description: paramDescriptions[name] })])),
    ),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body } : {}),
    response: {
      ...(route.dryRunStatus === undefined ? {} : { [route.dryRunStatus]: described(shape!, 'The dry run.') }),
      [status]: shape === null ? emptyAnswer : described(shape, 'Success.'),
      ...(route.emptyStatus === undefined ? {} : { [route.emptyStatus]: emptyAnswer }),
      '4xx': described(errorSchema, 'The request was refused. The message says why and how to fix it.'),
      '501': described(errorSchema, 'Not supported by this server. The message names the feature.'),
      '503': described(
        errorSchema,
        'A required service is unavailable, or the request timed out. `Retry-After` says when to retry.',
      ),
      '5xx': described(errorSchema, 'An internal error. The message contains an id to look up in the log.'),
    },
  }
}

const emptyAnswer = { description: 'Accepted. The body is empty.', type: 'null' }
const described = (schema: TSchema, description: string) => ({ description, ...schema })

const paramDescriptions: Readonly<Record<string, string>> = {
  project: 'Project id of the token.',
  datastore: 'Id or name of a datastore.',
  version: 'Id or name of a datastore version.',
  flavor: 'Id of a flavor.',
  requirement: 'Id of a requirement.',
  type: 'Name or id of a volume type, as it was associated.',
  id: 'The id.',
}
