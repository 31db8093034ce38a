/**
 * This folder validates the tokens of a real Keystone. It caches the results for a while, so that requests do not wait for
 * Keystone each time. HTTP and the login of the service user are not here, but in `src/openstack/`. While Keystone is
 * unreachable, cached tokens still work; others are neither accepted nor refused, but answered with 503.
 */

import { createHash } from 'node:crypto'
import type { TokenUser } from '../../model/caller.ts'
import { type KeystoneToken, tokenOf, validateToken } from '../../openstack/keystone.ts'
import { errorMessageOf, keystoneFault, type Session, unavailable } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Identity } from '../../ports/identity.ts'
import { openTokenCache } from './token-cache.ts'

export type KeystoneSettings = Readonly<{
  /** The URL for validations if the service catalogue is empty. */
  authUrl: string
  interface: string
  region: string | undefined
  /** How long a validation result is reused; negative: not at all. */
  cacheSeconds: number
  /** How long a validation may take in all. */
  timeoutMs: number
  /** Roles that mark a service token, with which an expired user token is accepted. */
  serviceTokenRoles: readonly string[]
  /** True if a service token without such a role causes a refusal; otherwise it is only ignored. */
  serviceTokenRolesRequired: boolean
  /** True to refuse tokens that are bound to a connection, since the user of the connection is not known here. */
  checksBinding: boolean
}>

/** An identity that may have to ask another service about a token. */
type AskingIdentity = Readonly<{
  validate(...asked: Parameters<Identity['validate']>): Promise<Awaited<ReturnType<Identity['validate']>>>
}>

/** For valid and invalid tokens each. They are kept apart, so that a flood of invalid tokens displaces no valid one. */
const entriesMax = 20_000

/**
 * Validates tokens with Keystone. Results, valid or invalid, are reused for a while, but a valid one never after the token
 * expires. They are stored by the token's hash, and concurrent requests with the same token share one validation. While
 * Keystone is unreachable, other tokens cause a Fault with status 503: no request is accepted without validation.
 *
 * A service token beside the user's token means that a service continues an operation that the user started. Then the user's
 * token may have expired in the meantime (keystonemiddleware auth_token/__init__.py, process_request).
 */
export function openKeystoneIdentity(
  settings: KeystoneSettings,
  session: Session,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): AskingIdentity {
  const validTokens = openTokenCache<KeystoneToken>(entriesMax)
  const invalidTokens = openTokenCache<undefined>(entriesMax)
  const pendingTokens = new Map<string, Promise<KeystoneToken | undefined>>()

  const ask = async (token: string, key: string, allowExpired: boolean): Promise<KeystoneToken | undefined> => {
    const facts = await validate(settings, session, { token, allowExpired })
    const nowMs = clock.monotonicMs()
    const untilMs = nowMs + settings.cacheSeconds * 1000
    const leftMs = (facts?.expiresAt.getTime() ?? 0) - clock.now().getTime()
    const isValid = facts && (allowExpired || leftMs > 0) && !(settings.checksBinding && facts.isBound)
    if (isValid) validTokens.set(key, facts, allowExpired ? untilMs : Math.min(untilMs, nowMs + leftMs))
    else invalidTokens.set(key, undefined, untilMs)
    return isValid ? facts : undefined
  }

  /** The facts about a token, from the cache or from Keystone. With `allowExpired`, the token may have expired. */
  const factsOf = async (token: string, allowExpired: boolean): Promise<KeystoneToken | undefined> => {
    // A text that cannot be sent in a header is not a token, and Keystone cannot be asked about it.
    if (!/^[\x21-\x7e]+$/.test(token)) return undefined
    const hash = createHash('sha256').update(token).digest('base64')
    const nowMs = clock.monotonicMs()
    // Results that allow expired tokens are only for services, so they have a separate key.
    const key = allowExpired ? `${hash} expired` : hash
    const cached = validTokens.get(hash, nowMs) ?? validTokens.get(key, nowMs) ?? invalidTokens.get(key, nowMs)
    if (cached) return cached.value
    const pending = pendingTokens.get(key) ?? ask(token, key, allowExpired).finally(() => pendingTokens.delete(key))
    pendingTokens.set(key, pending)
    return pending
  }

  return {
    async validate(token, serviceToken) {
      const service = serviceToken === undefined ? undefined : await factsOf(serviceToken, false)
      const isService = service?.roles.some(role => settings.serviceTokenRoles.includes(role)) ?? false
      if (serviceToken !== undefined && !(service && (isService || !settings.serviceTokenRolesRequired)))
        return undefined
      const facts = await factsOf(token, isService)
      if (!facts) return undefined
      // Access rules apply to requests of the user, not to those that a service sends on the user's behalf.
      return userOf(facts, isService ? undefined : facts.accessRules)
    },
  }
}

function userOf(
  { userId, projectId, roles }: KeystoneToken,
  accessRules: KeystoneToken['accessRules'],
): TokenUser | 'unscoped' {
  if (projectId === undefined) return 'unscoped'
  return { userId, projectId, roles, ...(accessRules ? { accessRules } : {}) }
}

/** Undefined when Keystone says that the token is invalid. Throws a Fault with status 503 for every unclear answer. */
async function validate(settings: KeystoneSettings, session: Session, question: Parameters<typeof validateToken>[2]) {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  const answer = await session
    .withTicket(signal, ticket => {
      const { authUrl, region } = settings
      const filter = { type: 'identity', interface: settings.interface, region }
      // If the service catalogue is empty, use the URL of the login.
      const url = ticket.facts.serviceCatalogue.length === 0 ? authUrl : session.endpoint(ticket, filter)
      return validateToken(session.http, url, question, ticket.token, signal)
    })
    .catch(unavailable)
  if (answer.status === 404) return undefined
  if (answer.status !== 200) {
    const cause = new Error(`Keystone answered a validation with ${answer.status}: ${errorMessageOf(answer)}`)
    throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
  }
  try {
    return tokenOf(answer)
  } catch (cause) {
    throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
  }
}
