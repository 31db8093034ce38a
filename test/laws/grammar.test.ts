import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isProblem, parseRequirement } from '../../src/rules/allowed/flavor/parse-requirement.ts'
import { propertyNames } from '../../src/rules/allowed/flavor/requirement.ts'
import { holds, textOf } from './tree.ts'

const page = 'docs/reference/requirements.md'

/** Parts of the grammar that are written in words, as regular expressions. */
const verbalParts: Readonly<Record<string, string>> = {
  tab: '\\t',
  'characters of one line other than "]", not all of them blanks': '(?=[^\\]]*[^\\]\\s])[^\\]\\r\\n\\u2028\\u2029]+',
  'characters of one line, not all of them blanks': '(?=.*\\S).+',
}

const tokens = /"(?<literal>[^"]+)"|\?\s(?<words>.+?)\s\?|(?<name>[a-z]+)|(?<sign>[[\]{}()|,])|(?<wrong>\S)/g
const signs: Readonly<Record<string, string>> = { '[': '(?:', ']': ')?', '{': '(?:', '}': ')*', '(': '(?:', ',': '' }

/** Converts the right side of a rule to a regular expression. The grammar has no recursion, so names can be replaced. */
function pattern(right: string, rules: ReadonlyMap<string, string>): string {
  const parts = [...right.matchAll(tokens)].map(({ groups }) => {
    const { literal, words, name, sign, wrong } = groups!
    if (literal !== undefined) return RegExp.escape(literal)
    if (words !== undefined) return verbalParts[words] ?? `unknown words ${words}`
    if (name !== undefined) return `(?:${pattern(rules.get(name) ?? `"no rule ${name}"`, rules)})`
    if (wrong !== undefined) throw new Error(`${page}: '${wrong}' is not valid EBNF`)
    return signs[sign!] ?? sign!
  })
  return parts.join('')
}

/** The grammar on a page as a regular expression. */
function grammarOf(text: string): RegExp {
  const block = /^```ebnf\n([\s\S]*?)^```/m.exec(text)?.[1] ?? ''
  const rules = new Map([...block.matchAll(/^([a-z]+)\s*= ([\s\S]*?) ;$/gm)].map(([, name, right]) => [name!, right!]))
  return new RegExp(`^${pattern(rules.get('requirement') ?? '"no grammar"', rules)}$`, 'iu')
}

/** True if the parser rejects only the number: the grammar allows numbers that no flavor can have. */
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

/** Inputs on which the parser and the page disagree. */
function grammarViolations(text: string): string[] {
  const grammar = grammarOf(text)
  const inputs = fc.sample(fc.oneof(input, fc.string()), { numRuns: 20_000, seed: 5 })
  return [...new Set(inputs)].flatMap(input => {
    const result = parseRequirement(input)
    const isAccepted = !isProblem(result) || isAboutTheNumber(result.expected)
    if (grammar.test(input) === isAccepted) return []
    return [
      `${page} ${isAccepted ? 'does not allow' : 'allows'} ${JSON.stringify(input)}, but the parser does the opposite: correct the grammar in docs/reference/generate.ts, or src/rules/allowed/flavor/parse-requirement.ts.`,
    ]
  })
}

test('the grammar in the reference matches the parser', () => holds(grammarViolations(textOf(page))))

test('a grammar that allows too much or too little is found', () => {
  const isFoundAfter = (from: string, to: string) => {
    const text = textOf(page)
    ok(text.includes(from), from)
    return grammarViolations(text.replace(from, to)).length > 0
  }
  deepEqual(
    [
      isFoundAfter('| "TiB"', '| "TiB" | "GB"'),
      isFoundAfter('[ ".", digit, { digit } ]', ''),
      isFoundAfter('text | spec', 'text'),
      isFoundAfter('size | text', 'size'),
      isFoundAfter('blanks, "=", word', 'operator, word'),
      isFoundAfter('( order, number | "=", word )', '( operator, word )'),
      isFoundAfter(
        '"disk", over, "ram" ), blanks, operator, number',
        '"disk", over, "ram" ), blanks, operator, number, [ unit ]',
      ),
      isFoundAfter('```ebnf', '```'),
    ],
    [true, true, true, true, true, true, true, true],
  )
})
