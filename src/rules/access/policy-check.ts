import type { Check, Template } from './policy-language.ts'

/** What is known of somebody, or of what they act on: attribute → value. */
export type Attributes = Readonly<{ [name: string]: unknown }>

/** What a check is held against. */
export type Situation = Readonly<{
  /** Who asks. */
  credentials: Attributes
  /** What is asked of. */
  target: Attributes
  /** What a name in `rule:` stands for; undefined lets nobody in. */
  ruleOf(name: string): Check | undefined
}>

/** Whether a check passes. Comparisons are of texts, as Python prints values (oslo.policy 4.0 `_checks.py`). */
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
      const role = filled(check.role, situation.target)?.toLowerCase()
      const { roles } = situation.credentials
      return Array.isArray(roles) && roles.some(each => String(each).toLowerCase() === role)
    }
    case 'literal':
      return filled(check.is, situation.target) === check.value
    case 'attribute': {
      const wanted = filled(check.is, situation.target)
      return wanted !== undefined && holdsAt(situation.credentials, check.path, wanted)
    }
  }
}

/** Undefined when the target lacks an attribute that is to be filled in: then nothing can equal it. */
function filled(template: Template, target: Attributes): string | undefined {
  const parts = template.map(part =>
    typeof part === 'string' ? part : Object.hasOwn(target, part.of) ? printed(target[part.of]) : undefined,
  )
  return parts.includes(undefined) ? undefined : parts.join('')
}

/** Follows a dotted path; where a list stands on the way, any of its entries will do. */
function holdsAt(value: unknown, path: readonly string[], wanted: string): boolean {
  const [name, ...rest] = path
  if (name === undefined) return printed(value) === wanted
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false
  const next = (value as Attributes)[name]
  return Array.isArray(next) ? next.some(each => holdsAt(each, rest, wanted)) : holdsAt(next, rest, wanted)
}

/** As Python's `str` does, of what has no parts; undefined, and so equal to nothing, for what has. */
function printed(value: unknown): string | undefined {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'object' && value !== null) return undefined
  return value === null || value === undefined ? 'None' : String(value)
}
