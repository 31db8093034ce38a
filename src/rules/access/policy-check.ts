import type { Check, Template } from './policy-language.ts'

/** Attributes of a caller or of a target: name → value. */
export type Attributes = Readonly<{ [name: string]: unknown }>

/** The facts that a check is evaluated against. */
export type Situation = Readonly<{
  /** Attributes of the caller. */
  credentials: Attributes
  /** Attributes of the object that the call is about. */
  target: Attributes
  /** Returns the rule that `rule:` names; if it is undefined, the check fails. */
  ruleOf(name: string): Check | undefined
}>

/** True when a check passes. Values are compared as the strings that Python prints (oslo.policy 4.0 `_checks.py`). */
export function passes(check: Check, situation: Situation): boolean {
  switch (check.kind) {
    case 'always':
      return true
    case 'never':
      return false
    case 'not':
      return !passes(check.check, situation)
    case 'and':
      return check.checks.every(each => passes(each, situation))
    case 'or':
      return check.checks.some(each => passes(each, situation))
    case 'rule': {
      const rule = situation.ruleOf(check.name)
      return rule !== undefined && passes(rule, situation)
    }
    case 'role': {
      const role = fillTemplate(check.role, situation.target)?.toLowerCase()
      const { roles } = situation.credentials
      return Array.isArray(roles) && roles.some(each => String(each).toLowerCase() === role)
    }
    case 'literal':
      return fillTemplate(check.is, situation.target) === check.value
    case 'attribute': {
      const expected = fillTemplate(check.is, situation.target)
      return expected !== undefined && holdsAt(situation.credentials, check.path, expected)
    }
  }
}

/** Fills a template from the target. Undefined when the target lacks one of the attributes: then no value is equal. */
function fillTemplate(template: Template, target: Attributes): string | undefined {
  const parts = template.map(part =>
    typeof part === 'string' ? part : Object.hasOwn(target, part.of) ? pythonText(target[part.of]) : undefined,
  )
  return parts.includes(undefined) ? undefined : parts.join('')
}

/** True when a dotted path leads to the expected value. If a list is on the path, one matching entry is enough. */
function holdsAt(value: unknown, path: readonly string[], expected: string): boolean {
  const [name, ...rest] = path
  if (name === undefined) return pythonText(value) === expected
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false
  const next = (value as Attributes)[name]
  return Array.isArray(next) ? next.some(each => holdsAt(each, rest, expected)) : holdsAt(next, rest, expected)
}

/** Prints a scalar value as Python's `str` does. Objects and lists give undefined, which is equal to no value. */
function pythonText(value: unknown): string | undefined {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'object' && value !== null) return undefined
  return value === null || value === undefined ? 'None' : String(value)
}
