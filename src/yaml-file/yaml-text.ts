import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLParseError } from 'yaml'

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

/** Enough for a list that hundreds of entries share; aliases of aliases, which could fill any memory, come to more. */
const aliasesMax = 10_000

/**
 * Throws an Error with the place where a text is no YAML.
 *
 * @param options.numbersAsTyped whether a number that would be printed otherwise than it is typed, such as 8.0 and 012, is
 *   the text that was typed: where versions and ids stand, it is one
 */
export function readYaml(text: string, options: { numbersAsTyped?: boolean } = {}): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) throw placed(lines.linePos(error.pos[0]), yamlWords(error))
  visit(document, {
    Alias(_, alias) {
      if (!alias.resolve(document))
        throw placed(lines.linePos(startOf(alias)!), `there is no anchor '&${alias.source}' above`)
    },
    Scalar(_, scalar) {
      if (options.numbersAsTyped && typeof scalar.value === 'number' && String(scalar.value) !== scalar.source)
        scalar.value = scalar.source
    },
  })
  return {
    value: document.toJS({ maxAliasCount: aliasesMax }),
    problem: (path, words) => placed(lines.linePos(offsetOf(document.contents, path)), words),
    lineOf: path => lines.linePos(offsetOf(document.contents, path)).line,
  }
}

/** The parser's own words, but for one that speaks to programmers. */
const yamlWords = ({ code, message }: YAMLParseError) =>
  code === 'MULTIPLE_DOCS'
    ? 'expected one document, but another one begins here'
    : message.charAt(0).toLowerCase() + message.slice(1)

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
