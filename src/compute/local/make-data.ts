import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import { engineFolders } from './engine-folders.ts'
import type { Account } from './host/account.ts'
import {
  abandonedDrafts,
  type InstanceFolder,
  makeFolder,
  makePrivateFolder,
  newDraft,
  publishDraft,
  writeWhole,
} from './host/instance-folder.ts'
import type { Command } from './host/processes.ts'
import { instanceUser } from './instance-user.ts'
import { removeFolder, takeOverFolder } from './isolation/instance-files.ts'
import { launchTool } from './isolation/launch.ts'
import { engineOf, keptServer } from './kept-server.ts'
import type { Machine } from './machine.ts'
import { environmentOf, killAll } from './server-process.ts'

/** Makes the data folder of an instance, unless it exists. */
export async function makeData(
  machine: Machine,
  id: InstanceId,
  imageId: string,
  adminPassword: string,
): Promise<void> {
  const { image } = await engineOf(machine, imageId)
  ;(await machine.ledger()).setImage(id, image)
  const { server, foundEngine } = await keptServer(machine, id)
  const { folders, engine } = server
  if (existsSync(folders.data)) return
  const isolation = await machine.isolation()
  const user = await instanceUser(machine, id)
  // The program looks up its own user. A sandbox provides a list that contains it; without one, it must be a user of
  // the system.
  const maker = isolation.bubblewrap ? user : await machine.account()
  const installed = await machine.runnable(foundEngine)
  await makeFolder(folders.home, user)
  // An earlier attempt that was killed may have left a child process that is still running.
  await killAll(server)
  for (const draft of await abandonedDrafts(folders)) await removeFolder(isolation, draft)
  const draft = newDraft(folders)
  await makePrivateFolder(draft, maker)
  await removeFolder(isolation, folders.temporary)
  await makePrivateFolder(folders.temporary, maker)
  const command = engine.initialise(installed, draft, folders.password)
  if (command) {
    const secret = await engine.passwordFileText(adminPassword, installed)
    await writeWhole(folders.password, secret, { mode: 0o400, ...maker })
    await run(machine, command, {
      folders,
      draft,
      maker,
      readable: engineFolders(installed, dirname(folders.home)),
    }).finally(() => rm(folders.password, { force: true }))
  }
  for (const [name, text] of Object.entries(engine.extraFiles(adminPassword)))
    await writeWhole(join(draft, name), text, { mode: 0o600, ...maker })
  if (user) await takeOverFolder(isolation, draft, user)
  if (!(await publishDraft(folders, draft))) await removeFolder(isolation, draft)
}

const runDeadlineMs = 120_000
const memoryBytes = 256 * 1024 * 1024

type Making = Readonly<{
  folders: InstanceFolder
  draft: string
  maker: Account | undefined
  readable: readonly string[]
}>

/** Runs the program that makes a data folder. Throws a Fault if it fails, with its output as the cause. */
async function run(machine: Machine, command: Command, { folders, draft, maker, readable }: Making): Promise<void> {
  const uid = maker?.uid ?? process.getuid?.()
  await writeWhole(folders.users, `trove-ts:x:${uid}:${maker?.gid ?? uid}::/:/bin/false\n`, { mode: 0o644 })
  const { file, args, spawnAs } = launchTool(command, {
    machine: await machine.isolation(),
    user: maker,
    view: {
      writable: [draft, folders.temporary],
      readable: [folders.password, ...readable],
      inPlaceOf: { [folders.users]: '/etc/passwd' },
      workingFolder: '/',
      sharedMemoryBytes: memoryBytes,
    },
  })
  const options = { cwd: '/', env: environmentOf(folders), timeout: runDeadlineMs, killSignal: 'SIGKILL' } as const
  try {
    await promisify(execFile)(file, [...args], { ...options, ...spawnAs })
  } catch (cause) {
    throw new Fault('The data folder of the instance cannot be created.', { cause })
  }
}
