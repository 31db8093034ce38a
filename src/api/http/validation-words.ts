/** A problem as ajv reports it; only the fields that are used here. */
export type SchemaProblem = {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
  message?: string
  data?: unknown
}

/**
 * Words schema problems as Python's jsonschema does, which Trove's clients know:
 * `instance['name'] '' should be non-empty`.
 */
export function validationWords(problems: readonly SchemaProblem[]): string[] {
  // The branches of a failed "any of" would only repeat its problem.
  const unions = problems.filter(problem => problem.keyword === 'anyOf').map(problem => problem.instancePath)
  return problems
    .filter(({ keyword, instancePath }) => keyword === 'anyOf' || !unions.includes(instancePath))
    .map(problem => [place(problem.instancePath), problemWords(problem)].filter(part => part !== '').join(' '))
}

const place = (pointer: string) => {
  const [top, ...rest] = pointer.split('/').slice(1)
  return (top ?? '') + rest.map(step => (/^\d+$/.test(step) ? `[${step}]` : `['${step}']`)).join('')
}

function problemWords({ keyword, params, data, message }: SchemaProblem): string {
  const value = pythonRepr(data)
  switch (keyword) {
    case 'required':
      return `'${params.missingProperty}' is a required property`
    case 'additionalProperties':
      return `Additional properties are not allowed ('${params.additionalProperty}' was unexpected)`
    case 'type':
      return `${value} is not of type '${params.type}'`
    case 'minLength':
    case 'minItems':
      return params.limit === 1 ? `${value} should be non-empty` : `${value} is too short`
    case 'maxLength':
    case 'maxItems':
      return `${value} is too long`
    case 'pattern':
      return `${value} does not match '${params.pattern}'`
    case 'minimum':
      return `${value} is less than the minimum of ${params.limit}`
    case 'enum':
      return `${value} is not one of ${pythonRepr(params.allowedValues)}`
    case 'minProperties':
      return `${value} does not have enough properties`
    case 'anyOf':
      return `${value} is not valid under any of the given schemas`
    default:
      return `${value} ${message ?? `fails '${keyword}'`}`
  }
}

const shownMax = 200

/** Formats a value as Python prints it, and cuts off a long one. */
function pythonRepr(value: unknown): string {
  const text = repr(value)
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}

function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.slice(0, 20).map(repr).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .slice(0, 20)
      .map(([key, inner]) => `'${key}': ${repr(inner)}`)
      .join(', ')}}`
  return String(value)
}
