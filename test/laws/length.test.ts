import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isArrowFunction,
  isFunctionDeclaration,
  isFunctionExpression,
  isVariableStatement,
} from 'typescript/unstable/ast'
import { longOnPurpose } from './exceptions.ts'
import { parseJsx, syntaxOf } from './syntax.ts'
import { consoleSources, holds, sources, type Text } from './tree.ts'

const fileLinesMax = 300
const functionLinesMax = 60
/** A component is mostly markup, with an attribute a line. */
const componentLinesMax = 80

const linesOf = (part: string) => part.trimEnd().split('\n').length

/** The top-level functions of a file. */
function topFunctions(text: string): { name: string; lines: number }[] {
  return syntaxOf(text).statements.flatMap(statement => {
    const lines = linesOf(statement.getText())
    if (isFunctionDeclaration(statement)) return [{ name: statement.name?.getText() ?? 'a function', lines }]
    if (!isVariableStatement(statement)) return []
    return statement.declarationList.declarations
      .filter(({ initializer }) => initializer && (isArrowFunction(initializer) || isFunctionExpression(initializer)))
      .map(({ name }) => ({ name: name.getText(), lines }))
  })
}

const lengths = ({ path, text }: Text): { name: string; lines: number; max: number }[] => [
  { name: path, lines: linesOf(text), max: fileLinesMax },
  ...topFunctions(text).map(({ name, lines }) => ({
    name: `${path} ${name}`,
    lines,
    max: path.endsWith('.tsx') ? componentLinesMax : functionLinesMax,
  })),
]

function lengthViolations(texts: readonly Text[], exceptions: Readonly<Record<string, string>>): string[] {
  const long = texts.flatMap(lengths).filter(({ lines, max }) => lines > max)
  return [
    ...long
      .filter(({ name }) => !exceptions[name])
      .map(
        ({ name, lines, max }) =>
          `${name} has ${lines} lines, more than ${max}: split it, or explain in test/laws/exceptions.ts why it should stay whole.`,
      ),
    ...Object.keys(exceptions)
      .filter(name => !long.some(each => each.name === name))
      .map(name => `${name} is not too long: remove it from test/laws/exceptions.ts.`),
  ]
}

test('files and functions do not exceed their maximum length', () => {
  parseJsx(consoleSources().map(({ text }) => text))
  holds(lengthViolations([...sources(), ...consoleSources()], longOnPurpose))
})

test('a long file, a long function, and an unused exception are found', () => {
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
