import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { Route } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes.ts'

const segments = (path: string) => path.split('/').slice(1)
const fits = (pattern: string, path: string) => {
  const [wanted, parts] = [segments(pattern), segments(path)]
  return wanted.length === parts.length && wanted.every((part, at) => part.startsWith(':') || part === parts[at])
}
/** Where several routes fit, the server takes the one with the most segments written out. */
const literals = (path: string) => segments(path).filter(part => !part.startsWith(':')).length

/** The row that a request reaches, by its path below `/v1.0/{project}`. */
export const routeFor = <Row extends Readonly<{ method: string; path: string }>>(
  method: string,
  path: string,
  rows: readonly Row[],
): Row | undefined =>
  rows
    .filter(row => row.method === method && fits(row.path, path))
    .toSorted((a, b) => literals(b.path) - literals(a.path))[0]

/** The same schema, where an object has no keys but those that are named. */
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
  const known = validators.get(schema) ?? Compile(closed(schema) as TSchema)
  validators.set(schema, known)
  return known
}

/** What is wrong with a good answer, held to its route's schema with every key that the schema does not name refused. */
export function schemaComplaints(
  { method, path, status, text }: Readonly<{ method: string; path: string; status: number; text: string }>,
  rows: readonly Route[] = routes,
): string[] {
  const below = /^\/v1\.0\/[^/?]+(\/[^?]*)/.exec(path)?.[1]?.replace(/\.json$/, '')
  const route = below === undefined || status >= 300 ? undefined : routeFor(method, below, rows)
  if (!route) return []
  const [expected, schema] = status === route.emptyStatus ? [status, null] : route.answers
  if (status !== expected) return [`the document says ${expected} for ${route.operationId}, not ${status}`]
  if (schema === null) return text === '' ? [] : [`the document says that ${route.operationId} answers without a body`]
  // An empty body is what the document calls null.
  const body: unknown = text === '' ? null : JSON.parse(text)
  const validator = validatorOf(schema)
  if (validator.Check(body)) return []
  return [...validator.Errors(body)].map(
    ({ instancePath, message, params }) =>
      `${route.operationId} does not answer as the document says: ${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
