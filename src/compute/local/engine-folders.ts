import { realpathSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import type { Installed } from './engine.ts'

/** Where an engine lies, besides the folders that every program of the system finds its own in. */
export function engineFolders({ program }: Installed): string[] {
  const file = realpathSync(program)
  // `bin` and its neighbours `lib` and `share`.
  const folder = dirname(dirname(file))
  return folder === sep || `${folder}/`.startsWith('/usr/') ? [] : [folder]
}
