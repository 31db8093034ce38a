import { dirname, join } from 'node:path'
import type { InstanceId } from '../../model/ids.ts'
import type { Isolation } from '../../model/isolation.ts'
import { engineFolders } from './engine-folders.ts'
import type { Account } from './host/account.ts'
import { admitAll, admitOnly, makePrivateFolder, writeWhole } from './host/instance-folder.ts'
import { instanceUser } from './instance-user.ts'
import { type ControlGroups, limitedGroups, removeGroups } from './isolation/control-groups.ts'
import { emptyFolder, removeNamed, reopenFolder, takeOverFolder } from './isolation/instance-files.ts'
import type { IsolatingMachine } from './isolation/isolating-machine.ts'
import { type LaunchCommand, launchServer } from './isolation/launch.ts'
import { keptServer } from './kept-server.ts'
import type { Machine } from './machine.ts'
import { type Server, startServer } from './server-process.ts'

/** Starts the server of an instance, unless it runs, with all the isolation that this machine offers. */
export async function startInstance(machine: Machine, id: InstanceId): Promise<void> {
  const { server, room, foundEngine } = await keptServer(machine, id)
  const installed = await machine.runnable(foundEngine)
  const isolation = await machine.isolation()
  const { folders, engine, address } = server

  async function prepare(): Promise<LaunchCommand> {
    const user = await instanceUser(machine, id)
    await prepareFiles(isolation, server, user)
    const groups = await limitedGroups(isolation.parents, `trove-ts-${id}`, room.hardware)
    const ledger = await machine.ledger()
    ledger.setGroups(id, groups.folders)
    ledger.setIsolation(id, isolationOf(isolation, user, groups))
    // Remove the groups of an earlier start, when this service was in another control group.
    await removeGroups(room.groups.filter(folder => !groups.folders.includes(folder)))
    const command = engine.serve(installed, {
      id,
      folder: folders.data,
      homeFolder: folders.home,
      settingsFile: folders.settings,
      temporaryFolder: folders.temporary,
      address,
    })
    const view = {
      writable: [folders.data, folders.temporary],
      readable: [folders.settings, ...controlFiles(server), ...engineFolders(installed, dirname(folders.home))],
      workingFolder: folders.data,
      sharedMemoryBytes: room.hardware.ramMb * 1024 * 1024,
    }
    return launchServer(command, { machine: isolation, user, view, lockFile: folders.lock, groups: groups.folders })
  }

  await startServer(server, isolation.bubblewrap ? isolation.filter : undefined, prepare)
}

const controlFiles = ({ engine, folders }: Server) =>
  Object.keys(engine.controlFiles).map(name => join(folders.home, name))

/** Prepares the files for a start. Earlier releases ran all servers as one user, who may still own the files. */
async function prepareFiles(isolation: IsolatingMachine, { engine, folders }: Server, user: Account | undefined) {
  // Without a sandbox, programs that run as the owner of a folder must be able to enter it, and the owner may change
  // here.
  if (user) await admitAll(folders.home)
  if (user) await takeOverFolder(isolation, folders.data, user)
  await reopenFolder(isolation, folders.data)
  if (engine.leftoverNames.length > 0) await removeNamed(isolation, folders.data, engine.leftoverNames)
  await emptyFolder(isolation, folders.temporary)
  await makePrivateFolder(folders.temporary, user)
  for (const [name, text] of Object.entries(engine.controlFiles))
    await writeWhole(join(folders.home, name), text, { mode: 0o644 })
  if (user) await admitOnly(folders.home, user)
}

const isolationOf = (
  { userIds, bubblewrap, filter }: IsolatingMachine,
  user: Account | undefined,
  { limits }: ControlGroups,
): Isolation => ({
  user: userIds ? 'own' : user ? 'shared' : 'service',
  view: bubblewrap !== undefined,
  network: bubblewrap !== undefined && filter !== undefined,
  memory: limits.includes('memory'),
  cpu: limits.includes('cpu'),
  processes: limits.includes('pids'),
})
