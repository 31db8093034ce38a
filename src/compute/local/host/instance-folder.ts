import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'

/**
 * The paths of an instance. The folders `data` and `temporary` belong to the user that the server runs as; nothing in
 * them is trusted or read. Everything else belongs to this service, and the server cannot write it.
 */
export type InstanceFolder = Readonly<{
  home: string
  data: string
  /** The engine settings. */
  settings: string
  /** For temporary files of the server. */
  temporary: string
  log: string
  password: string
  /** Records which process serves the data. */
  process: string
  /** Locked by the server while it runs. */
  lock: string
  /** The list of system users that the instance sees. It contains only the user of the instance. */
  users: string
}>

export const settingsFile = 'trove-ts.conf'

const instanceId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const isInstanceId = (text: string): boolean => instanceId.test(text)

/** Throws if the id is not a UUID, because it becomes the name of a folder that is removed later. */
export function instanceFolder(folder: string, id: string): InstanceFolder {
  if (!isInstanceId(id)) throw new Error(`'${id}' is not the id of an instance.`)
  const home = join(folder, id)
  return {
    home,
    data: join(home, 'data'),
    settings: join(home, settingsFile),
    temporary: join(home, 'tmp'),
    log: join(home, 'server.log'),
    password: join(home, 'password.new'),
    process: join(home, 'server.process'),
    lock: join(home, 'server.lock'),
    users: join(home, 'passwd'),
  }
}

/**
 * A new path for a data folder in the making. Each attempt has its own, since an attempt that was thought dead may
 * still run.
 */
export const newDraft = ({ home }: InstanceFolder): string => join(home, `data.${randomBytes(4).toString('hex')}.new`)

/**
 * Returns the paths of unfinished data folders from earlier attempts. Each is renamed first, in one step, so that an
 * attempt that still runs fails and cannot publish what remains of it.
 */
export async function abandonedDrafts({ home }: InstanceFolder): Promise<string[]> {
  const drafts = (await readdir(home)).filter(name => /^data\..*\.(?:new|gone)$/.test(name))
  return Promise.all(
    drafts.map(async name => {
      const abandoned = join(home, name.replace(/\.new$/, '.gone'))
      await rename(join(home, name), abandoned).catch(ignoreMissing)
      return abandoned
    }),
  )
}

/**
 * Makes a draft the data folder, and syncs that to the disk.
 *
 * @returns false if another process was faster; the draft is kept then
 */
export async function publishDraft({ home, data }: InstanceFolder, draft: string): Promise<boolean> {
  try {
    await rename(draft, data)
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false
    throw error
  }
  await syncFolder(home)
  return true
}

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code)

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

/**
 * Makes a folder and its parents such that `account` can pass through them. Without an account, other users are kept
 * out.
 */
export async function makeFolder(path: string, account: Account | undefined): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let folder = path; folder.length >= first.length; folder = dirname(folder))
    await setMode(folder, account ? 0o711 : 0o700)
}

/** Makes a folder that only `account` can enter, unless it exists. */
export async function makePrivateFolder(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  await setMode(path, 0o700)
  if (account) await chown(path, account.uid, account.gid)
}

/** Lets only this account, besides ourselves, pass through a folder: to its settings, its lock and its own folders. */
export async function admitOnly(path: string, { gid }: Account): Promise<void> {
  await chown(path, process.getuid!(), gid)
  await setMode(path, 0o710)
}

export const admitAll = (path: string) => setMode(path, 0o711)

/** Sets the mode exactly, whatever the umask of this process is. */
async function setMode(path: string, mode: number) {
  const handle = await open(path)
  await handle.chmod(mode).finally(() => handle.close())
}

/**
 * Replaces a file atomically and syncs it to the disk: readers find the old text or the new one, even after a power
 * failure.
 */
export async function writeWhole(
  path: string,
  text: string,
  { mode, uid, gid }: Readonly<{ mode: number; uid?: number | undefined; gid?: number | undefined }>,
): Promise<void> {
  const draft = `${path}.draft`
  await rm(draft, { force: true })
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    if (uid !== undefined || gid !== undefined) await handle.chown(uid ?? -1, gid ?? -1)
    await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}

/** Syncs a folder, so that a rename in it survives a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}
