/**
 * The laws: tests of the source code itself, such as which room may import which. This file reads the repository;
 * `syntax.ts` parses code. The architecture that they enforce is described in ARCHITECTURE.md. Each law also has a test
 * that shows it failing on a planted violation.
 */

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Import } from './syntax.ts'

export const root = join(import.meta.dirname, '../..')

/** A text of the repository, or a planted one. `path` is relative to the root, with slashes. */
export type Text = Readonly<{ path: string; text: string }>

/** The paths that match glob patterns, sorted. */
export const paths = (...patterns: readonly string[]): string[] =>
  globSync([...patterns], { cwd: root })
    .map(path => path.replaceAll('\\', '/'))
    .sort()

export const texts = (...patterns: readonly string[]): Text[] =>
  paths(...patterns).map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The text of a file; empty if the file does not exist, so that each law reports in its own words what is missing. */
export const textOf = (path: string): string => texts(path)[0]?.text ?? ''

/** The files in `src/` without tests. */
export function sources(): Text[] {
  const files = texts('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))
  assert.ok(files.length > 0, 'no files in src/ match: correct the pattern')
  return files
}

/** The files of the console. */
export function consoleSources(): Text[] {
  const files = texts('console/src/**/*.{ts,tsx}')
  assert.ok(files.length > 0, 'no files in console/ match: correct the pattern')
  return files
}

/** Asserts that there are no violations. Each violation is a line with advice. */
export const holds = (violations: readonly string[]): void =>
  assert.ok(violations.length === 0, `\n${violations.join('\n')}\n`)

/** The path of a relative import of the file `path`; undefined for a library. */
export const targetOf = (path: string, { specifier }: Import): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
