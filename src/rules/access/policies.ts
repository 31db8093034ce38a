import { type Check, parsePolicy, parsePolicyList } from './policy-language.ts'

/** A named rule, as it is written and as it is read. */
export type PolicyRule = Readonly<{ text: string; check: Check; isDefault: boolean }>

/** Rules by name: every one that the code asks, and what those refer to. */
export type Policies = ReadonlyMap<string, PolicyRule>

/** Rules that cannot be used; the message names each and says why. */
export class PolicyProblem extends Error {}

/**
 * The defaults with an operator's rules in their place. Throws a PolicyProblem when a rule cannot be read, refers to one
 * that is not there, or to itself.
 *
 * @param overrides name → rule, as a policy file holds them
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
  throw new Error('expected a text')
}

/** The names that a check refers to with `rule:`. */
function referencesOf(check: Check): string[] {
  if (check.kind === 'rule') return [check.name]
  if (check.kind === 'not') return referencesOf(check.check)
  return check.kind === 'and' || check.kind === 'or' ? check.checks.flatMap(referencesOf) : []
}

function referenceProblems(rules: Policies): string[] {
  const problems: string[] = []
  const whole = new Set<string>()
  const follow = (name: string, way: readonly string[]): void => {
    if (whole.has(name)) return
    if (way.includes(name)) {
      problems.push(`the rule '${name}' refers to itself (${[...way.slice(way.indexOf(name)), name].join(' → ')})`)
      whole.add(name)
      return
    }
    for (const other of referencesOf(rules.get(name)!.check)) {
      if (rules.has(other)) follow(other, [...way, name])
      else problems.push(`the rule '${name}' refers to '${other}', which is no rule`)
    }
    whole.add(name)
  }
  for (const name of rules.keys()) follow(name, [])
  return problems
}

/** What one request may have to look at; a rule that refers to another twice looks at all of that twice. */
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
    : [`the rule '${costly}' comes to more than ${checksMax} checks, with the rules that it refers to`]
}

/** Rules of an operator that nothing asks and nothing refers to: most likely misspelt. */
export function unusedRules(policies: Policies, asked: readonly string[]): string[] {
  const referred = new Set([...policies.values()].flatMap(({ check }) => referencesOf(check)))
  return [...policies]
    .filter(([name, { isDefault }]) => !isDefault && !asked.includes(name) && !referred.has(name))
    .map(([name]) => name)
}
