import { callerOf, isAllowed } from '../rules/access/access.ts'
import type { Policies } from '../rules/access/policies.ts'
import { type Command, UsageError } from './command.ts'

type Run = Command['run']

export const policyShow: Run = async (context, { args, options }) => {
  const inForce = context.policies()
  const asked = args.policy
  if (asked !== undefined && !inForce.has(asked)) throw new UsageError(`there is no policy '${asked}'`)
  const names = asked === undefined ? [...inForce.keys()] : [asked]
  const roles = typeof options.roles === 'string' ? options.roles.split(',').map(role => role.trim()) : undefined
  const allows = roles && whomItAllows(inForce, roles)
  return {
    columns: ['Policy', 'Rule', 'Default', ...(allows ? ['Allowed'] : [])],
    rows: names.map(name => {
      const { text, isDefault } = inForce.get(name)!
      return [name, text, isDefault, ...(allows ? [allows(name)] : [])]
    }),
    lines: asked === undefined ? ['An empty rule allows everybody who has a token.'] : [],
  }
}

/** For a caller with these roles, in a project of their own. */
function whomItAllows(inForce: Policies, roles: readonly string[]) {
  const caller = callerOf(inForce, { userId: 'user', projectId: 'project', roles })
  return (name: string) => isAllowed(inForce, name, caller)
}
