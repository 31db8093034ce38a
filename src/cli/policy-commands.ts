import { callerOf, isAllowed } from '../rules/access/decide.ts'
import type { Policies } from '../rules/access/parse-policies.ts'
import { type Command, UsageError } from './command.ts'

type Run = Command['run']

export const policyShow: Run = async (context, { args, options }) => {
  const inForce = context.policies()
  const onlyName = args.policy
  if (onlyName !== undefined && !inForce.has(onlyName)) throw new UsageError(`unknown access policy '${onlyName}'`)
  const names = onlyName === undefined ? [...inForce.keys()] : [onlyName]
  const roles = typeof options.roles === 'string' ? options.roles.split(',').map(role => role.trim()) : undefined
  const allows = roles && allowsRoles(inForce, roles)
  return {
    columns: ['Policy', 'Rule', 'Default', ...(allows ? ['Allowed'] : [])],
    rows: names.map(name => {
      const { text, isDefault } = inForce.get(name)!
      return [name, text, isDefault, ...(allows ? [allows(name)] : [])]
    }),
    lines: onlyName === undefined ? ['An empty rule allows every caller with a valid token.'] : [],
  }
}

/** Returns whether an access policy allows a caller with these roles, acting in their own project. */
function allowsRoles(inForce: Policies, roles: readonly string[]) {
  const caller = callerOf(inForce, { userId: 'user', projectId: 'project', roles })
  return (name: string) => isAllowed(inForce, name, caller)
}
