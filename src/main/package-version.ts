import { readFileSync } from 'node:fs'

const file = new URL('../../package.json', import.meta.url)

/** The version of this package, for `--version` and the first line of the log. */
export const packageVersion: string = JSON.parse(readFileSync(file, 'utf8')).version
