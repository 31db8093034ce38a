import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { longOnPurpose } from './exceptions.ts'
import { holds, sources, type Text } from './tree.ts'

const fileLinesMax = 300
const functionLinesMax = 60

/** A function at the left margin, up to the brace that closes it there; the formatter sees to both. */
const topFunction =
  /^(?:export )?(?:(?:async )?function\*? (?<declared>\w+)|const (?<assigned>\w+)(?:: [^=\n]+)? = (?:async )?(?:<[^\n]*>)?\((?![^\n]*[^{([,]$))[\s\S]*?^\}/gm

function lengths({ path, text }: Text): { name: string; lines: number; max: number }[] {
  const linesOf = (part: string) => part.trimEnd().split('\n').length
  return [
    { name: path, lines: linesOf(text), max: fileLinesMax },
    ...[...text.matchAll(topFunction)].map(match => ({
      name: `${path} ${match.groups!.declared ?? match.groups!.assigned}`,
      lines: linesOf(match[0]),
      max: functionLinesMax,
    })),
  ]
}

function lengthViolations(texts: readonly Text[], exceptions: Readonly<Record<string, string>>): string[] {
  const long = texts.flatMap(lengths).filter(({ lines, max }) => lines > max)
  return [
    ...long
      .filter(({ name }) => !exceptions[name])
      .map(
        ({ name, lines, max }) =>
          `${name} has ${lines} lines, more than ${max}: ask what it is two of, or say in test/laws/exceptions.ts why it is one.`,
      ),
    ...Object.keys(exceptions)
      .filter(name => !long.some(each => each.name === name))
      .map(name => `${name} is not long: take it out of test/laws/exceptions.ts.`),
  ]
}

test('files and functions are short enough to be one thing', () => holds(lengthViolations(sources(), longOnPurpose)))

test('a long file, a long function, and an exception that nobody needs are found', () => {
  const body = '  work()\n'
  const planted = [
    { path: 'src/a.ts', text: `function short() {\n${body.repeat(50)}}\n\nfunction other() {\n${body.repeat(50)}}\n` },
    {
      path: 'src/b.ts',
      text: `const table = {\n${'  a: 1,\n'.repeat(100)}}\n\nexport async function long(\n  x: string,\n): Promise<void> {\n${body.repeat(60)}}\n`,
    },
    { path: 'src/c.ts', text: `const arrow = async (x: string) => {\n${body.repeat(60)}}\n\nconst small = () => 1\n` },
    { path: 'src/d.ts', text: 'const a = 1\n'.repeat(301) },
    { path: 'src/e.ts', text: 'const a = 1\n'.repeat(301) },
  ]
  deepEqual(
    lengthViolations(planted, { 'src/d.ts': 'a table', 'src/a.ts': 'was long once' }).map(
      each => each.split(/ (?:has|is)/, 1)[0],
    ),
    ['src/b.ts long', 'src/c.ts arrow', 'src/e.ts', 'src/a.ts'],
  )
})
