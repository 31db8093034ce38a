import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Check } from 'typebox/schema'
import { pages } from '../../docs/reference/generate.ts'
import { type ApiDocument, clientTypesText } from '../../openapi/client-types.ts'
import { generateOpenApi } from '../../openapi/generate.ts'
import { startWorld } from '../world.ts'
import { holds, textOf } from './tree.ts'

/** Path → expected content. JSON is compared as JSON. */
type Files = Readonly<Record<string, string>>

const isSame = (path: string, stored: string, fresh: string) =>
  path.endsWith('.json') && stored !== '' ? isDeepStrictEqual(JSON.parse(stored), JSON.parse(fresh)) : stored === fresh

const staleViolations = (generated: Files, read: (path: string) => string): string[] =>
  Object.entries(generated)
    .filter(([path, fresh]) => !isSame(path, read(path), fresh))
    .map(([path]) => `${path} is out of date: run \`npm run gen\`, and review the changes.`)

/** Checks an API document against OpenAPI 3.1. */
async function documentViolations(document: object): Promise<string[]> {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(document) as Record<string, unknown>)
  if (valid && validator.version === '3.1') return []
  return [
    `The API document is not valid OpenAPI 3.1 (version: ${validator.version}); fix src/api/http/openapi.ts or a schemas.ts in src/api/: ${JSON.stringify(errors)}`,
  ]
}

/** Checks every example in a document against the schema beside it. */
function exampleViolations(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { schema, example, examples } = node as Record<string, unknown>
  const exampleSchema = schema ?? node
  const values = [
    ...(example === undefined ? [] : [example]),
    ...(Array.isArray(examples)
      ? examples
      : Object.values(examples ?? {}).map(each => (each as { value: unknown }).value)),
  ]
  return [
    ...values
      .filter(value => !Check(exampleSchema as Parameters<typeof Check>[0], value))
      .map(
        value =>
          `The API document has the example ${JSON.stringify(value)} at ${path}, which does not match its schema: correct one of them in src/api/.`,
      ),
    ...Object.entries(node)
      .filter(([key]) => key !== 'example' && key !== 'examples')
      .flatMap(([key, inner]) => exampleViolations(inner, `${path}/${key}`)),
  ]
}

const document = await generateOpenApi()

test('generated files are up to date', () => {
  const reference = Object.entries(pages()).map(([name, text]) => [`docs/reference/${name}`, text])
  const generated = {
    'openapi/trove.json': JSON.stringify(document),
    'src/client/operations.ts': clientTypesText(document as ApiDocument),
    ...Object.fromEntries(reference),
  }
  holds(staleViolations(generated, textOf))
})

test('the API document is OpenAPI 3.1', async () => holds(await documentViolations(document)))

test('each example in the API document matches its schema', () => holds(exampleViolations(document)))

test('the server returns the committed document', async () => {
  const world = await startWorld()
  try {
    const answer = await fetch(`${world.url}/openapi.json`)
    equal(answer.headers.get('content-type')?.split(';')[0], 'application/json')
    deepEqual(await answer.json(), JSON.parse(textOf('openapi/trove.json')), 'run `npm run gen`')
  } finally {
    await world.stop()
  }
})

test('an outdated file and an invalid document are found', async () => {
  const read = (path: string) => ({ 'a.json': '{ "a": 1, "b": 2 }', 'b.json': '{"a":2}', 'c.md': 'new' })[path] ?? ''
  const stale = staleViolations({ 'a.json': '{"b":2,"a":1}', 'b.json': '{"a":1}', 'c.md': 'new', 'd.md': 'new' }, read)
  deepEqual(
    stale.map(violation => violation.split(' ', 1)[0]),
    ['b.json', 'd.md'],
  )
  equal((await documentViolations({ ...document, paths: { '/a': { get: { responses: 'none' } } } })).length, 1)
  equal((await documentViolations({ ...document, openapi: '3.0.3' })).length, 1)
})

test('an example that does not match its schema is found, anywhere in the document', () => {
  const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer', examples: [1, 'one'] } } }
  const content = { schema, example: { a: 'x' }, examples: { good: { value: { a: 1 } }, bad: { value: {} } } }
  deepEqual(
    exampleViolations({ paths: { '/a': content } }).map(violation => violation.split(' ')[6]),
    ['{"a":"x"}', '{}', '"one"'],
  )
})
