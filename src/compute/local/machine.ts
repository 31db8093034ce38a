import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type FoundEngine, findEngines } from './engines/find-engines.ts'
import { reachableEngine } from './engines/reachable-engine.ts'
import { type Account, serverAccount } from './host/account.ts'
import { makeFolder } from './host/instance-folder.ts'
import { type Ledger, openLedger } from './host/ledger.ts'
import { ledgerName, placeFolder } from './host/place-folder.ts'
import { renewLimits } from './isolation/control-groups.ts'
import { type IsolatingMachine, isolatingMachine, type UserIds } from './isolation/isolating-machine.ts'

export type MachineOptions = Readonly<{
  /** The folder of all instances; made together with the first one. */
  folder: string
  /** The user that servers run as if we are root and cannot give each instance a user of its own. */
  serverUser?: string | undefined
  /** The range of user ids for instances, used if we are root. */
  userIds?: UserIds | undefined
  /** The folders to search for database servers, in addition to the bundled ones. */
  enginePath?: readonly string[]
  /** Receives each message for the operator once. */
  say?: (message: string) => void
}>

/** Facts about this machine, each found out when it is first needed; the engines every time, since they can change. */
export type Machine = Readonly<{
  /** Undefined if we are not root. */
  account(): Promise<Account | undefined>
  isolation(): Promise<IsolatingMachine>
  folder(): Promise<string>
  engines(): Promise<FoundEngine[]>
  ledger(): Promise<Ledger>
  /** Undefined while this machine has never had an instance. */
  existingLedger(): Promise<Ledger | undefined>
  /** Returns the engine in the place where the account can run it. */
  runnable(foundEngine: FoundEngine): Promise<FoundEngine>
}>

/** Far away from the ids of people, services and containers (https://systemd.io/UIDS-GIDS/). */
export const usualUserIds: UserIds = { min: 2_000_000_000, max: 2_099_999_999 }

export function openMachine(options: MachineOptions): Machine {
  const { folder, serverUser = 'nobody', userIds = usualUserIds, enginePath = [], say } = options
  const reported = new Set<string>()
  const report = (message: string) => {
    if (!reported.has(message)) say?.(message)
    reported.add(message)
  }
  const account = once(() => serverAccount(serverUser))
  const place = once(async () => placeFolder(folder, await account(), report))
  const runnableEngines = new Map<string, FoundEngine>()
  const ledger = once(async () => {
    await makeFolder(await place(), await account())
    return openLedger(join(await place(), ledgerName))
  })
  const existingLedger = async () => (existsSync(join(await place(), ledgerName)) ? ledger() : undefined)
  const isolation = once(async () => {
    const found = await isolatingMachine(userIds)
    const known = await existingLedger()
    for (const id of known?.ids() ?? []) {
      const room = known!.room(id)
      if (room) await renewLimits(found.parents, room.groups, room.hardware)
    }
    return found
  })
  return {
    account,
    isolation,
    folder: place,
    engines: () => findEngines(enginePath),
    ledger,
    existingLedger,
    async runnable(foundEngine) {
      const key = `${foundEngine.program} ${foundEngine.image.name}`
      const runnableEngine = runnableEngines.get(key) ?? (await reachableEngine(foundEngine, await account(), report))
      runnableEngines.set(key, runnableEngine)
      return runnableEngine
    },
  }
}

/** Calls `find` once and remembers the result; calls it again only after a failure. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= find().catch(error => {
      result = undefined
      throw error
    })
    return result
  }
}
