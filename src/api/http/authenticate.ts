import type { FastifyRequest } from 'fastify'
import type { Identity } from '../../ports/identity.ts'
import { isWithinAccessRules } from '../../rules/access/access-rules.ts'
import { pathOf } from './request-path.ts'

/**
 * Whose token it is. Undefined without a good one, and for one whose access rules do not allow what is asked; that goes by
 * the path that was written, as in keystonemiddleware, whatever else it is another name of.
 */
export async function authenticate(
  { headers, method, originalUrl }: FastifyRequest,
  identity: Identity,
  { serviceType }: { serviceType: string },
) {
  const [token, serviceToken] = ['x-auth-token', 'x-service-token'].map(name => headers[name]?.toString() || undefined)
  const caller = token === undefined ? undefined : await identity.validate(token, serviceToken)
  if (caller === undefined || caller === 'unscoped') return caller
  const asked = { method, path: pathOf(originalUrl) }
  return isWithinAccessRules(caller.accessRules, serviceType, asked) ? caller : undefined
}
