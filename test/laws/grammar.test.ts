import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isProblem, parseRequirement } from '../../src/rules/allowed/flavor/parse-requirement.ts'
import { propertyNames } from '../../src/rules/allowed/flavor/requirement.ts'
import { holds, textOf } from './tree.ts'

const page = 'docs/reference/requirements.md'

/** What the grammar says in words, as regular expressions. */
const inWords: Readonly<Record<string, string>> = {
  tab: '\\t',
  'characters of one line other than "]", not all of them blanks': '(?=[^\\]]*[^\\]\\s])[^\\]\\r\\n\\u2028\\u2029]+',
  'characters of one line, not all of them blanks': '(?=.*\\S).+',
}

const tokens = /"(?<literal>[^"]+)"|\?\s(?<words>.+?)\s\?|(?<name>[a-z]+)|(?<sign>[[\]{}()|,])|(?<wrong>\S)/g
const signs: Readonly<Record<string, string>> = { '[': '(?:', ']': ')?', '{': '(?:', '}': ')*', '(': '(?:', ',': '' }

/** The right side of a rule as a regular expression; the grammar has no recursion, so names can be filled in. */
function pattern(right: string, rules: ReadonlyMap<string, string>): string {
  const made = [...right.matchAll(tokens)].map(({ groups }) => {
    const { literal, words, name, sign, wrong } = groups!
    if (literal !== undefined) return RegExp.escape(literal)
    if (words !== undefined) return inWords[words] ?? `no words ${words}`
    if (name !== undefined) return `(?:${pattern(rules.get(name) ?? `"no rule ${name}"`, rules)})`
    if (wrong !== undefined) throw new Error(`${page}: '${wrong}' is no EBNF`)
    return signs[sign!] ?? sign!
  })
  return made.join('')
}

/** The language of a page's grammar. */
function grammarOf(text: string): RegExp {
  const block = /^```ebnf\n([\s\S]*?)^```/m.exec(text)?.[1] ?? ''
  const rules = new Map([...block.matchAll(/^([a-z]+)\s*= ([\s\S]*?) ;$/gm)].map(([, name, right]) => [name!, right!]))
  return new RegExp(`^${pattern(rules.get('requirement') ?? '"no grammar"', rules)}$`, 'iu')
}

/** A number can be written by the grammar and yet be none that a flavor could have. */
const isAboutTheNumber = (expected: string) => /^a (?:whole number of|number that)/.test(expected)

const one = (...words: readonly string[]) => fc.constantFrom(...words)
const input = fc
  .tuple(
    one('', ' '),
    one(...propertyNames, 'RAM / vcpus', 'ram/', 'vcpus/ram', 'extra_specs[k]', 'extra_specs []'),
    one('', ' ', '\n'),
    one('>=', '<=', '=', '>', '==', ''),
    one('', '\t'),
    one('2', '02.50', '2.', '.5', '-1', 'two', '1e3', '', ' ', 'a\nb'),
    one('', ' GiB', 'gib', 'GB', ' MiB ', ' x'),
  )
  .map(parts => parts.join(''))

/** Inputs of which the parser and the page say different things. */
function grammarViolations(text: string): string[] {
  const grammar = grammarOf(text)
  const inputs = fc.sample(fc.oneof(input, fc.string()), { numRuns: 20_000, seed: 5 })
  return [...new Set(inputs)].flatMap(typed => {
    const parsed = parseRequirement(typed)
    const isAccepted = !isProblem(parsed) || isAboutTheNumber(parsed.expected)
    if (grammar.test(typed) === isAccepted) return []
    return [
      `${page} ${isAccepted ? 'does not allow' : 'allows'} ${JSON.stringify(typed)}, and the parser does the opposite: mend the grammar in docs/reference/generate.ts, or src/rules/allowed/flavor/parse-requirement.ts.`,
    ]
  })
}

test('the grammar in the reference is that of the parser', () => holds(grammarViolations(textOf(page))))

test('a grammar that allows too much or too little is found', () => {
  const without = (from: string, to: string) => {
    const text = textOf(page)
    ok(text.includes(from), from)
    return grammarViolations(text.replace(from, to)).length > 0
  }
  deepEqual(
    [
      without('| "TiB"', '| "TiB" | "GB"'),
      without('[ ".", digit, { digit } ]', ''),
      without('size | spec', 'size'),
      without('( order, number | "=", word )', '( operator, word )'),
      without(
        '"disk", over, "ram" ), blanks, operator, number',
        '"disk", over, "ram" ), blanks, operator, number, [ unit ]',
      ),
      without('```ebnf', '```'),
    ],
    [true, true, true, true, true, true],
  )
})
