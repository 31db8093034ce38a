import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceId } from '../../model/ids.ts'
import { removeGroups } from './isolation/control-groups.ts'
import { removeFolder } from './isolation/instance-files.ts'
import { anyServer } from './kept-server.ts'
import type { Machine } from './machine.ts'
import { stopServer } from './server-process.ts'

/** Removes an instance completely: processes, data, control groups, and its entry in the ledger. */
export async function removeInstance(machine: Machine, id: InstanceId): Promise<void> {
  const trace = await anyServer(machine, id)
  if (!trace) return
  if (trace.server) await stopServer(trace.server)
  const { home } = trace.folders
  const entries = await readdir(home, { withFileTypes: true }).catch(() => [])
  // Instances can only write to the folders; the files are ours.
  for (const entry of entries.filter(entry => entry.isDirectory()))
    await removeFolder(await machine.isolation(), join(home, entry.name))
  await rm(home, { recursive: true, force: true, maxRetries: 3 })
  await removeGroups(trace.room.groups)
  ;(await machine.ledger()).remove(id)
}
