import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { InstalledEngine } from './engines/engine.ts'

/** Folders in the archive of an engine that a server needs. */
const archiveFolders = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'share', 'scripts']

/**
 * Returns the folders and files of an engine outside the folders of the system. The program may be in a user's home, so
 * only what belongs to the engine is returned, and no folder that contains `place`, the folder of all instances.
 */
export function engineFolders({ program }: InstalledEngine, place: string): string[] {
  const file = realpathSync(program)
  const folder = dirname(file)
  const isPartOfArchive = archiveFolders.includes(basename(folder)) && dirname(folder) !== sep
  const parts = isPartOfArchive ? archiveFolders.map(name => join(dirname(folder), name)).filter(existsSync) : []
  const harmless = parts.map(part => realpathSync(part)).filter(part => !`${realPath(place)}/`.startsWith(`${part}/`))
  // A program anywhere else stands alone. It is started by the path that it was found by, which may be a link.
  const visible = [...harmless, ...[file, program].filter(path => !harmless.includes(dirname(path)))]
  return [...new Set(visible)].filter(path => !path.startsWith('/usr/'))
}

const realPath = (path: string) => (existsSync(path) ? realpathSync(path) : path)
