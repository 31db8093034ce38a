import { createRequire } from 'node:module'

/** The version of this package, for `--version` and the first line of the log. */
export const packageVersion: string = createRequire(import.meta.url)('../../package.json').version
