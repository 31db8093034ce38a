import type { TSchema } from 'typebox'
import { Errors } from 'typebox/schema'
import { didYouMean, nearestName } from '../model/nearest-name.ts'

/** As much of a JSON Schema as is looked at here. What has a title is called by it, and by its number in its list. */
type Shape = Readonly<{
  title?: string
  errorMessage?: string
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
}>

export type ShapeProblem = Readonly<{ path: readonly string[]; words: string }>

/** The first thing that speaks against a document's shape: a field that is misspelt, then one that is missing, then the rest. */
export function shapeProblem(schema: TSchema, document: unknown): ShapeProblem | undefined {
  const [isRight, errors] = Errors(schema, document)
  if (isRight) return undefined
  const root = schema as Shape
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties')
  if (unknown) {
    const path = pathOf(unknown.instancePath)
    const [field] = (unknown.params as { additionalProperties: readonly string[] }).additionalProperties
    return { path: [...path, field!], words: unknownFieldWords(root, path, field!) }
  }
  const missing = errors.find(({ keyword, instancePath }) => keyword === 'required' && instancePath !== '')
  if (missing) {
    const path = pathOf(missing.instancePath)
    const [field] = (missing.params as { requiredProperties: readonly string[] }).requiredProperties
    return { path, words: `${placeIn(root, path).subject}${field} is missing` }
  }
  return wrongValue(root, pathOf(errors[0]!.instancePath))
}

/** The steps of a JSON pointer. */
const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))

const shapeBelow = (shape: Shape | undefined, step: string): Shape | undefined =>
  shape?.items ?? shape?.properties?.[step]

/** The shapes along a path, from the document's own downwards. */
function shapesAlong(root: Shape, path: readonly string[]): (Shape | undefined)[] {
  const shapes: (Shape | undefined)[] = [root]
  for (const step of path) shapes.push(shapeBelow(shapes.at(-1), step))
  return shapes
}

/** What a path leads to: `datastore 1, version 3: `, counted as people count, and the field below that. */
function placeIn(root: Shape, path: readonly string[]): { subject: string; field: string } {
  const shapes = shapesAlong(root, path)
  const called: string[] = []
  let fieldFrom = 0
  for (let depth = 2; depth <= path.length; depth += 2) {
    const number = Number(path[depth - 1]) + 1
    const title = shapes[depth]?.title
    if (title === undefined || Number.isNaN(number)) break
    called.push(`${title} ${number}`)
    fieldFrom = depth
  }
  return {
    subject: called.length > 0 ? `${called.join(', ')}: ` : '',
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

/** What the innermost shape says that says anything, else which fields it needs. */
function wrongValue(root: Shape, path: readonly string[]): ShapeProblem {
  const shapes = shapesAlong(root, path)
  const depth = shapes.findLastIndex((shape, index) => index === 0 || (shape?.errorMessage ?? shape?.required))
  const { subject, field } = placeIn(root, path.slice(0, depth))
  const { errorMessage, required, properties } = shapes[depth]!
  const expected =
    depth === 0 ? Object.values(properties ?? {})[0]?.errorMessage : `expected the fields ${required?.join(', ')}`
  return { path, words: `${subject}${field === '' ? '' : `${field} `}${errorMessage ?? expected}` }
}
