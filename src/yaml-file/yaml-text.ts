/**
 * Parses YAML files that people write, and finds the line and column of a problem in them. The limits of a text are in
 * `yaml-bounds.ts`, problems with a schema in `shape-problem.ts`; what the files mean is decided elsewhere. The
 * yaml package's own checks of duplicate keys and aliases are switched off, because they take quadratic time.
 */

import { Composer, isMap, isNode, isSeq, LineCounter, type Node, Parser, type YAMLParseError } from 'yaml'
import { boundProblem, contentProblem } from './yaml-bounds.ts'

/** The value of a YAML text, and the places of its parts. */
export type YamlText = Readonly<{
  value: unknown
  /** Makes an Error that begins with the place of `path`, or of the part that should contain it. */
  problem(path: readonly string[], words: string): Error
  /** The line where the part at `path` begins. */
  lineOf(path: readonly string[]): number
  /** The same, with the column. Both count from 1. */
  placeOf(path: readonly string[]): Readonly<{ line: number; column: number }>
}>

const errorAt = ({ line, col }: { line: number; col: number }, words: string) =>
  new Error(`line ${line}, column ${col}: ${words}`)

/**
 * Parses a YAML text. Throws an Error with the place if the text is not valid YAML, or exceeds `yamlBounds`.
 *
 * @param options.numbersAsTyped true to keep a number such as 8.0 or 012 as a text if it would be printed differently;
 * needed for versions and ids
 * @param options.isText true for a key whose value is a text, so that numbers and booleans there are kept as typed. `holder`
 * is the key of the map around; the keys of a map have the key ''
 */
export function readYaml(
  text: string,
  options: { numbersAsTyped?: boolean; isText?: (key: string, holder: string) => boolean } = {},
): YamlText {
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const beyond = boundProblem(tokens)
  if (beyond) throw errorAt(lines.linePos(beyond.offset), beyond.words)
  const [document, secondDocument] = new Composer({ prettyErrors: false, uniqueKeys: false }).compose(
    tokens,
    true,
    text.length,
  )
  const error = document!.errors[0]
  if (error) throw errorAt(lines.linePos(error.pos[0]), yamlWords(error))
  if (secondDocument)
    throw errorAt(lines.linePos(secondDocument.range[0]), 'expected a single document, but a second one begins here')
  const problem = contentProblem(document!, (scalar, key, holder) => {
    const { value, source } = scalar
    if (typeof value !== 'number' && typeof value !== 'boolean') return
    const isOtherwisePrinted = typeof value === 'number' && String(value) !== source
    if (options.isText?.(key, holder) || (options.numbersAsTyped && isOtherwisePrinted)) scalar.value = source
  })
  if (problem) throw errorAt(lines.linePos(problem.offset), problem.words)
  return {
    // No limit is needed here, since contentProblem has counted the values, including those behind aliases.
    value: document!.toJS({ maxAliasCount: -1 }),
    problem: (path, words) => errorAt(lines.linePos(offsetOf(document!.contents, path)), words),
    lineOf: path => lines.linePos(offsetOf(document!.contents, path)).line,
    placeOf(path) {
      const { line, col } = lines.linePos(offsetOf(document!.contents, path))
      return { line, column: col }
    },
  }
}

/** What the parser's terms mean for someone who writes a file. */
const plainWords: Readonly<Record<string, string>> = {
  MULTILINE_IMPLICIT_KEY: "expected 'key: value', but a colon is missing here, or in the line after it",
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
}

const yamlWords = ({ code, message }: YAMLParseError) =>
  plainWords[code] ?? message.charAt(0).toLowerCase() + message.slice(1)

/** The offset of the deepest existing part of the path. An entry of a map begins with its key. */
function offsetOf(root: unknown, path: readonly string[]): number {
  let at = root
  let offset = startOf(root) ?? 0
  for (const step of path) {
    const pair = isMap(at) ? at.items.find(({ key }) => String(key) === step) : undefined
    const next = isSeq(at) ? at.items[Number(step)] : pair?.value
    offset = startOf(pair?.key) ?? startOf(next) ?? offset
    at = next
  }
  return offset
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined)
