import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { Installed } from './engines/engine.ts'

/** What an archive of a database has beside its programs, and a server needs. */
const neighbours = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'share', 'scripts']

/**
 * Where an engine lies, besides the folders that every program of the system finds its own in. A program may lie in
 * somebody's home, so that no more than what belongs to an engine is named; and nothing that `place`, the folder of all
 * instances, lies in.
 */
export function engineFolders({ program }: Installed, place: string): string[] {
  const file = realpathSync(program)
  const folder = dirname(file)
  const isPartOfArchive = neighbours.includes(basename(folder)) && dirname(folder) !== sep
  const parts = isPartOfArchive ? neighbours.map(name => join(dirname(folder), name)).filter(existsSync) : []
  const harmless = parts.map(part => realpathSync(part)).filter(part => !`${realPath(place)}/`.startsWith(`${part}/`))
  // A server that lies anywhere else is alone there. It is started by the name that it was found by, which may be a link.
  const seen = [...harmless, ...[file, program].filter(path => !harmless.includes(dirname(path)))]
  return [...new Set(seen)].filter(path => !path.startsWith('/usr/'))
}

const realPath = (path: string) => (existsSync(path) ? realpathSync(path) : path)
