/**
 * Parses the language of oslo.policy (oslo.policy 4.0 `_parser.py`, `_checks.py`), in which access policies are written:
 *
 *     rule    = "" | or
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | "(" or ")" | "@" | "!" | check
 *     check   = "rule:" name | "role:" text | attribute ":" text | literal ":" text
 *
 * An empty rule and `@` admit every caller, `!` admits none. `%(name)s` in a text is replaced by an attribute of the
 * target. oslo.policy reads an invalid rule as "nobody"; this parser throws instead, so that a mistake is reported before
 * it locks users out. The result is evaluated in `policy-check.ts`.
 */
export type Check = Readonly<
  | { kind: 'always' }
  | { kind: 'never' }
  | { kind: 'not'; check: Check }
  | { kind: 'and' | 'or'; checks: readonly Check[] }
  | { kind: 'rule'; name: string }
  | { kind: 'role'; role: Template }
  | { kind: 'attribute'; path: readonly string[]; is: Template }
  | { kind: 'literal'; value: string; is: Template }
>

/** Literal texts, and names of target attributes to be filled in between them. */
export type Template = readonly (string | Readonly<{ of: string }>)[]

/** Thrown for an invalid rule. `at` is the column, from 1, of the error. */
export class PolicySyntaxError extends Error {
  readonly at: number

  constructor(at: number, problem: string) {
    super(`column ${at}: ${problem}`)
    this.at = at
  }
}

type Token = Readonly<{ at: number; text: string }>

/** Brackets at the ends of a word are separate tokens. Brackets inside, as in `%(tenant)s`, are part of the word. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index }) => {
    const opening = /^\(*/.exec(word)![0].length
    const closing = opening === word.length ? 0 : /\)*$/.exec(word)![0].length
    const brackets = (from: number, count: number) =>
      Array.from({ length: count }, (_, number) => ({ at: index + from + number + 1, text: word[from]! }))
    const inner = word.slice(opening, word.length - closing)
    return [
      ...brackets(0, opening),
      ...(inner === '' ? [] : [{ at: index + opening + 1, text: inner }]),
      ...brackets(word.length - closing, closing),
    ]
  })
}

/** Bounded because parsing and evaluating a rule use stack space for each level. */
export const depthMax = 100

/** Parses a rule. Throws a PolicySyntaxError. */
export function parsePolicy(text: string): Check {
  const tokens = tokensOf(text)
  if (tokens.length === 0) return { kind: 'always' }
  let [next, depth] = [0, 0]
  const isNext = (word: string) => tokens[next]?.text.toLowerCase() === word
  const skip = (word: string) => {
    const isSkipped = isNext(word)
    if (isSkipped) next++
    return isSkipped
  }
  const actual = () => (tokens[next] ? `found '${tokens[next]!.text}'` : 'the rule ends')
  const fail = (expected: string): never => {
    throw new PolicySyntaxError(tokens[next]?.at ?? text.length + 1, `expected ${expected}, but ${actual()}`)
  }
  const joined = (kind: 'and' | 'or', operand: () => Check): Check => {
    const checks = [operand()]
    while (skip(kind)) checks.push(operand())
    return checks.length === 1 ? checks[0]! : { kind, checks }
  }
  const or = (): Check => joined('or', and)
  const and = (): Check => joined('and', not)
  const not = (): Check => (skip('not') ? { kind: 'not', check: within(not) } : primary())
  const within = (inner: () => Check): Check => {
    if (++depth > depthMax)
      throw new PolicySyntaxError(tokens[next]?.at ?? text.length, `more than ${depthMax} levels of brackets and 'not'`)
    const check = inner()
    depth--
    return check
  }
  const primary = (): Check => {
    if (skip('(')) {
      const inner = within(or)
      return skip(')') ? inner : fail("')'")
    }
    const token = tokens[next]
    if (!token || [')', 'and', 'or'].some(isNext)) return fail('a check')
    next++
    return checkOf(token)
  }
  const check = or()
  return next === tokens.length ? check : fail("'and' or 'or'")
}

function checkOf({ at, text }: Token): Check {
  if (text === '@') return { kind: 'always' }
  if (text === '!') return { kind: 'never' }
  if (/^(["']).*\1$/.test(text)) throw new PolicySyntaxError(at, `${text} is a string, not a check`)
  const colon = text.indexOf(':')
  if (colon < 1) throw new PolicySyntaxError(at, `invalid check '${text}': expected something like 'role:admin'`)
  const [kind, rest] = [text.slice(0, colon), text.slice(colon + 1)]
  const restAt = at + colon + 1
  if (kind === 'rule') return { kind: 'rule', name: rest }
  if (kind === 'role') return { kind: 'role', role: templateOf(rest, restAt) }
  if (kind === 'http' || kind === 'https')
    throw new PolicySyntaxError(at, `'${kind}:' checks ask another server, which is not supported`)
  const literal = literalOf(kind)
  if (literal !== undefined) return { kind: 'literal', value: literal, is: templateOf(rest, restAt) }
  if (!/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/.test(kind))
    throw new PolicySyntaxError(at, `'${kind}' is neither an attribute nor a literal`)
  return { kind: 'attribute', path: kind.split('.'), is: templateOf(rest, restAt) }
}

/** Returns a Python literal as Python prints it; undefined for anything else. Covers the literals that policies use. */
function literalOf(kind: string): string | undefined {
  const quoted = /^(["'])([^"'\\]*)\1$/.exec(kind)?.[2]
  return quoted ?? (/^(?:True|False|None|0|-?[1-9]\d*)$/.test(kind) ? kind : undefined)
}

function templateOf(text: string, at: number): Template {
  const parts: (string | { of: string })[] = []
  for (const { 0: part, 1: name, index } of text.matchAll(/%\(([^()%]+)\)s|%%|[^%()]+|./g)) {
    if (name !== undefined) parts.push({ of: name })
    else if (part === '%%') parts.push('%')
    else if (part === '%' || part === '(' || part === ')')
      throw new PolicySyntaxError(at + index, `unexpected '${part}': expected something like %(tenant)s`)
    else parts.push(part)
  }
  return parts
}

/**
 * Parses the older notation: a list of alternatives, each of which is a list of checks that must all pass. As in
 * oslo.policy, an empty list admits every caller. Throws a PolicySyntaxError, at column 1 for anything but a list of lists
 * of strings.
 */
export function parsePolicyList(rule: readonly unknown[]): Check {
  if (rule.length === 0) return { kind: 'always' }
  const alternatives = rule
    .map(inner => (typeof inner === 'string' ? [inner] : inner))
    .filter(inner => !(Array.isArray(inner) && inner.length === 0))
    .map(inner => {
      if (!Array.isArray(inner) || !inner.every(each => typeof each === 'string'))
        throw new PolicySyntaxError(1, 'expected a string, or a list of lists of checks')
      const checks = inner.map(each => checkOf({ at: 1, text: each.trim() }))
      return checks.length === 1 ? checks[0]! : ({ kind: 'and', checks } satisfies Check)
    })
  if (alternatives.length === 0) return { kind: 'never' }
  return alternatives.length === 1 ? alternatives[0]! : { kind: 'or', checks: alternatives }
}
