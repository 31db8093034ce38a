import { randomBytes } from 'node:crypto'
import { chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Fault } from '../../model/fault.ts'
import { fileProblem } from '../../model/file-problem.ts'
import type { Named } from '../../ports/identity.ts'
import { fileBytesMax, readPlainFile } from '../../yaml-file/plain-file.ts'

/** Users, projects and who is what where; passwords only as hashes. */
export type Directory = {
  /** Signs tokens; base64. */
  signing_key: string
  users: (Named & { password: string })[]
  projects: Named[]
  assignments: { user: string; project: string; roles: string[] }[]
}

export const newSigningKey = (): string => randomBytes(32).toString('base64')

/**
 * Writes whole or not at all, readable by its owner only. What root replaces stays with the user that it belongs to, or a
 * server of that user could not read it any more.
 */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true })
    const before = statSync(file, { throwIfNoEntry: false })
    if (before && process.getuid?.() === 0) chownSync(draft, before.uid, before.gid)
    renameSync(draft, file)
  } catch (error) {
    // On a full disk, half a draft would take what little space there is.
    rmSync(draft, { force: true })
    throw error
  }
}

export const writeDirectory = (file: string, directory: Directory): void =>
  writePrivateFile(file, `${JSON.stringify(directory, null, 2)}\n`)

/** Throws a Fault with a sentence when it cannot be used. */
export function readDirectory(file: string): Directory {
  try {
    return check(JSON.parse(readPlainFile(file, fileBytesMax.users)))
  } catch (cause) {
    throw new Fault(`The identity file ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/** A directory that is read again when its file changes. Throws like `readDirectory`. */
export function openDirectory(file: string): () => Directory {
  let seen: string | undefined
  let directory: Directory | undefined
  return () => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
    const stamp = stat && `${stat.ctimeNs} ${stat.mtimeNs} ${stat.size} ${stat.ino}`
    if (directory && stamp === seen) return directory
    directory = readDirectory(file)
    seen = stamp
    return directory
  }
}

function check(value: Partial<Directory> | null): Directory {
  if (
    typeof value?.signing_key !== 'string' ||
    !Array.isArray(value.users) ||
    !Array.isArray(value.projects) ||
    !Array.isArray(value.assignments)
  )
    throw new Error('signing_key, users, projects and assignments must all be there')
  return value as Directory
}
