import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isClassDeclaration,
  isExportDeclaration,
  isImportDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  type Node,
} from 'typescript/unstable/ast'
import { importsOf, syntaxOf } from './syntax.ts'
import { holds, sources, type Text } from './tree.ts'

const isType = (node: Node) =>
  isImportDeclaration(node) || isExportDeclaration(node) || isInterfaceDeclaration(node) || isTypeAliasDeclaration(node)
const isErrorClass = (node: Node) =>
  isClassDeclaration(node) && node.heritageClauses?.some(({ types }) => types.some(type => type.getText() === 'Error'))

/** Ports may only contain types, and error classes that their implementations throw. */
function portViolations(texts: readonly Text[]): string[] {
  return texts.flatMap(({ path, text }) => [
    ...syntaxOf(text)
      .statements.filter(node => !isType(node) && !isErrorClass(node))
      .map(
        node =>
          `${path} contains code: "${node.getText().split('\n', 1)[0]}". Keep only types here; move code behind the port or to src/rules/.`,
      ),
    ...importsOf(text)
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(
        ({ specifier }) => `${path} imports values from ${specifier}: a port needs types only; write "import type".`,
      ),
  ])
}

test('ports contain only types', () =>
  holds(portViolations(sources().filter(({ path }) => path.startsWith('src/ports/')))))

test('a port with code is found', () => {
  const planted = [
    {
      path: 'src/ports/a.ts',
      text: "import type { Flavor } from '../model/flavor.ts'\nexport class Gone extends Error {}",
    },
    {
      path: 'src/ports/b.ts',
      text: 'export interface Clock {\n  now(): Date\n}\nexport const clock = { now: () => new Date() }',
    },
    { path: 'src/ports/c.ts', text: "import { bySize } from '../model/flavor.ts'\nexport type Order = typeof bySize" },
    { path: 'src/ports/d.ts', text: 'export class Store {}' },
  ]
  deepEqual(
    portViolations(planted).map(violation => violation.split(' ', 1)[0]),
    ['src/ports/b.ts', 'src/ports/c.ts', 'src/ports/d.ts'],
  )
})
