import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** Returns the path of a program of the system; undefined if it is not installed. Does not use PATH. */
export function systemProgram(name: string): string | undefined {
  return folders
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
