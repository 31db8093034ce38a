import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { Route } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes.ts'

const segments = (path: string) => path.split('/').slice(1)
const fits = (pattern: string, path: string) => {
  const [patternParts, parts] = [segments(pattern), segments(path)]
  return (
    patternParts.length === parts.length &&
    patternParts.every((part, index) => part.startsWith(':') || part === parts[index])
  )
}
/** If several routes match, the server uses the one with the most literal segments. */
const literals = (path: string) => segments(path).filter(part => !part.startsWith(':')).length

/** The route of a request, by its path below `/v1.0/{project}`. */
export const routeFor = <Row extends Readonly<{ method: string; path: string }>>(
  method: string,
  path: string,
  rows: readonly Row[],
): Row | undefined =>
  rows
    .filter(row => row.method === method && fits(row.path, path))
    .toSorted((a, b) => literals(b.path) - literals(a.path))[0]

/** The same schema, but with additional keys forbidden in all objects. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, closed(each)]))
        : ['items', 'anyOf', 'allOf'].includes(key)
          ? closed(value)
          : value,
    ]),
  )
  return 'properties' in schema && !('additionalProperties' in schema)
    ? { ...inside, additionalProperties: false }
    : inside
}

const validators = new Map<TSchema, Validator>()

function validatorOf(schema: TSchema): Validator {
  const validator = validators.get(schema) ?? Compile(closed(schema) as TSchema)
  validators.set(schema, validator)
  return validator
}

/** Compares a successful response with the schema of its route, with additional keys forbidden. Returns the problems. */
export function schemaComplaints(
  { method, path, status, text }: Readonly<{ method: string; path: string; status: number; text: string }>,
  rows: readonly Route[] = routes,
): string[] {
  const below = /^\/v1\.0\/[^/?]+(\/[^?]*)/.exec(path)?.[1]?.replace(/\.json$/, '')
  const route = below === undefined || status >= 300 ? undefined : routeFor(method, below, rows)
  if (!route) return []
  const [usual, shape] = route.answers
  const [expected, schema] =
    status === route.emptyStatus ? [status, null] : [status === route.dryRunStatus ? status : usual, shape]
  if (status !== expected) return [`the document says ${expected} for ${route.operationId}, not ${status}`]
  if (schema === null) return text === '' ? [] : [`the document says that ${route.operationId} has an empty body`]
  // The document describes an empty body as null.
  const body: unknown = text === '' ? null : JSON.parse(text)
  const validator = validatorOf(schema)
  if (validator.Check(body)) return []
  return [...validator.Errors(body)].map(
    ({ instancePath, message, params }) =>
      `the response of ${route.operationId} does not match the document: ${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
