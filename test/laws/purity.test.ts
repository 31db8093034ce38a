import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isAwaitExpression,
  isCallExpression,
  isForOfStatement,
  isNewExpression,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { importsOf, nodesOf, referenceOf } from './syntax.ts'
import { holds, sources, type Text } from './tree.ts'

const pureRooms = ['src/rules/', 'src/model/']

const time = 'take the time as an argument; operations get it from ports.clock'
const outside = 'do this in an operation, through a port'

/** Names that a decision must not use, with advice. */
const impureNames: Readonly<Record<string, string>> = {
  Promise: 'load the values in the operation, and pass them in',
  'Date.now': time,
  performance: time,
  'Temporal.Now': time,
  'Math.random': 'take ids as arguments; operations get them from ports.clock',
  crypto: 'take ids as arguments; operations get them from ports.clock',
  process: 'take the option as an argument; src/config/ reads it',
  globalThis: 'take the option as an argument; src/config/ reads it',
  console: 'return the message; the caller prints it',
  fetch: outside,
  setTimeout: outside,
  setInterval: outside,
  setImmediate: outside,
  queueMicrotask: outside,
}

/** Returns the impure part of a decision, with advice; undefined if it is pure. */
function impurityOf(node: Node): readonly [part: string, advice: string] | undefined {
  if (
    node.kind === SyntaxKind.AsyncKeyword ||
    isAwaitExpression(node) ||
    (isForOfStatement(node) && node.awaitModifier)
  )
    return [node.getText(), impureNames.Promise!]
  const isDate = (isCallExpression(node) || isNewExpression(node)) && node.expression.getText() === 'Date'
  if (isDate && (isCallExpression(node) || !node.arguments?.length)) return [node.getText(), time]
  const name = referenceOf(node)
  const advice = name && (impureNames[name] ?? impureNames[name.split('.', 1)[0]!])
  return advice ? [name, advice] : undefined
}

function purityViolations(texts: readonly Text[]): string[] {
  return texts
    .filter(({ path }) => pureRooms.some(room => path.startsWith(room)))
    .flatMap(({ path, text }) => [
      ...nodesOf(text)
        .flatMap(node => [impurityOf(node) ?? []])
        .flatMap(([part, advice]) => (part ? [`${path} uses "${part}", but decisions are pure: ${advice}.`] : [])),
      ...importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier }) => `${path} imports ${specifier}, but decisions are pure: pass in the value.`),
    ])
}

test('decisions are pure', () => holds(purityViolations(sources())))

const plant = (text: string) => purityViolations([{ path: 'src/rules/planted.ts', text }]).length

test('each kind of impurity is found', () => {
  const planted = [
    'export async function f() {}',
    'const x = (): Promise<number> => y',
    'const now = Date.now()',
    'const now = new Date()',
    'const now = new Date',
    'const id = Math.random()',
    'const id = crypto.randomUUID()',
    'const home = process.env.HOME',
    'const { HOME } = process.env',
    'const home = globalThis[name]',
    'console.log(verdict)',
    "fetch('http://127.0.0.1')",
    'setTimeout(f, 10)',
    "import { readFileSync } from 'node:fs'",
  ]
  deepEqual(
    planted.map(plant),
    planted.map(() => 1),
  )
})

test('parsing a date, and mentioning such names in texts, is allowed', () => {
  const innocent = [
    'const date = (text: string): Date => new Date(`' + '$' + '{text}Z`)',
    '// Date.now() would be wrong here; await nothing.',
    "const words = 'an async process on the console: Promise'",
    'const shape = /console|Date.now()/',
    'const ended = ({ process }: { process: string }) => process',
  ]
  deepEqual(
    innocent.map(plant),
    innocent.map(() => 0),
  )
  deepEqual(purityViolations([{ path: 'src/api/a.ts', text: 'await x' }]), [])
})
