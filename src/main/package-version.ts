import { createRequire } from 'node:module'

type Package = Readonly<{ version: string; homepage?: string; repository?: string | Readonly<{ url?: string }> }>

const own: Package = createRequire(import.meta.url)('../../package.json')

/** The version of this package, for `--version` and the first line of the log. */
export const packageVersion: string = own.version

/** The page of this package, for reports; undefined if package.json names none. */
export const packageUrl: string | undefined = [
  own.homepage,
  typeof own.repository === 'object' ? own.repository.url : own.repository,
].find(url => url?.startsWith('https://'))
