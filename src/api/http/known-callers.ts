import type { Caller, TokenUser } from '../../model/caller.ts'
import { accessRefusal, callerOf } from '../../rules/access/decide.ts'
import type { PolicyName } from '../../rules/access/default-policies.ts'
import type { Policies } from '../../rules/access/parse-policies.ts'

type Known = Readonly<{ caller: Caller; key: string; policies: Policies; admitted: Set<PolicyName> }>

/**
 * Remembers what the access policies decide about a user. Users and policies are values that never change: other roles or
 * another policy file make new ones, about which nothing is remembered.
 */
const ofUsers = new WeakMap<TokenUser, Known>()
const ofCallers = new WeakMap<Caller, Known>()

/** Returns the caller of a request with the token of this user. */
export function knownCaller(policies: Policies, user: TokenUser): Caller {
  const known = ofUsers.get(user)
  if (known?.policies === policies) return known.caller
  const caller = callerOf(policies, user)
  const added = { caller, key: keyOf(caller), policies, admitted: new Set<PolicyName>() }
  ofUsers.set(user, added)
  ofCallers.set(caller, added)
  return caller
}

/** Throws a refusal if the access policies do not admit a caller to a target of this project. */
export function requirePolicy(policies: Policies, policy: PolicyName, caller: Caller, owner: string): void {
  const known = owner === caller.projectId ? ofCallers.get(caller) : undefined
  const isCurrent = known?.policies === policies
  if (isCurrent && known.admitted.has(policy)) return
  const refused = accessRefusal(policies, policy, caller, owner)
  if (refused) throw refused
  if (isCurrent) known.admitted.add(policy)
}

/** A text that is equal for callers who get equal answers. */
export const callerKey = (caller: Caller): string => ofCallers.get(caller)?.key ?? keyOf(caller)

const keyOf = ({ userId, projectId, roles, isAdmin }: Caller) => JSON.stringify([userId, projectId, roles, isAdmin])
