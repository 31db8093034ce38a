import { readFileSync } from 'node:fs'
import { writePrivateFile } from './directory-file.ts'

/** Tokens that were given back before they expired: id → expiry in seconds. Kept in a file, so a restart forgets none. */
export function openRevokedTokens(file: string) {
  let revoked: Map<string, number>
  try {
    revoked = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8'))))
  } catch {
    revoked = new Map()
  }
  return {
    has: (id: string) => revoked.has(id),
    add(id: string, expiresAt: number, now: Date) {
      for (const [other, expiry] of revoked) if (expiry * 1000 < now.getTime()) revoked.delete(other)
      revoked.set(id, expiresAt)
      writePrivateFile(file, JSON.stringify(Object.fromEntries(revoked)))
    },
  }
}
