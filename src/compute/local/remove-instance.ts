import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceId } from '../../model/ids.ts'
import { removeGroups } from './isolation/control-groups.ts'
import { removeFolder } from './isolation/instance-files.ts'
import { someServer } from './kept-server.ts'
import type { Machine } from './machine.ts'
import { stopServer } from './server-process.ts'

/** Removes everything of an instance: processes, data, control groups, room. */
export async function removeInstance(machine: Machine, id: InstanceId): Promise<void> {
  const some = await someServer(machine, id)
  if (!some) return
  if (some.server) await stopServer(some.server)
  const { home } = some.folders
  const entries = await readdir(home, { withFileTypes: true }).catch(() => [])
  // What instances could write to is in folders; the files are ours.
  for (const entry of entries.filter(entry => entry.isDirectory()))
    await removeFolder(await machine.isolation(), join(home, entry.name))
  await rm(home, { recursive: true, force: true, maxRetries: 3 })
  await removeGroups(some.room.groups)
  ;(await machine.ledger()).remove(id)
}
