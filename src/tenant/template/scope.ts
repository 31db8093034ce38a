import { isTree, type Tree } from '../plan/plan-values.ts'

/** What the functions of a template can use. */
export type Scope = Readonly<{
  /** By name; `gap` is why a parameter has no value, in words that follow its name. */
  parameters: ReadonlyMap<string, Resolved>
  conditions: Tree
  /** What is replaced in the texts of a group's member: `%index%` → the number. */
  index: Readonly<{ variable: string; number: number }> | undefined
}>

/** A value, or why the template alone does not say it. */
export type Resolved = Readonly<{ value: unknown } | { gap: string }>

/** Functions whose result is known only after the stack was created. */
const lateFunctions: ReadonlySet<string> = new Set(['get_attr', 'get_resource', 'resource_facade'])

/** All other functions of HOT that are not evaluated here. */
const otherFunctions: ReadonlySet<string> = new Set([
  ...['get_file', 'digest', 'repeat', 'str_replace_vstrict', 'str_split', 'map_merge', 'map_replace', 'yaql'],
  ...['contains', 'filter', 'make_url', 'list_concat', 'list_concat_unique'],
])

type Evaluate = (argument: unknown, scope: Scope) => Resolved

const functions: Readonly<Record<string, Evaluate>> = {
  get_param: getParam,
  str_replace: strReplace,
  str_replace_strict: strReplace,
  list_join: listJoin,
  if: chooseByCondition,
}

/** Evaluates a value of a template, with the functions in it. Templates are at most 64 levels deep. */
export function resolve(node: unknown, scope: Scope): Resolved {
  if (typeof node === 'string') return { value: withIndex(node, scope) }
  if (Array.isArray(node)) return resolveAll(node, scope)
  if (!isTree(node)) return { value: node }
  const [name, ...others] = Object.keys(node)
  if (name !== undefined && others.length === 0) {
    const evaluate = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (evaluate) return evaluate(node[name], scope)
    if (lateFunctions.has(name)) return { gap: `uses ${name}, which is known after the stack is created` }
    if (otherFunctions.has(name)) return { gap: `uses ${name}, which is not evaluated here` }
  }
  const entries = resolveAll(Object.values(node), scope)
  if ('gap' in entries) return entries
  const values = entries.value as readonly unknown[]
  return { value: Object.fromEntries(Object.keys(node).map((key, index) => [key, values[index]])) }
}

const withIndex = (text: string, { index }: Scope) =>
  index === undefined || index.variable === '' ? text : text.replaceAll(index.variable, String(index.number))

function resolveAll(nodes: readonly unknown[], scope: Scope): Resolved {
  const values: unknown[] = []
  for (const node of nodes) {
    const resolved = resolve(node, scope)
    if ('gap' in resolved) return resolved
    values.push(resolved.value)
  }
  return { value: values }
}

/** `{ get_param: name }`, or `[name, key, …]` for a part of a map or a list. */
function getParam(argument: unknown, scope: Scope): Resolved {
  const resolved = resolve(argument, scope)
  if ('gap' in resolved) return resolved
  const [name, ...steps] = Array.isArray(resolved.value) ? resolved.value : [resolved.value]
  const parameter = scope.parameters.get(String(name))
  if (!parameter) return { gap: `uses the parameter '${name}', which the template does not have` }
  if ('gap' in parameter) return parameter
  let { value } = parameter
  for (const step of steps)
    value = Array.isArray(value)
      ? value[Number(step)]
      : isTree(value) && Object.hasOwn(value, String(step))
        ? value[String(step)]
        : undefined
  return { value }
}

/** Longer keys are replaced first, as Heat does it. */
function strReplace(argument: unknown, scope: Scope): Resolved {
  const resolved = resolve(argument, scope)
  if ('gap' in resolved) return resolved
  const { template, params } = isTree(resolved.value) ? resolved.value : {}
  if (typeof template !== 'string' || !isTree(params)) return malformed('str_replace')
  const keys = Object.keys(params)
    .filter(key => key !== '')
    .sort((a, b) => b.length - a.length)
  if (keys.length === 0) return { value: template }
  const pattern = new RegExp(keys.map(RegExp.escape).join('|'), 'g')
  return { value: template.replaceAll(pattern, key => textOfValue(params[key])) }
}

function listJoin(argument: unknown, scope: Scope): Resolved {
  const resolved = resolve(argument, scope)
  if ('gap' in resolved) return resolved
  const [delimiter, ...lists] = Array.isArray(resolved.value) ? resolved.value : []
  if (typeof delimiter !== 'string' || !lists.every(Array.isArray)) return malformed('list_join')
  return { value: lists.flat().map(textOfValue).join(delimiter) }
}

function chooseByCondition(argument: unknown, scope: Scope): Resolved {
  const [condition, yes, no] = Array.isArray(argument) ? argument : []
  const isTrue = evaluateCondition(condition, scope)
  if (isTrue === undefined) return { gap: 'uses if with a condition that is not evaluated here' }
  return resolve(isTrue ? yes : no, scope)
}

const malformed = (name: string): Resolved => ({ gap: `uses ${name} in a way that Heat does not read` })

const textOfValue = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

/** A condition may name another one, at most this often: they could name each other in a circle. */
const conditionDepthMax = 50

/**
 * Evaluates a condition: a boolean, the name of a condition of the template, or one of the functions equals, not, and, or and
 * get_param.
 *
 * @returns undefined if it cannot be evaluated here
 */
export function evaluateCondition(node: unknown, scope: Scope, depth = 0): boolean | undefined {
  if (depth > conditionDepthMax) return undefined
  const evaluate = (inner: unknown) => evaluateCondition(inner, scope, depth + 1)
  if (typeof node === 'boolean') return node
  if (typeof node === 'string')
    return Object.hasOwn(scope.conditions, node) ? evaluate(scope.conditions[node]) : booleanOf(node)
  if (!isTree(node)) return undefined
  const [[name, argument] = []] = Object.entries(node)
  if (name === 'not') return negated(evaluate(argument))
  if (name === 'and' || name === 'or') return combined(name, argument, evaluate)
  const resolved = resolve(name === 'equals' ? argument : node, scope)
  if ('gap' in resolved) return undefined
  if (name !== 'equals') return booleanOf(resolved.value)
  const sides = resolved.value
  return Array.isArray(sides) && sides.length === 2 ? textOfValue(sides[0]) === textOfValue(sides[1]) : undefined
}

const negated = (value: boolean | undefined) => (value === undefined ? undefined : !value)

function combined(name: 'and' | 'or', argument: unknown, evaluate: (node: unknown) => boolean | undefined) {
  if (!Array.isArray(argument)) return undefined
  const values = argument.map(evaluate)
  const deciding = name === 'or'
  return values.includes(deciding) ? deciding : values.includes(undefined) ? undefined : !deciding
}

/** As Heat reads a parameter of the type boolean. */
export function booleanOf(value: unknown): boolean | undefined {
  const text = textOfValue(value).toLowerCase()
  if (['t', 'true', 'on', 'y', 'yes', '1'].includes(text)) return true
  return ['f', 'false', 'off', 'n', 'no', '0'].includes(text) ? false : undefined
}
