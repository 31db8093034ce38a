import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Found, findEngines } from './engines/find-engines.ts'
import { reachableEngine } from './engines/reachable-engine.ts'
import { type Account, serverAccount } from './host/account.ts'
import { makeFolder } from './host/instance-folder.ts'
import { type Ledger, openLedger } from './host/ledger.ts'
import { ledgerName, placeFolder } from './host/place-folder.ts'
import { type IsolatingMachine, isolatingMachine, type UserIds } from './isolation/isolating-machine.ts'

export type MachineOptions = Readonly<{
  /** Where instances live; made when the first one is. */
  folder: string
  /** Whom servers run as when we are root and cannot give each instance a user of its own. */
  serverUser?: string | undefined
  /** The users of instances when we are root, by their ids. */
  userIds?: UserIds | undefined
  /** Where database servers are looked for, besides those that come along. */
  enginePath?: readonly string[]
  /** Told what an operator should know, once each. */
  say?: (message: string) => void
}>

/** What is found out about this machine when somebody first needs it; its engines each time, since they come and go. */
export type Machine = Readonly<{
  /** Undefined where we are not root. */
  account(): Promise<Account | undefined>
  isolation(): Promise<IsolatingMachine>
  folder(): Promise<string>
  found(): Promise<Found[]>
  ledger(): Promise<Ledger>
  /** Undefined as long as nothing was ever kept here. */
  existingLedger(): Promise<Ledger | undefined>
  tell(message: string): void
  /** As it can be run by the account. */
  runnable(found: Found): Promise<Found>
}>

/** Far from those of people, services and containers (https://systemd.io/UIDS-GIDS/). */
export const usualUserIds: UserIds = { min: 2_000_000_000, max: 2_099_999_999 }

export function openMachine(options: MachineOptions): Machine {
  const { folder, serverUser = 'nobody', userIds = usualUserIds, enginePath = [], say } = options
  const told = new Set<string>()
  const tell = (message: string) => {
    if (!told.has(message)) say?.(message)
    told.add(message)
  }
  const account = once(() => serverAccount(serverUser))
  const place = once(async () => placeFolder(folder, await account(), tell))
  const isolation = once(() => isolatingMachine(userIds))
  const reachable = new Map<string, Found>()
  const ledger = once(async () => {
    await makeFolder(await place(), await account())
    return openLedger(join(await place(), ledgerName))
  })
  return {
    account,
    isolation,
    folder: place,
    found: () => findEngines(enginePath),
    ledger,
    tell,
    existingLedger: async () => (existsSync(join(await place(), ledgerName)) ? ledger() : undefined),
    async runnable(found) {
      const key = `${found.program} ${found.image.name}`
      const known = reachable.get(key) ?? (await reachableEngine(found, await account(), tell))
      reachable.set(key, known)
      return known
    },
  }
}

/** Found out once; again after a failure. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => {
    found ??= find().catch(error => {
      found = undefined
      throw error
    })
    return found
  }
}
