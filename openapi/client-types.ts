/** The parts of the API document that the client's types are made from. */
export type ApiDocument = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>

type Operation = Readonly<{
  operationId: string
  summary?: string
  parameters?: readonly Readonly<{
    in: string
    name: string
    required?: boolean
    description?: string
    schema: Schema
  }>[]
  requestBody?: Content
  responses: Readonly<Record<string, Content>>
}>

type Content = Readonly<{ content?: Readonly<Record<string, Readonly<{ schema: Schema }>>> }>

type Schema = Readonly<{
  type?: string | readonly string[]
  description?: string
  anyOf?: readonly Schema[]
  enum?: readonly unknown[]
  const?: unknown
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: boolean | Schema
}>

/** The beginning of every path; the URL of the service in a service catalogue ends with it. */
const basePath = '/v1.0/{project}'

/**
 * Returns the text of `src/client/operations.ts`: what each operation takes and answers, as types, and its method and path.
 * Throws an Error for a path outside `basePath`, and for a schema that has no type in TypeScript yet.
 */
export function clientTypesText(document: ApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: ownPath(path),
      operation,
    })),
  )
  const types = operations.map(
    ({ operation }) => `${comment(operation.summary, 1)}  ${operation.operationId}: ${signature(operation)}\n`,
  )
  const table = operations.map(
    ({ method, path, operation }) => `  ${operation.operationId}: { method: '${method}', path: '${path}' },\n`,
  )
  return `// Generated from openapi/trove.json by \`npm run gen\`; changes here are lost.

/** What each operation of the API takes and answers, by its name in the OpenAPI document. */
export type Operations = {
${types.join('')}}

/** The method and the path of each operation, below the URL of the service in the service catalogue. */
export const operations = {
${table.join('')}} as const satisfies { readonly [name in keyof Operations]: { method: string; path: string } }
`
}

function ownPath(path: string): string {
  if (!path.startsWith(`${basePath}/`)) throw new Error(`The path ${path} does not begin with ${basePath}/.`)
  return path.slice(basePath.length)
}

function signature({ parameters = [], requestBody, responses }: Operation): string {
  const parts = ['path', 'query'].flatMap(place => {
    const own = parameters.filter(each => each.in === place && each.name !== 'project')
    if (own.length === 0) return []
    const mark = own.some(({ required }) => required) ? '' : '?'
    const fields = own.map(({ name, required, description, schema }) =>
      field(name, { ...schema, ...(description === undefined ? {} : { description }) }, required === true, 4),
    )
    return [`      ${place}${mark}: {\n${fields.join('')}      }\n`]
  })
  const body = schemaOf(requestBody)
  const input = [...parts, ...(body ? [`      body: ${typeOf(body, 3)}\n`] : [])]
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => schemaOf(response))
  const answer = [...new Set(answers.map(schema => (schema ? typeOf(schema, 2) : 'undefined')))].join(' | ')
  return `{\n    input: ${input.length === 0 ? '{}' : `{\n${input.join('')}    }`}\n    answer: ${answer}\n  }`
}

const schemaOf = (content: Content | undefined): Schema | undefined => content?.content?.['application/json']?.schema

const indent = (depth: number) => '  '.repeat(depth)

const comment = (text: string | undefined, depth: number) =>
  text === undefined ? '' : `${indent(depth)}/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n`

const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name.replaceAll("'", "\\'")}'`)

const field = (name: string, schema: Schema, isRequired: boolean, depth: number): string =>
  `${comment(schema.description, depth)}${indent(depth)}${keyOf(name)}${isRequired ? '' : '?'}: ${typeOf(schema, depth)}\n`

function typeOf(schema: Schema, depth: number): string {
  if (schema.anyOf) return union(schema.anyOf.map(each => typeOf(each, depth)))
  if (schema.enum) return union(schema.enum.map(literal))
  if ('const' in schema) return literal(schema.const)
  if (Array.isArray(schema.type)) return union(schema.type.map(type => typeOf({ ...schema, type }, depth)))
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return `readonly ${inBrackets(schema.items ? typeOf(schema.items, depth) : 'unknown')}[]`
    case 'object':
      return objectType(schema, depth)
    case undefined:
      return 'unknown'
    default:
      throw new Error(`The type '${schema.type}' of a schema is unknown: add it to openapi/client-types.ts.`)
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, depth: number): string {
  const fields = Object.entries(properties).map(([name, schema]) =>
    field(name, schema, required.includes(name), depth + 1),
  )
  if (fields.length > 0) return `{\n${fields.join('')}${indent(depth)}}`
  const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties, depth) : 'unknown'
  return `{ readonly [key: string]: ${value} }`
}

/** Single quotes, as in the rest of the code. */
const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : JSON.stringify(value)

const union = (types: readonly string[]) => [...new Set(types)].join(' | ')
const inBrackets = (type: string) => (type.includes(' | ') ? `(${type})` : type)
