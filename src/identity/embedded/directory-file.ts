import { randomBytes } from 'node:crypto'
import { chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Fault } from '../../model/fault.ts'
import { fileProblem } from '../../model/file-problem.ts'
import type { Named } from '../../ports/identity.ts'
import { fileBytesMax, readPlainFile } from '../../yaml-file/plain-file.ts'

/** Users, projects and role assignments. Passwords are stored as hashes. */
export type Directory = {
  /** The key that signs tokens, in base64. */
  signing_key: string
  users: (Named & { password: string })[]
  projects: Named[]
  assignments: { user: string; project: string; roles: string[] }[]
}

export const newSigningKey = (): string => randomBytes(32).toString('base64')

/**
 * Writes the file completely or not at all, readable by its owner only. When root replaces a file, its owner is kept:
 * otherwise a server of that user could not read it any more.
 */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true })
    const before = statSync(file, { throwIfNoEntry: false })
    if (before && process.getuid?.() === 0) chownSync(draft, before.uid, before.gid)
    renameSync(draft, file)
  } catch (error) {
    // On a full disk, an incomplete draft would use up the little space that is left.
    rmSync(draft, { force: true })
    throw error
  }
}

export const writeDirectory = (file: string, directory: Directory): void =>
  writePrivateFile(file, `${JSON.stringify(directory, null, 2)}\n`)

/** Reads the identity file. Throws a Fault with a message for the operator when it is unusable. */
export function readDirectory(file: string): Directory {
  try {
    return check(JSON.parse(readPlainFile(file, fileBytesMax.users)))
  } catch (cause) {
    throw new Fault(`The identity file ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/** Returns the directory, reading it again whenever the file changes. Throws like `readDirectory`. */
export function openDirectory(file: string): () => Directory {
  let lastStamp: string | undefined
  let directory: Directory | undefined
  return () => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
    const stamp = stat && `${stat.ctimeNs} ${stat.mtimeNs} ${stat.size} ${stat.ino}`
    if (directory && stamp === lastStamp) return directory
    directory = readDirectory(file)
    lastStamp = stamp
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
    throw new Error('signing_key, users, projects and assignments are required')
  return value as Directory
}
