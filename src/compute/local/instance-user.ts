import type { InstanceId } from '../../model/ids.ts'
import type { Account } from './host/account.ts'
import type { Machine } from './machine.ts'

/**
 * Returns the user that the server of an instance runs as. If we are root, each instance has a user of its own, or all
 * share one where the system has no such users. Undefined if we are not root.
 */
export async function instanceUser(machine: Machine, id: InstanceId): Promise<Account | undefined> {
  const { userIds } = await machine.isolation()
  if (!userIds) return machine.account()
  const uid = (await machine.ledger()).giveUserId(id, userIds)
  return { name: 'trove-ts', uid, gid: uid }
}
