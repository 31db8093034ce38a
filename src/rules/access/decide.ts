import type { Caller, TokenUser } from '../../model/caller.ts'
import type { ProjectId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import type { PolicyName } from './default-policies.ts'
import type { Policies } from './parse-policies.ts'
import { passes } from './policy-check.ts'

/**
 * Decides whether the access policies admit a caller. The policies are in `default-policies.ts`. Note that a refused
 * management call answers 401, not 403, because Trove does.
 */

/**
 * The attributes of a caller, and of the project that owns the target, that rules can refer to. Their names are those of
 * Trove's context and targets, including the older ones (`tenant`, `tenant_id`, `user_id`).
 */
function situationOf(policies: Policies, caller: Caller, owner: ProjectId) {
  const { projectId, userId, roles, isAdmin } = caller
  return {
    credentials: {
      user: userId,
      user_id: userId,
      project: projectId,
      project_id: projectId,
      tenant: projectId,
      tenant_id: projectId,
      roles,
      is_admin: isAdmin,
    },
    target: { tenant: owner, tenant_id: owner, project_id: owner },
    ruleOf: (name: string) => policies.get(name)?.check,
  }
}

/**
 * True when a rule admits the caller.
 *
 * @param owner the project that owns the target; by default the caller's own project
 */
export function isAllowed(policies: Policies, rule: string, caller: Caller, owner = caller.projectId): boolean {
  const check = policies.get(rule)?.check
  return check !== undefined && passes(check, situationOf(policies, caller, owner))
}

/** The caller of a request with the token of this user. */
export function callerOf(policies: Policies, user: TokenUser): Caller {
  return { ...user, isAdmin: isAllowed(policies, 'context_is_admin', { ...user, isAdmin: false }) }
}

/** Returns the refusal that Trove would give; undefined when the caller is admitted. */
export function accessRefusal(
  policies: Policies,
  policy: PolicyName,
  caller: Caller,
  owner = caller.projectId,
): Refused | undefined {
  if (isAllowed(policies, policy, caller, owner)) return undefined
  return policy.startsWith('mgmt:') ? refusal.admin_required({}) : refusal.policy_forbids({ policy })
}

/** True when the rules refuse an ordinary member of a project. */
export const isForAdmins = (policies: Policies, policy: string): boolean =>
  !isAllowed(policies, policy, { userId: 'u', projectId: 'p', roles: ['member', 'reader'], isAdmin: false })
