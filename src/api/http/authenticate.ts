import type { FastifyRequest } from 'fastify'
import type { TokenUser } from '../../model/caller.ts'
import type { Identity } from '../../ports/identity.ts'
import { isWithinAccessRules } from '../../rules/access/access-rules.ts'
import { type Soon, whenKnown } from '../../turn/when-known.ts'
import { pathOf } from './request-path.ts'

type User = TokenUser | 'unscoped' | undefined

/**
 * Returns the caller of a request; undefined without a valid token, or if the access rules of the token do not allow
 * the request. Access rules are compared with the path as the client wrote it, as in keystonemiddleware, even if the
 * router treats it as another one.
 */
export function authenticate(
  { headers, method, originalUrl }: FastifyRequest,
  identity: Identity,
  { serviceType }: { serviceType: string },
): Soon<User> {
  const token = headers['x-auth-token']?.toString()
  if (!token) return undefined
  const serviceToken = headers['x-service-token']?.toString() || undefined
  return whenKnown(identity.validate(token, serviceToken), (user: User) => {
    if (typeof user !== 'object' || !user.accessRules) return user
    const request = { method, path: pathOf(originalUrl) }
    return isWithinAccessRules(user.accessRules, serviceType, request) ? user : undefined
  })
}
