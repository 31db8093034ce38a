import {
  isBinaryExpression,
  isConditionalExpression,
  isIfStatement,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'

/** A small change of a text that changes what it does. */
export type Mutant = Readonly<{ start: number; end: number; text: string }>

const others: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
}
const otherMembers: Readonly<Record<string, string>> = {
  'Math.max': 'Math.min',
  'Math.min': 'Math.max',
  'Math.floor': 'Math.ceil',
  'Math.ceil': 'Math.floor',
}

/** Every mutant of a text: other operators, other limits, conditions the other way round. */
export function mutantsOf(file: SourceFile): Mutant[] {
  const mutants: Mutant[] = []
  const visit = (node: Node) => {
    mutants.push(...mutantsAt(node))
    node.forEachChild(visit)
  }
  file.forEachChild(visit)
  return mutants
}

function mutantsAt(node: Node): Mutant[] {
  const instead = (of: Node, text: string): Mutant => ({ start: of.getStart(), end: of.getEnd(), text })
  if (isBinaryExpression(node)) {
    const operator = node.operatorToken.getText()
    if (operator === '??')
      return [instead(node, `(${node.left.getText()})`), instead(node, `(${node.right.getText()})`)]
    const isOfTexts = operator === '+' && /['"`]/.test(node.getText())
    return others[operator] && !isOfTexts ? [instead(node.operatorToken, others[operator])] : []
  }
  if (isIfStatement(node)) return [instead(node.expression, `!(${node.expression.getText()})`)]
  if (isConditionalExpression(node)) return [instead(node.condition, `!(${node.condition.getText()})`)]
  if (isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken)
    return [instead(node, `(${node.operand.getText()})`)]
  if (isNumericLiteral(node)) return [instead(node, `(${node.getText()} + 1)`)]
  if (node.kind === SyntaxKind.TrueKeyword) return isInType(node) ? [] : [instead(node, 'false')]
  if (node.kind === SyntaxKind.FalseKeyword) return isInType(node) ? [] : [instead(node, 'true')]
  const member = isPropertyAccessExpression(node) ? otherMembers[node.getText()] : undefined
  return member ? [instead(node, member)] : []
}

const isInType = (node: Node) => node.parent.kind === SyntaxKind.LiteralType
