import { type Check, parsePolicy, parsePolicyList } from './policy-language.ts'

/** A named rule: its text, and the check that was parsed from it. */
export type PolicyRule = Readonly<{ text: string; check: Check; isDefault: boolean }>

/** Rules by name: every rule that the code checks, and the rules that those refer to. */
export type Policies = ReadonlyMap<string, PolicyRule>

/** Thrown for invalid rules; the message names each one and its problem. */
export class PolicyProblem extends Error {}

/**
 * Returns the default rules, overridden by an operator's rules. Throws a PolicyProblem when a rule is invalid, refers to an
 * unknown rule or to itself, or needs too many checks.
 *
 * @param overrides name → rule, as in a policy file
 */
export function makePolicies(
  defaults: Readonly<Record<string, string | readonly (readonly string[])[]>>,
  overrides: Readonly<Record<string, unknown>>,
): Policies {
  const rules = new Map<string, PolicyRule>()
  for (const [name, rule] of Object.entries(defaults))
    rules.set(name, { text: textOf(rule), check: checkOf(rule), isDefault: true })
  const problems: string[] = []
  for (const [name, rule] of Object.entries(overrides)) {
    try {
      rules.set(name, { text: textOf(rule), check: checkOf(rule), isDefault: false })
    } catch (error) {
      problems.push(`the rule '${name}': ${(error as Error).message}`)
    }
  }
  if (problems.length === 0) problems.push(...referenceProblems(rules))
  if (problems.length === 0) problems.push(...costProblems(rules))
  if (problems.length > 0) throw new PolicyProblem(problems.join('; '))
  return rules
}

const textOf = (rule: unknown) => (typeof rule === 'string' ? rule : JSON.stringify(rule))

function checkOf(rule: unknown): Check {
  if (typeof rule === 'string') return parsePolicy(rule)
  if (Array.isArray(rule)) return parsePolicyList(rule)
  throw new Error('expected a string')
}

/** Returns the names that a check refers to with `rule:`. */
function referencesOf(check: Check): string[] {
  if (check.kind === 'rule') return [check.name]
  if (check.kind === 'not') return referencesOf(check.check)
  return check.kind === 'and' || check.kind === 'or' ? check.checks.flatMap(referencesOf) : []
}

function referenceProblems(rules: Policies): string[] {
  const problems: string[] = []
  const visited = new Set<string>()
  const follow = (name: string, path: readonly string[]): void => {
    if (visited.has(name)) return
    if (path.includes(name)) {
      problems.push(`the rule '${name}' refers to itself (${[...path.slice(path.indexOf(name)), name].join(' → ')})`)
      visited.add(name)
      return
    }
    for (const other of referencesOf(rules.get(name)!.check)) {
      if (rules.has(other)) follow(other, [...path, name])
      else problems.push(`the rule '${name}' refers to the unknown rule '${other}'`)
    }
    visited.add(name)
  }
  for (const name of rules.keys()) follow(name, [])
  return problems
}

/** The most checks that one request may need. A rule that refers to another rule twice counts its checks twice. */
export const checksMax = 10_000

function costProblems(rules: Policies): string[] {
  const costs = new Map<string, number>()
  const costOf = (check: Check): number => {
    if (check.kind === 'rule') return costOfRule(check.name)
    if (check.kind === 'not') return costOf(check.check)
    return check.kind === 'and' || check.kind === 'or' ? check.checks.reduce((sum, each) => sum + costOf(each), 1) : 1
  }
  const costOfRule = (name: string): number => {
    const cost = costs.get(name) ?? costOf(rules.get(name)!.check)
    costs.set(name, cost)
    return cost
  }
  const costly = [...rules.keys()].find(name => costOfRule(name) > checksMax)
  return costly === undefined
    ? []
    : [`the rule '${costly}' needs more than ${checksMax} checks, including the rules that it refers to`]
}

/** Returns an operator's rules that are neither checked nor referred to, most likely because they are misspelt. */
export function unusedRules(policies: Policies, checkedNames: readonly string[]): string[] {
  const references = new Set([...policies.values()].flatMap(({ check }) => referencesOf(check)))
  return [...policies]
    .filter(([name, { isDefault }]) => !isDefault && !checkedNames.includes(name) && !references.has(name))
    .map(([name]) => name)
}
