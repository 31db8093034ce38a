import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Import } from './syntax.ts'

export const root = join(import.meta.dirname, '../..')

/** A text of the repository, or one planted in its place. `path` is relative to the root, with slashes. */
export type Text = Readonly<{ path: string; text: string }>

/** Paths that match glob patterns, in order. */
export const paths = (...patterns: readonly string[]): string[] =>
  globSync([...patterns], { cwd: root })
    .map(path => path.replaceAll('\\', '/'))
    .sort()

export const texts = (...patterns: readonly string[]): Text[] =>
  paths(...patterns).map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The text of one file; empty when there is none, so that every law says in its own words what is missing. */
export const textOf = (path: string): string => texts(path)[0]?.text ?? ''

/** What runs, without the tests beside it. */
export function sources(): Text[] {
  const found = texts('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))
  assert.ok(found.length > 0, 'there is nothing in src/ to hold against the laws: mend the pattern')
  return found
}

/** A law holds when it finds nothing; otherwise each line says what to do instead. */
export const holds = (violations: readonly string[]): void =>
  assert.ok(violations.length === 0, `\n${violations.join('\n')}\n`)

/** The path that a relative import of `path` leads to; undefined for a library. */
export const targetOf = (path: string, { specifier }: Import): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
