import type { TSchema } from 'typebox'
import { Errors } from 'typebox/schema'
import { didYouMean, nearestName } from '../model/nearest-name.ts'

/** The parts of a JSON Schema that are used here. Entries of a list are named by the title and their number. */
type Shape = Readonly<{
  title?: string
  errorMessage?: string
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
  enum?: readonly string[]
  anyOf?: readonly Shape[]
}>

/** `isMissing`: a field is missing in the entry at `path`. */
export type ShapeProblem = Readonly<{ path: readonly string[]; words: string; isMissing?: true }>

/** Returns the first problem of a document: an unknown field if there is one, then a missing field, then any other. */
export function shapeProblem(schema: TSchema, document: unknown): ShapeProblem | undefined {
  const { unknownFields, other } = shapeProblems(schema, document)
  return unknownFields[0] ?? other
}

/** Returns all unknown fields of a document, and its first other problem: a missing field if there is one. */
export function shapeProblems(
  schema: TSchema,
  document: unknown,
): Readonly<{ unknownFields: readonly ShapeProblem[]; other: ShapeProblem | undefined }> {
  const [isRight, errors] = Errors(schema, document)
  if (isRight) return { unknownFields: [], other: undefined }
  const root = schema as Shape
  const unknownFields = errors.flatMap(({ keyword, instancePath, params }) => {
    if (keyword !== 'additionalProperties') return []
    const path = pathOf(instancePath)
    const { additionalProperties } = params as { additionalProperties: readonly string[] }
    return additionalProperties.map(field => ({ path: [...path, field], words: unknownFieldWords(root, path, field) }))
  })
  // Besides an unknown field, the field itself is reported again, with the keyword `boolean`.
  const others = errors.filter(({ keyword }) => keyword !== 'additionalProperties' && keyword !== 'boolean')
  return { unknownFields, other: others.length > 0 ? otherProblem(root, others) : undefined }
}

function otherProblem(root: Shape, errors: ReturnType<typeof Errors>[1]): ShapeProblem {
  const missing = errors.find(({ keyword, instancePath }) => keyword === 'required' && instancePath !== '')
  if (missing) {
    const path = pathOf(missing.instancePath)
    const [field] = (missing.params as { requiredProperties: readonly string[] }).requiredProperties
    const { enum: known, errorMessage } = shapesAlong(root, [...path, field!]).at(-1) ?? {}
    const advice = known && errorMessage ? `; it ${errorMessage}` : ''
    return { path, words: `${placeIn(root, path).subject}${field} is missing${advice}`, isMissing: true }
  }
  const [first] = errors
  // Of a value that has the shape of one alternative, the mistake inside it, and not that it is none of the others.
  const inside = errors.find(({ instancePath }) => instancePath.startsWith(`${first!.instancePath}/`))
  return wrongValue(root, pathOf((inside ?? first)!.instancePath))
}

/** The steps of a JSON pointer. */
const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))

function shapeBelow(shape: Shape | undefined, step: string): Shape | undefined {
  const below = (each: Shape | undefined) => each?.items ?? each?.properties?.[step]
  return below(shape) ?? shape?.anyOf?.map(below).find(each => each !== undefined)
}

/** The shapes along a path, from the document's own downwards. */
function shapesAlong(root: Shape, path: readonly string[]): (Shape | undefined)[] {
  const shapes: (Shape | undefined)[] = [root]
  for (const step of path) shapes.push(shapeBelow(shapes.at(-1), step))
  return shapes
}

/** Names the place of a path: `datastore 1, version 3: `, counted from 1, and the field below it. */
function placeIn(root: Shape, path: readonly string[]): { subject: string; field: string } {
  const shapes = shapesAlong(root, path)
  const entryNames: string[] = []
  let fieldFrom = 0
  for (let depth = 2; depth <= path.length; depth += 2) {
    const number = Number(path[depth - 1]) + 1
    const title = shapes[depth]?.title
    if (title === undefined || Number.isNaN(number)) break
    entryNames.push(`${title} ${number}`)
    fieldFrom = depth
  }
  return {
    subject: entryNames.length > 0 ? `${entryNames.join(', ')}: ` : '',
    field: fieldFrom > 0 ? path.slice(fieldFrom).join('.') : '',
  }
}

function unknownFieldWords(root: Shape, path: readonly string[], field: string): string {
  const shape = shapesAlong(root, path).at(-1)
  const knownFields = Object.keys(shape?.properties ?? {})
  const owner = path.length < 2 ? '' : ` of a ${shape?.title}`
  const suggestion = didYouMean(nearestName(field, knownFields))
  return `${placeIn(root, path).subject}unknown field '${field}'. ${suggestion}Fields${owner}: ${knownFields.join(', ')}`
}

/** Uses the message of the innermost shape that has one, or names the fields that it requires. */
function wrongValue(root: Shape, path: readonly string[]): ShapeProblem {
  const shapes = shapesAlong(root, path)
  const depth = shapes.findLastIndex((shape, index) => index === 0 || (shape?.errorMessage ?? shape?.required))
  const { subject, field } = placeIn(root, path.slice(0, depth))
  const { errorMessage, required, properties } = shapes[depth]!
  const expected =
    depth === 0 ? Object.values(properties ?? {})[0]?.errorMessage : `expected the fields ${required?.join(', ')}`
  return { path, words: `${subject}${field === '' ? '' : `${field} `}${errorMessage ?? expected}` }
}
