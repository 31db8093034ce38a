import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { Fault } from '../../model/fault.ts'
import { fileProblem } from '../../model/file-problem.ts'
import type { Named } from '../../ports/identity.ts'

/** Users, projects and who is what where; passwords only as hashes. */
export type Directory = {
  /** Signs tokens; base64. */
  signing_key: string
  users: (Named & { password: string })[]
  projects: Named[]
  assignments: { user: string; project: string; roles: string[] }[]
}

export const newSigningKey = (): string => randomBytes(32).toString('base64')

/** Writes whole or not at all, readable by its owner only. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  renameSync(draft, file)
}

/** A directory that is read again when its file changes. Throws a Fault with a sentence when it cannot be used. */
export function openDirectory(file: string): () => Directory {
  let seen: string | undefined
  let directory: Directory | undefined
  return () => {
    const stat = statSync(file, { throwIfNoEntry: false })
    const stamp = stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`
    if (directory && stamp === seen) return directory
    try {
      directory = check(JSON.parse(readFileSync(file, 'utf8')))
    } catch (cause) {
      throw new Fault(`The identity file ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
    }
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
