import { createHash } from 'node:crypto'
import type { TokenUser } from '../../model/caller.ts'
import { askToken, type KeystoneToken, tokenOf } from '../../openstack/keystone.ts'
import { keystoneFault, type Session, said, unavailable } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Identity } from '../../ports/identity.ts'
import { openTokenCache } from './token-cache.ts'

export type KeystoneSettings = Readonly<{
  /** Where tokens are validated when the catalogue does not say. */
  authUrl: string
  interface: string
  region: string | undefined
  /** How long a validated token is believed; nothing is kept when it is negative. */
  cacheSeconds: number
  /** How long a validation may take altogether. */
  timeoutMs: number
  /** Roles that make a token one of a service, which may bring a user's that has expired. */
  serviceTokenRoles: readonly string[]
  /** Whether a service token without such a role is refused, and not only of no use. */
  serviceTokenRolesRequired: boolean
  /** Whether a token that is bound to a connection is refused: who is on the connection is not known here. */
  checksBinding: boolean
}>

/** Of each kind; a token that is none is remembered apart, so that a flood of them pushes no good one out. */
const entriesMax = 20_000

/**
 * Tokens that Keystone vouches for. A validated one is believed for a while and never past its end, as is one that is
 * none; each is remembered by its hash, and asked about once however many requests bring it. While Keystone is out of
 * reach, what is not remembered is a Fault of status 503: nobody is let in unseen.
 *
 * A service token beside the user's says that a service goes on with what a user began: then a token that has expired in
 * the meantime will do (keystonemiddleware auth_token/__init__.py, process_request).
 */
export function openKeystoneIdentity(
  settings: KeystoneSettings,
  session: Session,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): Identity {
  const good = openTokenCache<KeystoneToken>(entriesMax)
  const bad = openTokenCache<undefined>(entriesMax)
  const asking = new Map<string, Promise<KeystoneToken | undefined>>()

  const ask = async (token: string, key: string, allowExpired: boolean): Promise<KeystoneToken | undefined> => {
    const found = await validate(settings, session, { token, allowExpired })
    const nowMs = clock.monotonicMs()
    const untilMs = nowMs + settings.cacheSeconds * 1000
    const leftMs = (found?.expiresAt.getTime() ?? 0) - clock.now().getTime()
    const isGood = found && (allowExpired || leftMs > 0) && !(settings.checksBinding && found.isBound)
    if (isGood) good.set(key, found, allowExpired ? untilMs : Math.min(untilMs, nowMs + leftMs))
    else bad.set(key, undefined, untilMs)
    return isGood ? found : undefined
  }

  /** What is known, or is found out, of a token. With `allowExpired` it may be one that ended before now. */
  const look = async (token: string, allowExpired: boolean): Promise<KeystoneToken | undefined> => {
    // What cannot stand in a header is no token, and Keystone cannot be asked about it.
    if (!/^[\x21-\x7e]+$/.test(token)) return undefined
    const hash = createHash('sha256').update(token).digest('base64')
    const nowMs = clock.monotonicMs()
    // What Keystone says to a service of an expired token is kept apart from what it says to all.
    const key = allowExpired ? `${hash} expired` : hash
    const known = good.get(hash, nowMs) ?? good.get(key, nowMs) ?? bad.get(key, nowMs)
    if (known) return known.value
    const pending = asking.get(key) ?? ask(token, key, allowExpired).finally(() => asking.delete(key))
    asking.set(key, pending)
    return pending
  }

  return {
    async validate(token, serviceToken) {
      const service = serviceToken === undefined ? undefined : await look(serviceToken, false)
      const isService = service?.roles.some(role => settings.serviceTokenRoles.includes(role)) ?? false
      if (serviceToken !== undefined && !(service && (isService || !settings.serviceTokenRolesRequired)))
        return undefined
      const found = await look(token, isService)
      if (!found) return undefined
      // What a service asks on the way is nothing that the user asked for, and so nothing that rules were made for.
      return userOf(found, isService ? undefined : found.accessRules)
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

/** Undefined for what Keystone does not know. Throws a Fault of status 503 for every answer that says neither. */
async function validate(settings: KeystoneSettings, session: Session, question: Parameters<typeof askToken>[2]) {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  const answer = await session
    .withTicket(signal, ticket => {
      const { authUrl, region } = settings
      const catalogue = ticket.facts.catalogue
      const wanted = { type: 'identity', interface: settings.interface, region }
      // A service user whose catalogue is empty still knows where it logged in.
      const url = catalogue.length === 0 ? authUrl : session.endpoint(ticket, wanted)
      return askToken(session.http, url, question, ticket.token, signal)
    })
    .catch(unavailable)
  if (answer.status === 404) return undefined
  if (answer.status !== 200) {
    const cause = new Error(`Keystone answered a validation with ${answer.status}: ${said(answer)}`)
    throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
  }
  try {
    return tokenOf(answer)
  } catch (cause) {
    throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
  }
}
