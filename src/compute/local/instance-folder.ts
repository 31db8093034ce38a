import { randomBytes } from 'node:crypto'
import { chown, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'

/**
 * Where the things of an instance lie. Only the data belongs to the user that the server runs as; the rest is ours, so
 * that a server gone astray can neither change what it is started with nor make us write elsewhere.
 */
export type InstanceFolder = Readonly<{
  home: string
  data: string
  settings: string
  /** For files that a server needs for a moment; it belongs to the server. */
  temporary: string
  log: string
  password: string
}>

export const settingsFile = 'trove-ts.conf'

const instanceId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const isInstanceId = (text: string): boolean => instanceId.test(text)

/** Throws when the id is not a UUID: it becomes the name of a folder that is removed one day. */
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
  }
}

/** A data folder while it is made: each attempt's own, since one that was thought dead may go on with its own. */
export const newDraft = ({ home }: InstanceFolder): string => join(home, `data.${randomBytes(4).toString('hex')}.new`)

/**
 * Takes away what attempts before left half-made. Each gets another name first, at one stroke: whoever still works on it
 * fails then, and cannot make a data folder of what is left of it.
 */
export async function removeDrafts({ home }: InstanceFolder): Promise<void> {
  for (const name of await readdir(home)) {
    if (!/^data\..*\.(?:new|gone)$/.test(name)) continue
    const gone = join(home, name.replace(/\.new$/, '.gone'))
    await rename(join(home, name), gone).catch(unlessGone)
    await rm(gone, { recursive: true, force: true, maxRetries: 3 })
  }
}

/**
 * Makes a draft the data folder, for good.
 *
 * @returns false when somebody else was quicker; the draft is left
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

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

/** Makes a folder, and those above it, such that `account` can pass; undefined keeps everybody else out. */
export async function makeFolder(path: string, account: Account | undefined): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await setMode(made, account ? 0o711 : 0o700)
}

/** Makes an empty folder that nobody but `account` gets into; whatever was in it goes. */
export async function makePrivateFolder(path: string, account: Account | undefined): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { mode: 0o700 })
  await setMode(path, 0o700)
  if (account) await chown(path, account.uid, account.gid)
}

/** Whatever the umask of this process took away or left. */
async function setMode(path: string, mode: number) {
  const handle = await open(path)
  await handle.chmod(mode).finally(() => handle.close())
}

/** Replaces a file as a whole and for good: who reads it, even after a power cut, finds the old text or the new one. */
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

/** Makes a rename in the folder last. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}

/** Bytes on the disk of all that is in a folder; undefined when there is none. What vanishes meanwhile does not count. */
export async function bytesIn(folder: string): Promise<number | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
  if (!entries) return undefined
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += (await bytesIn(path)) ?? 0
    else bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * 512
  }
  return bytes
}
