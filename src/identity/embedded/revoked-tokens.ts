import { statSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const cleaningSeconds = 60

/**
 * Tokens that were given back before they expired, a file each, named by the token's id and holding its expiry in seconds.
 * Every process on the folder knows at once what was given back to another, and a restart forgets none.
 */
export function openRevokedTokens(folder: string) {
  const fileOf = (id: string) => join(folder, encodeURIComponent(id))
  let cleanedAt = Number.NEGATIVE_INFINITY
  return {
    /** Throws when the folder cannot be read: then nobody knows. */
    has: (id: string) => statSync(fileOf(id), { throwIfNoEntry: false }) !== undefined,
    /** @param expiresAt in seconds since 1970 */
    async add(id: string, expiresAt: number, now: Date): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await write(fileOf(id), expiresAt)
      if (now.getTime() < cleanedAt + cleaningSeconds * 1000) return
      cleanedAt = now.getTime()
      // One after the other: this is in no haste, and others want to read files as well.
      for (const name of await readdir(folder)) await removeExpired(join(folder, name), now)
    },
  }
}

async function write(file: string, expiresAt: number): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(String(expiresAt))
    // Who cleans up need not open what is still to come.
    await handle.utimes(expiresAt, expiresAt)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeExpired(file: string, now: Date): Promise<void> {
  try {
    if ((await stat(file)).mtimeMs > now.getTime()) return
    const expiresAt = Number(await readFile(file, 'utf8'))
    // Empty: another process is just writing it.
    if (expiresAt > 0 && expiresAt * 1000 < now.getTime()) await rm(file, { force: true })
  } catch {
    // Another process was quicker.
  }
}
