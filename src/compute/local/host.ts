import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Account, canEnter, serverAccount } from './account.ts'
import { makeFolder } from './instance-folder.ts'
import { type Ledger, openLedger } from './ledger.ts'

/** This machine as a host of instances: the folder they live in, the user they run as, and who has which room. */
export type Host = Readonly<{ folder: string; account: Account | undefined; ledger: Ledger }>

export type HostOptions = Readonly<{
  /** Where instances are to live. */
  folder: string
  /** Where they live, and engines are copied to, when the servers' user cannot get into that folder. */
  sharedFolder: string
  serverUser: string
  say(message: string): void
}>

export type HostDoor = Readonly<{
  /** The folder that instances live in, or will; looks only. */
  folder(): Promise<string>
  /** Undefined when nothing was ever set up here; looks only. */
  existing(): Promise<Host | undefined>
  /** Sets it up if need be. */
  made(): Promise<Host>
}>

const ledgerFile = (folder: string) => join(folder, 'host.sqlite')

/** The host behind a folder. Processes that name the same folder come to the same host. */
export function hostDoor(options: HostOptions): HostDoor {
  let open: Promise<Host> | undefined
  const place = async () => {
    const account = await serverAccount(options.serverUser)
    return { account, ...(await choose(options, account)) }
  }
  const enter = async (where: Awaited<ReturnType<typeof place>>) => {
    await makeFolder(where.folder, where.account)
    if (where.why) options.say(where.why)
    return { folder: where.folder, account: where.account, ledger: openLedger(ledgerFile(where.folder)) }
  }
  const remember = (host: Promise<Host>) => {
    open ??= host
    // What failed is tried again at the next call.
    host.catch(() => {
      if (open === host) open = undefined
    })
    return open
  }
  return {
    folder: async () => (await (open ?? place())).folder,
    async existing() {
      if (open) return open
      const where = await place()
      return existsSync(ledgerFile(where.folder)) ? (open ?? remember(enter(where))) : undefined
    },
    made: () => open ?? remember(place().then(enter)),
  }
}

/**
 * Which folder it is: the given one, unless the servers' user cannot get there; then one below `sharedFolder` that is
 * named after it. Where instances already live is not left again, whatever has become of the permissions.
 */
async function choose(
  { folder: given, sharedFolder }: HostOptions,
  account: Account | undefined,
): Promise<{ folder: string; why?: string }> {
  const folder = realPath(given)
  if (!account) return { folder }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const elsewhere = join(realPath(sharedFolder), name)
  const why = `User '${account.name}', whom database servers run as, cannot get into ${folder}; instances live in ${elsewhere}.`
  if (holdsInstances(folder)) return { folder }
  if (holdsInstances(elsewhere)) return { folder: elsewhere, why }
  return (await canEnter(account, nearestExisting(folder))) ? { folder } : { folder: elsewhere, why }
}

function holdsInstances(folder: string): boolean {
  if (!existsSync(ledgerFile(folder))) return false
  const ledger = openLedger(ledgerFile(folder))
  try {
    return ledger.ids().length > 0
  } finally {
    ledger.close()
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** Without symbolic links, as the system will name it: processes are recognised by the folders they work in. */
function realPath(path: string): string {
  const absolute = resolve(path)
  return existsSync(absolute) ? realpathSync(absolute) : join(realPath(dirname(absolute)), basename(absolute))
}
