import { Composer, isMap, isNode, isSeq, LineCounter, type Node, Parser, type YAMLParseError } from 'yaml'
import { boundProblem, contentProblem } from './yaml-bounds.ts'

/** A YAML text with what it says, and where it says it. */
export type YamlText = Readonly<{
  value: unknown
  /** An Error that begins with the place in the text; `path` leads to what is wrong, or to where it should stand. */
  problem(path: readonly string[], words: string): Error
  /** The line on which what the path leads to begins. */
  lineOf(path: readonly string[]): number
}>

const placed = ({ line, col }: { line: number; col: number }, words: string) =>
  new Error(`line ${line}, column ${col}: ${words}`)

/**
 * Throws an Error with the place where a text is no YAML, or goes beyond `yamlBounds`.
 *
 * @param options.numbersAsTyped whether a number that would be printed otherwise than it is typed, such as 8.0 and 012, is
 *   the text that was typed: where versions and ids stand, it is one
 * @param options.isText whether the value of this key, in a map that is the value of `holder`, is a text, so that numbers and
 *   flags there are what was typed. The key of an entry of `holder` itself is ''
 */
export function readYaml(
  text: string,
  options: { numbersAsTyped?: boolean; isText?: (key: string, holder: string) => boolean } = {},
): YamlText {
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const beyond = boundProblem(tokens)
  if (beyond) throw placed(lines.linePos(beyond.offset), beyond.words)
  const [document, another] = new Composer({ prettyErrors: false, uniqueKeys: false }).compose(
    tokens,
    true,
    text.length,
  )
  const error = document!.errors[0]
  if (error) throw placed(lines.linePos(error.pos[0]), yamlWords(error))
  if (another) throw placed(lines.linePos(another.range[0]), 'expected one document, but another one begins here')
  const problem = contentProblem(document!, (scalar, key, holder) => {
    const { value, source } = scalar
    if (typeof value !== 'number' && typeof value !== 'boolean') return
    const isOtherwisePrinted = typeof value === 'number' && String(value) !== source
    if (options.isText?.(key, holder) || (options.numbersAsTyped && isOtherwisePrinted)) scalar.value = source
  })
  if (problem) throw placed(lines.linePos(problem.offset), problem.words)
  return {
    // The values were counted above, aliases of aliases included.
    value: document!.toJS({ maxAliasCount: -1 }),
    problem: (path, words) => placed(lines.linePos(offsetOf(document!.contents, path)), words),
    lineOf: path => lines.linePos(offsetOf(document!.contents, path)).line,
  }
}

const yamlWords = ({ message }: YAMLParseError) => message.charAt(0).toLowerCase() + message.slice(1)

/** Where the deepest thing on the path begins; an entry of a map begins with its key. */
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
