import type { FastifyRequest } from 'fastify'
import type { Identity } from '../../ports/identity.ts'
import { isWithinAccessRules } from '../../rules/access/access-rules.ts'
import { pathOf } from './request-path.ts'

/**
 * Returns the caller of a request; undefined without a valid token, or if the access rules of the token do not allow
 * the request. Access rules are compared with the path as the client wrote it, as in keystonemiddleware, even if the
 * router treats it as another one.
 */
export async function authenticate(
  { headers, method, originalUrl }: FastifyRequest,
  identity: Identity,
  { serviceType }: { serviceType: string },
) {
  const [token, serviceToken] = ['x-auth-token', 'x-service-token'].map(name => headers[name]?.toString() || undefined)
  const caller = token === undefined ? undefined : await identity.validate(token, serviceToken)
  if (caller === undefined || caller === 'unscoped') return caller
  const request = { method, path: pathOf(originalUrl) }
  return isWithinAccessRules(caller.accessRules, serviceType, request) ? caller : undefined
}
