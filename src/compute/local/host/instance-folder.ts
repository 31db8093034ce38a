import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'

/**
 * Where the things of an instance lie. The folders `data` and `temporary` belong to the user that the server runs as, and
 * nothing in them is trusted or read. The rest is ours, and the server cannot write there.
 */
export type InstanceFolder = Readonly<{
  home: string
  data: string
  settings: string
  /** For files that a server needs for a moment. */
  temporary: string
  log: string
  password: string
  /** Which process serves the data. */
  process: string
  /** Locked by the server as long as it runs. */
  lock: string
  /** The users of the system, as the instance sees them: itself. */
  users: string
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
    process: join(home, 'server.process'),
    lock: join(home, 'server.lock'),
    users: join(home, 'passwd'),
  }
}

/** A data folder while it is made: each attempt's own, since one that was thought dead may go on with its own. */
export const newDraft = ({ home }: InstanceFolder): string => join(home, `data.${randomBytes(4).toString('hex')}.new`)

/**
 * What attempts before left half-made, by path. Each gets another name first, at one stroke: whoever still works on it
 * fails then, and cannot make a data folder of what is left of it.
 */
export async function abandonedDrafts({ home }: InstanceFolder): Promise<string[]> {
  const drafts = (await readdir(home)).filter(name => /^data\..*\.(?:new|gone)$/.test(name))
  return Promise.all(
    drafts.map(async name => {
      const gone = join(home, name.replace(/\.new$/, '.gone'))
      await rename(join(home, name), gone).catch(unlessGone)
      return gone
    }),
  )
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

/** Makes a folder that nobody but `account` gets into, unless it is there already. */
export async function makePrivateFolder(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  await setMode(path, 0o700)
  if (account) await chown(path, account.uid, account.gid)
}

/** Of all users but us, lets only this one pass through a folder: to its settings, its lock and what it has of its own. */
export async function admitOnly(path: string, { gid }: Account): Promise<void> {
  await chown(path, process.getuid!(), gid)
  await setMode(path, 0o710)
}

export const admitAll = (path: string) => setMode(path, 0o711)

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
