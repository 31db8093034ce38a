import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { createPrivateFile } from '../identity/embedded/directory-file.ts'

/** Creates the database as an empty file. SQLite would create it readable for every user who can pass through the folder. */
export function makeDatabaseFile({ dataDir, connection }: Config): void {
  const file = join(dataDir, 'trove.sqlite')
  if (connection === `sqlite:///${file}` && !existsSync(file)) createPrivateFile(file, '')
}
