import { after } from 'node:test'
import {
  isBindingElement,
  isCallExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isStringLiteral,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { openParser } from './parser.ts'
import { sources } from './tree.ts'

const parser = openParser()
after(() => parser.close())
const parsed = new Map<string, SourceFile>()

/** Parses a text. */
export function syntaxOf(text: string): SourceFile {
  if (!parsed.has(text)) {
    // The first call parses all sources at once, because most of the time is spent on starting the compiler.
    const fresh = parsed.size === 0 ? [...new Set([text, ...sources().map(each => each.text)])] : [text]
    for (const [index, file] of parser.parse(fresh).entries()) parsed.set(fresh[index]!, file)
  }
  return parsed.get(text)!
}

/** Parses texts with JSX, so that the other functions can read them. */
export function parseJsx(texts: readonly string[]): void {
  for (const [index, file] of parser.parse(texts, '.tsx').entries()) parsed.set(texts[index]!, file)
}

/** All syntax nodes of a text, outer ones first. */
export function nodesOf(text: string): Node[] {
  const nodes: Node[] = []
  const visit = (node: Node) => {
    nodes.push(node)
    node.forEachChild(visit)
  }
  syntaxOf(text).forEachChild(visit)
  return nodes
}

export type Import = Readonly<{ specifier: string; isTypeOnly: boolean }>

/** All imports of a text: static, type-only, for side effects, and dynamic. */
export const importsOf = (text: string): Import[] => nodesOf(text).flatMap(node => importOf(node) ?? [])

function importOf(node: Node): Import | undefined {
  if (isImportDeclaration(node)) {
    const { importClause: clause } = node
    const named =
      clause?.namedBindings && isNamedImports(clause.namedBindings) && !clause.name ? clause.namedBindings : undefined
    const isTypeOnly =
      clause?.phaseModifier === SyntaxKind.TypeKeyword || named?.elements.every(each => each.isTypeOnly) === true
    return { specifier: specifierOf(node.moduleSpecifier), isTypeOnly }
  }
  if (isExportDeclaration(node) && node.moduleSpecifier) {
    const { exportClause: clause } = node
    const isTypeOnly =
      node.isTypeOnly || (clause && isNamedExports(clause) && clause.elements.every(each => each.isTypeOnly)) === true
    return { specifier: specifierOf(node.moduleSpecifier), isTypeOnly }
  }
  if (isImportTypeNode(node)) {
    const { argument } = node
    return { specifier: specifierOf(isLiteralTypeNode(argument) ? argument.literal : argument), isTypeOnly: true }
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword)
    return { specifier: specifierOf(node.arguments[0]!), isTypeOnly: false }
  return undefined
}

/** A specifier that is not a literal is put in brackets, so that it matches nothing that may be imported. */
const specifierOf = (node: Node) =>
  isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node) ? node.text : `(${node.getText()})`

/** The calls and `new` expressions of a text, as written: `refusal.too_large`, `new Refused`. */
export const callsOf = (text: string): string[] =>
  nodesOf(text).flatMap(node => {
    if (isCallExpression(node)) return [node.expression.getText()]
    return isNewExpression(node) ? [`new ${node.expression.getText()}`] : []
  })

/** Returns a reference to a global name, as written: `process.env`, `Date.now`, `console`. Undefined for other nodes. */
export function referenceOf(node: Node): string | undefined {
  if (!isIdentifier(node)) return undefined
  const { parent } = node
  const isKey = keyed.has(parent.kind) && (parent as Node & { name?: Node }).name === node
  if (isKey || (isBindingElement(parent) && parent.propertyName === node)) return undefined
  if (declaredIn(node.getSourceFile()).has(node.text)) return undefined
  return isPropertyAccessExpression(parent) ? `${node.text}.${parent.name.getText()}` : node.text
}

/** Nodes whose own name is not a reference. */
const keyed: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PropertyAssignment,
  SyntaxKind.PropertySignature,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.MethodSignature,
  SyntaxKind.PropertyAccessExpression,
])

const declarations: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.Parameter,
  SyntaxKind.VariableDeclaration,
  SyntaxKind.BindingElement,
  SyntaxKind.FunctionDeclaration,
])
const declaredNames = new WeakMap<SourceFile, ReadonlySet<string>>()

/** All names that a text declares. */
function declaredIn(file: SourceFile): ReadonlySet<string> {
  const cachedNames = declaredNames.get(file)
  if (cachedNames) return cachedNames
  const names = nodesOf(file.text).flatMap(node => {
    const { name } = node as Node & { name?: Node }
    return declarations.has(node.kind) && name && isIdentifier(name) ? [name.text] : []
  })
  const declared = new Set(names)
  declaredNames.set(file, declared)
  return declared
}

/** The text of a name, a string or a fixed part of a template. */
export const wordOf = (node: Node): string | undefined =>
  'text' in node && typeof node.text === 'string' ? node.text : undefined
