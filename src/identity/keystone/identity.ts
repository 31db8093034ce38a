import { createHash } from 'node:crypto'
import { type Caller, isAdminBy } from '../../model/caller.ts'
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
  adminRoles: readonly string[]
}>

type Verdict = Caller | 'unscoped' | undefined

/** Of each kind; a token that is none is remembered apart, so that a flood of them pushes no good one out. */
const entriesMax = 20_000

/**
 * Tokens that Keystone vouches for. A validated one is believed for a while and never past its end, as is one that is
 * none; each is remembered by its hash, and asked about once however many requests bring it. While Keystone is out of
 * reach, what is not remembered is a Fault of status 503: nobody is let in unseen.
 */
export function openKeystoneIdentity(
  settings: KeystoneSettings,
  session: Session,
  clock: Pick<Clock, 'now'>,
): Identity {
  const good = openTokenCache<Verdict>(entriesMax)
  const bad = openTokenCache<Verdict>(entriesMax)
  const asking = new Map<string, Promise<Verdict>>()

  const ask = async (token: string, key: string): Promise<Verdict> => {
    const found = await validate(settings, session, token)
    const nowMs = clock.now().getTime()
    const untilMs = nowMs + settings.cacheSeconds * 1000
    if (!found || found.expiresAt.getTime() <= nowMs) {
      bad.set(key, undefined, untilMs)
      return undefined
    }
    const verdict = verdictOf(found, settings.adminRoles)
    good.set(key, verdict, Math.min(untilMs, found.expiresAt.getTime()))
    return verdict
  }

  return {
    async validate(token) {
      // What cannot stand in a header is no token, and Keystone cannot be asked about it.
      if (!/^[\x21-\x7e]+$/.test(token)) return undefined
      const key = createHash('sha256').update(token).digest('base64')
      const nowMs = clock.now().getTime()
      const known = good.get(key, nowMs) ?? bad.get(key, nowMs)
      if (known) return known.value
      const pending = asking.get(key) ?? ask(token, key).finally(() => asking.delete(key))
      asking.set(key, pending)
      return pending
    },
  }
}

function verdictOf({ userId, projectId, roles }: KeystoneToken, adminRoles: readonly string[]): Verdict {
  return projectId === undefined ? 'unscoped' : { userId, projectId, roles, isAdmin: isAdminBy(roles, adminRoles) }
}

/** Undefined for what Keystone does not know. Throws a Fault of status 503 for every answer that says neither. */
async function validate(settings: KeystoneSettings, session: Session, token: string) {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  const answer = await session
    .withTicket(signal, ticket => {
      const { authUrl, region } = settings
      const catalogue = ticket.facts.catalogue
      const wanted = { type: 'identity', interface: settings.interface, region }
      // A service user whose catalogue is empty still knows where it logged in.
      const url = catalogue.length === 0 ? authUrl : session.endpoint(ticket, wanted)
      return askToken(session.http, url, token, ticket.token, signal)
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
