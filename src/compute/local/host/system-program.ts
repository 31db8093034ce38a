import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

const systemFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** Returns the path of a program of the system; undefined if it is not installed. Does not use PATH. */
export const systemProgram = (name: string): string | undefined => programIn(systemFolders, name)

/** Returns the path of a program in the first folder that has it. */
export const programIn = (folders: readonly string[], name: string): string | undefined =>
  folders
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
