import type { InstanceId } from '../../model/ids.ts'
import type { Account } from './host/account.ts'
import type { Machine } from './machine.ts'

/** Whom the server of an instance runs as: as root a user of its own or, where that cannot be, the one of all instances. */
export async function instanceUser(machine: Machine, id: InstanceId): Promise<Account | undefined> {
  const { userIds } = await machine.isolation()
  if (!userIds) return machine.account()
  const uid = (await machine.ledger()).giveUserId(id, userIds)
  return { name: 'trove-ts', uid, gid: uid }
}
