import { isTree, type Tree } from '../plan/plan-values.ts'
import { booleanOf, type Resolved } from './scope.ts'

/** Values for parameters, by name: from the command line as texts, or from a template around this one. */
export type Given = ReadonlyMap<string, Resolved>

/** The value of each parameter of a template: the given one, else its default. */
export function parameterValues(declared: Tree, given: Given): Map<string, Resolved> {
  return new Map(
    Object.entries(declared).map(([name, schema]) => {
      const own = given.get(name)
      return [name, own === undefined ? defaultOf(name, schema) : ofType(name, schema, own)]
    }),
  )
}

function defaultOf(name: string, schema: unknown): Resolved {
  if (isTree(schema) && Object.hasOwn(schema, 'default')) return ofType(name, schema, { value: schema.default })
  return { gap: `uses the parameter '${name}', which has no default: pass --parameter ${name}=VALUE` }
}

/** Reads a text as the type of its parameter. Values that are no texts are what they are. */
function ofType(name: string, schema: unknown, given: Resolved): Resolved {
  if ('gap' in given || typeof given.value !== 'string') return given
  switch (isTree(schema) ? schema.type : undefined) {
    case 'comma_delimited_list':
      return { value: given.value === '' ? [] : given.value.split(',').map(each => each.trim()) }
    case 'json':
      return jsonOf(name, given.value)
    case 'boolean':
      return { value: booleanOf(given.value) ?? given.value }
    default:
      return given
  }
}

/** The value is not shown, because it may be a secret. */
function jsonOf(name: string, text: string): Resolved {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { gap: `uses the parameter '${name}', whose value is not valid JSON` }
  }
}
