import { readFileSync } from 'node:fs'

const file = new URL('../../package.json', import.meta.url)

type Package = Readonly<{ version: string; homepage?: string; repository?: string | Readonly<{ url?: string }> }>

const own: Package = JSON.parse(readFileSync(file, 'utf8'))

/** The version of this package, for `--version` and the first line of the log. */
export const packageVersion: string = own.version

/** The page of this package, for reports; undefined if package.json names none. */
export const packageUrl: string | undefined = [
  own.homepage,
  typeof own.repository === 'object' ? own.repository.url : own.repository,
].find(url => url?.startsWith('https://'))
