import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '../../src/api/routes.ts'
import { holds } from './tree.ts'

/**
 * Names that a client cannot take for a field of an answer: openstacksdk 0.101 passes fields as keyword arguments beside
 * `connection` and `microversion` (openstack/resource.py, `existing`), and reads attributes that its objects have as methods;
 * troveclient does the same with `manager`, `info` and `loaded` (troveclient/base.py, `Resource`).
 */
const taken: ReadonlySet<string> = new Set([
  ...['self', 'cls', 'connection', 'microversion', 'synchronized', 'session', 'location', 'service'],
  ...['manager', 'info', 'loaded', 'human_id', 'is_loaded', 'to_dict', 'toDict'],
  ...['clear', 'copy', 'fromkeys', 'get', 'items', 'keys', 'pop', 'popitem', 'setdefault', 'update', 'values'],
  ...['commit', 'create', 'delete', 'existing', 'fetch', 'find', 'head', 'list', 'new', 'patch', 'base_path'],
])

/** Every field of a schema, with the path that leads to it. */
function fieldsOf(schema: unknown, path = ''): string[] {
  if (Array.isArray(schema)) return schema.flatMap(each => fieldsOf(each, path))
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties'
      ? Object.entries(value as object).flatMap(([name, inner]) => [
          `${path}.${name}`,
          ...fieldsOf(inner, `${path}.${name}`),
        ])
      : key === 'examples'
        ? []
        : fieldsOf(value, path),
  )
}

const violations = (fields: readonly string[]) =>
  fields
    .filter(field => taken.has(field.split('.').at(-1)!))
    .map(field => `${field} is a name that clients give to something else: choose another.`)

test('no field of an answer has a name that a client gives to something else', () =>
  holds(violations(routes.flatMap(({ operationId, answers }) => fieldsOf(answers[1], operationId)))))

test('such a field, however deep, is found', () => {
  const schema = { anyOf: [{ properties: { a: { items: { properties: { connection: {}, keys: {}, fine: {} } } } } }] }
  deepEqual(violations(fieldsOf(schema, 'list')), [
    'list.a.connection is a name that clients give to something else: choose another.',
    'list.a.keys is a name that clients give to something else: choose another.',
  ])
})
