import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

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

const tokens = new RegExp(
  [
    /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)/,
    /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)/,
    // A slash begins a regular expression where a value may begin; elsewhere it divides.
    /(?<=(?:^|[=(,:?!&|[{;>]|return)\s*)(?<regex>\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
)

/** TypeScript without its comments; the lines stay where they are. */
export const withoutComments = (text: string): string =>
  text.replace(tokens, (token, ...rest) => (rest.at(-1).comment === undefined ? token : token.replace(/[^\n]+/g, '')))

/** TypeScript without comments, regular expressions and the insides of plain strings: what is left is done, not said. */
export const onlyCode = (text: string): string =>
  text.replace(tokens, (token, ...rest) => {
    const { string, comment, regex } = rest.at(-1)
    if (comment !== undefined) return comment.replace(/[^\n]+/g, '')
    if (regex !== undefined) return '/x/'
    return string.startsWith('`') ? token : "''"
  })

export type Import = Readonly<{ specifier: string; isTypeOnly: boolean }>

const fromClause =
  /\b(?:import\s+(?:[\w$*{},\s]+?)|export\s+(?:type\s+)?(?:\{[^}]*\}|\*(?:\s+as\s+\w+)?))\s*from\s*['"]([^'"]+)['"]/g
const bareImport = /\bimport\s*['"]([^'"]+)['"]/g
const dynamicImport = /\bimport\s*\(\s*([^)\s]+)\s*\)/g

/** Everything that a text imports: static, types only, for its effects, at run time. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text)
  return [
    ...[...code.matchAll(fromClause)].map(match => ({ specifier: match[1]!, isTypeOnly: isTypeOnly(match[0]) })),
    ...[...code.matchAll(bareImport)].map(match => ({ specifier: match[1]!, isTypeOnly: false })),
    ...[...code.matchAll(dynamicImport)].map(match => ({
      // A specifier that is not written out keeps its brackets, and so looks like nothing that may be imported.
      specifier: /^(['"`])([^$]*)\1$/.exec(match[1]!)?.[2] ?? `(${match[1]})`,
      isTypeOnly: false,
    })),
  ]
}

function isTypeOnly(statement: string): boolean {
  if (/^(?:import|export)\s+type\b/.test(statement)) return true
  const named = /^import\s*\{([^}]*)\}/.exec(statement)?.[1]
  return named?.split(',').every(name => name.trim() === '' || name.trim().startsWith('type ')) ?? false
}

/** The path that a relative import of `path` leads to; undefined for a library. */
export const targetOf = (path: string, { specifier }: Import): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
