import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isBindingElement,
  isExportAssignment,
  isExportSpecifier,
  isVariableDeclaration,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { nodesOf, referenceOf, wordOf } from './syntax.ts'
import { holds, sources, type Text, texts } from './tree.ts'

const policyWord = /(?<![a-z_])(?:flavor_requirement|flavor_restriction|flavor_enforcement)(?![a-z_])/

/** Only `src/rules/allowed/`, and at most one store, may contain the keys of flavor policy rows. */
function policyWordViolations(texts: readonly Text[]): string[] {
  const outside = texts.filter(
    ({ path, text }) =>
      !path.startsWith('src/rules/allowed/') && nodesOf(text).some(node => policyWord.test(wordOf(node) ?? '')),
  )
  const stores = outside.filter(({ path }) => path.startsWith('src/db/stores/'))
  return [...outside.filter(each => !stores.includes(each)), ...stores.slice(1)].map(
    ({ path }) =>
      `${path} contains a policy key: use src/rules/allowed/flavor/policy-rows.ts, so that those rows are read in one way only.`,
  )
}

/** Forbidden comments, with advice. */
const forbiddenComments: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /(?:biome-ignore(?:-all|-start|-end)?(?!-)|@ts-expect-error)(?! ?[\w/]*: \S+(?: \S+){2}).*|@ts-ignore|@ts-nocheck/,
    'explain after a colon, in a sentence, why the rule is wrong here',
  ],
  [/\b(?:TODO|FIXME|XXX|HACK)\b(?! #\d+)/, 'open an issue and refer to it (TODO #12), or do it now'],
]

const commentViolations = (texts: readonly Text[]): string[] =>
  texts.flatMap(({ path, text }) => [
    ...forbiddenComments.flatMap(([pattern, advice]) =>
      pattern.test(text) ? [`${path} contains "${pattern.exec(text)![0]}": ${advice}.`] : [],
    ),
    // Parse only the few texts that contain the word.
    ...(text.includes('default') && nodesOf(text).some(isDefaultExport)
      ? [`${path} has a default export: export by name, so that its uses can be found with grep.`]
      : []),
  ])

const isDefaultExport = (node: Node) =>
  node.kind === SyntaxKind.DefaultKeyword ||
  (isExportAssignment(node) && !node.isExportEquals) ||
  (isExportSpecifier(node) && node.name.getText() === 'default')

/** `process.env`, and `const { env } = process`. */
function readsEnvironment(node: Node): boolean {
  if (referenceOf(node) === 'process.env') return true
  if (!isBindingElement(node) || (node.propertyName ?? node.name)?.getText() !== 'env') return false
  const declaration = node.parent?.parent
  return (
    declaration !== undefined && isVariableDeclaration(declaration) && declaration.initializer?.getText() === 'process'
  )
}

const environmentViolations = (texts: readonly Text[]): string[] =>
  texts
    .filter(({ path, text }) => !path.startsWith('src/main/') && nodesOf(text).some(readsEnvironment))
    .map(({ path }) => `${path} reads the environment: only src/main/ may, and passes the values on.`)

/** All code except the laws, which contain the forbidden words themselves. */
const codeWithoutLaws = () =>
  texts('{src,bin,openapi,docs,test}/**/*.{ts,js}', 'console/src/**/*.ts').filter(
    ({ path }) => !path.startsWith('test/laws/'),
  )

test('the keys of flavor policy rows are only used in src/rules/allowed/', () => holds(policyWordViolations(sources())))
test('there are no default exports, unexplained suppressions and unreferenced TODOs', () =>
  holds(commentViolations(codeWithoutLaws())))
test('only src/main/ reads the environment', () => holds(environmentViolations(sources())))

const plant = (path: string, text: string) => ({ path, text })
const firstWords = (violations: readonly string[]) => violations.map(violation => violation.split(' ', 1)[0])

test('a policy key, a forbidden comment and a use of the environment in the wrong place are found', () => {
  const key = "const key = 'flavor_requirement'"
  deepEqual(
    firstWords(
      policyWordViolations([
        plant('src/api/a.ts', key),
        plant('src/rules/allowed/b.ts', key),
        plant('src/db/stores/c.ts', key),
        plant('src/db/stores/d.ts', key),
      ]),
    ),
    ['src/api/a.ts', 'src/db/stores/d.ts'],
  )
  const comments = [
    'export default x',
    '// biome-ignore lint/a/b: no',
    '// @ts-ignore',
    '// TODO later',
    '// TODO #7',
    '// biome-ignore lint/a/b: the type says so',
  ]
  deepEqual(
    comments.map(text => commentViolations([plant('src/a.ts', text)]).length),
    [1, 1, 1, 1, 0, 0],
  )
  const reads = 'const home = process.env.HOME'
  deepEqual(
    firstWords(
      environmentViolations([
        plant('src/config/a.ts', reads),
        plant('src/main/b.ts', reads),
        plant('src/api/c.ts', `// ${reads}`),
        plant('src/api/d.ts', 'const { env: home } = process'),
      ]),
    ),
    ['src/config/a.ts', 'src/api/d.ts'],
  )
})
