import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Tokens that were given back before they expired, a file each, named by the token's id and holding its expiry in seconds.
 * Every process on the folder knows at once what was given back to another, and a restart forgets none.
 */
export function openRevokedTokens(folder: string) {
  const fileOf = (id: string) => join(folder, encodeURIComponent(id))
  return {
    has: (id: string) => existsSync(fileOf(id)),
    add(id: string, expiresAt: number, now: Date) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(fileOf(id), String(expiresAt), { mode: 0o600, flush: true })
      for (const name of readdirSync(folder)) removeExpired(join(folder, name), now)
    },
  }
}

function removeExpired(file: string, now: Date): void {
  try {
    const expiresAt = Number(readFileSync(file, 'utf8'))
    // Empty: another process is just writing it.
    if (expiresAt > 0 && expiresAt * 1000 < now.getTime()) rmSync(file, { force: true })
  } catch {
    // Another process was quicker.
  }
}
