import { type CST, type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml'

/**
 * Limits for a YAML text. A limit on its size would not be enough: nesting takes stack, aliases multiply values, and
 * the search for duplicate keys takes quadratic time.
 */
export const yamlBounds = {
  /** Levels of nested lists and maps. */
  depth: 64,
  /** Total number of aliases (`*name`). */
  aliases: 2000,
  /** Keys of one map. */
  keys: 2000,
  /** Total number of values; those behind an alias count each time. */
  values: 2_000_000,
} as const

export type BoundProblem = Readonly<{ offset: number; words: string }>

type Token = CST.Token
type Place = { token: Token; depth: number }

/**
 * Checks the limits that are visible in the tokens, before a document is built. Not recursive, so that deep nesting is
 * safe.
 */
export function boundProblem(tokens: readonly Token[]): BoundProblem | undefined {
  const open: Place[] = tokens.map(token => ({ token, depth: 0 })).reverse()
  let aliases = 0
  for (let place = open.pop(); place; place = open.pop()) {
    const { token, depth } = place
    if (token.type === 'alias' && ++aliases > yamlBounds.aliases)
      return beyond(token.offset, `more than ${yamlBounds.aliases} aliases`, 'replace some with their values')
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth })
      continue
    }
    if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') continue
    if (depth >= yamlBounds.depth)
      return beyond(token.offset, `more than ${yamlBounds.depth} levels of nesting`, 'reduce the nesting')
    const keys = token.items.filter(({ key }) => key).length
    if (keys > yamlBounds.keys)
      return beyond(
        token.offset,
        `a map with ${keys} keys; at most ${yamlBounds.keys} are allowed`,
        'remove some of them',
      )
    for (let index = token.items.length - 1; index >= 0; index--)
      for (const part of [token.items[index]!.value, token.items[index]!.key])
        if (part) open.push({ token: part as Token, depth: depth + 1 })
  }
  return undefined
}

const beyond = (offset: number, excess: string, advice: string): BoundProblem => ({
  offset,
  words: `${excess}: ${advice}`,
})

/**
 * Checks a document in one pass: finds aliases without an anchor above, duplicate keys, and too many values. The parser
 * could find the first two itself, but it searches from the beginning of the text for each alias, and compares keys one
 * by one.
 *
 * @param onScalar called for each scalar with the keys that lead to it: that of the map it is in, or is a key of, and that of
 *   the map around
 */
export function contentProblem(
  document: Document.Parsed,
  onScalar: (scalar: PlacedScalar, key: string, holder: string) => void,
): BoundProblem | undefined {
  const sizes = new Map<string, number>()
  let problem: BoundProblem | undefined
  const fail = (node: unknown, words: string) => {
    problem ??= { offset: (isNode(node) ? node.range?.[0] : undefined) ?? 0, words }
    return 0
  }
  const sizeOf = (node: unknown, key: string, holder: string): number => {
    if (problem || !node) return 0
    if (isAlias(node)) return sizes.get(node.source) ?? fail(node, `anchor '&${node.source}' is not defined above`)
    let size = 1
    if (isScalar(node)) onScalar(node as PlacedScalar, key, holder)
    else if (isMap(node)) {
      const repeated = repeatedKey(node.items)
      if (repeated) return fail(repeated, 'map keys must be unique')
      for (const pair of node.items) size += sizeOf(pair.key, '', key) + sizeOf(pair.value, keyOf(pair), key)
    } else if (isSeq(node))
      for (const item of node.items)
        size += isPair(item) ? sizeOf(item.value, keyOf(item), key) + 1 : sizeOf(item, key, holder)
    if (size > yamlBounds.values && !problem)
      return fail(node, `more than ${yamlBounds.values} values, including those behind aliases: use fewer aliases`)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor !== undefined) sizes.set(anchor, size)
    return size
  }
  sizeOf(document.contents, '', '')
  return problem
}

export type PlacedScalar = { value: unknown; source?: string | undefined }

const keyOf = ({ key }: { key: unknown }) => (isScalar(key) ? String(key.source ?? key.value) : '')

/** Returns the second of two equal keys. */
function repeatedKey(pairs: readonly { key: unknown }[]): Node | undefined {
  const earlierKeys = new Set<unknown>()
  for (const { key } of pairs) {
    const value = isScalar(key) ? key.value : undefined
    if (value === undefined) continue
    if (earlierKeys.has(value)) return key as Node
    earlierKeys.add(value)
  }
  return undefined
}
