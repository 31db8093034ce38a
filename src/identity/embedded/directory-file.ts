import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { Fault } from '../../model/fault.ts'
import { fileProblem } from '../../model/file-problem.ts'
import { shellWord } from '../../model/shell-word.ts'
import type { Named } from '../../ports/identity.ts'
import { oncePerTurn } from '../../turn/turn.ts'
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
/**
 * Creates a file that only its owner can read. Files that root creates belong to `owner`: otherwise a service of that user
 * could not read them. The file is opened once and never by name again, because that user can replace files of their folder
 * with links.
 */
export function createPrivateFile(file: string, text: string, owner: Pick<Stats, 'uid' | 'gid'> = ownerOf(file)): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    if (process.getuid?.() === 0) fchownSync(descriptor, owner.uid, owner.gid)
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Creates a folder that only its owner can enter, if it is missing. A folder that root creates belongs to the owner of its parent. */
export function createPrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(folder))
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    fchownSync(descriptor, uid, gid)
  } finally {
    closeSync(descriptor)
  }
}

/** The owner of a file, or of its folder if the file does not exist. */
const ownerOf = (file: string): Stats => statSync(file, { throwIfNoEntry: false }) ?? statSync(dirname(file))

/** Writes the file completely or not at all, readable by its owner only. When root replaces a file, its owner is kept. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`
  try {
    // An earlier process with the same id may have left one.
    rmSync(draft, { force: true })
    createPrivateFile(draft, text, ownerOf(file))
    renameSync(draft, file)
  } catch (error) {
    // On a full disk, an incomplete draft would use up the little space that is left.
    rmSync(draft, { force: true })
    throw error
  }
}

export const writeDirectory = (file: string, directory: Directory): void =>
  writePrivateFile(file, `${JSON.stringify(directory, null, 2)}\n`)

/** What to do about a file that this user has no permission to read; empty for other errors. It often belongs to root. */
export function permissionAdvice(error: unknown, file: string): string {
  if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) return ''
  return ` If the service runs as this user, give it the file, as root: chown ${processUser()} ${shellWord(file)}`
}

function processUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.())
  }
}

/** Reads the identity file. Throws a Fault with a message for the operator when it is unusable. */
export function readDirectory(file: string): Directory {
  try {
    return check(JSON.parse(readPlainFile(file, fileBytesMax.users)))
  } catch (cause) {
    const advice = permissionAdvice(cause, file)
    throw new Fault(`The identity file ${file} cannot be used: ${fileProblem(cause)}.${advice}`, { cause })
  }
}

/** Returns the directory, reading it again whenever the file changes. Throws like `readDirectory`. */
export function openDirectory(file: string): () => Directory {
  let lastStamp: string | undefined
  let directory: Directory | undefined
  return oncePerTurn(() => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
    const stamp = stat && `${stat.ctimeNs} ${stat.mtimeNs} ${stat.size} ${stat.ino}`
    if (directory && stamp === lastStamp) return directory
    directory = readDirectory(file)
    lastStamp = stamp
    return directory
  })
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
