import document from '../../openapi/trove.json' with { type: 'json' }

/** As much of JSON Schema as the document uses. */
export type Schema = Readonly<{
  type?: string
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  anyOf?: readonly Schema[]
  enum?: readonly unknown[]
  patternProperties?: Readonly<Record<string, Schema>>
  additionalProperties?: boolean | Schema
  minLength?: number
  minItems?: number
  minimum?: number
}>

/** One operation of the API document. */
export type Operation = Readonly<{
  id: string
  method: string
  /** The steps of its path below `/v1.0/{project}`; a parameter begins with a colon. */
  steps: readonly string[]
  params: readonly string[]
  query: readonly string[]
  body: Schema | undefined
  /** The statuses below 400 that the document names. */
  good: readonly number[]
}>

type Documented = {
  operationId: string
  parameters?: readonly { in: string; name: string }[]
  requestBody?: { content: { 'application/json': { schema: unknown } } }
  responses: Record<string, unknown>
}

const prefix = '/v1.0/{project}/'

function operationOf(path: string, method: string, documented: Documented): Operation {
  const steps = path
    .slice(prefix.length)
    .split('/')
    .map(step => step.replace(/^\{(\w+)\}$/, ':$1'))
  return {
    id: documented.operationId,
    method: method.toUpperCase(),
    steps,
    params: steps.filter(step => step.startsWith(':')).map(step => step.slice(1)),
    query: (documented.parameters ?? []).filter(parameter => parameter.in === 'query').map(({ name }) => name),
    body: documented.requestBody?.content['application/json'].schema as Schema | undefined,
    good: Object.keys(documented.responses)
      .map(Number)
      .filter(status => status < 400),
  }
}

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, documented]) => operationOf(path, method, documented as Documented)),
)

export const operationNamed = (id: string): Operation => operations.find(operation => operation.id === id)!

/** The operation that a request is for; undefined for what the document does not have. */
export function operationFor(method: string, target: string): Operation | undefined {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '').split('?')[0]!
  const [, version, , ...given] = path.split('/')
  if (version !== 'v1.0') return undefined
  const fits = operations.filter(
    operation =>
      operation.method === method &&
      operation.steps.length === given.length &&
      operation.steps.every((step, at) => step.startsWith(':') || step === plain(given[at]!)),
  )
  // A step that is written out wins over a parameter, as in the router.
  return fits.toSorted((a, b) => a.params.length - b.params.length)[0]
}

function plain(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}
