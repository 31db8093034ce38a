import { Errors } from 'typebox/schema'
import { nearestName } from '../model/nearest-name.ts'
import { catalogueSchema } from './schema.ts'

/** As much of a JSON Schema as is looked at here. */
type Shape = Readonly<{
  title?: string
  errorMessage?: string
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
}>

export type ShapeProblem = Readonly<{ path: readonly string[]; words: string }>

/** The first thing that speaks against a document's shape: a field that is misspelt, then one that is missing, then the rest. */
export function shapeProblem(document: unknown): ShapeProblem | undefined {
  const [isRight, errors] = Errors(catalogueSchema, document)
  if (isRight) return undefined
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties')
  if (unknown) {
    const path = pathOf(unknown.instancePath)
    const [field] = (unknown.params as { additionalProperties: readonly string[] }).additionalProperties
    return { path: [...path, field!], words: unknownFieldWords(path, field!) }
  }
  const missing = errors.find(({ keyword, instancePath }) => keyword === 'required' && instancePath !== '')
  if (missing) {
    const path = pathOf(missing.instancePath)
    const [field] = (missing.params as { requiredProperties: readonly string[] }).requiredProperties
    return { path, words: `${subject(path)}${field} is missing` }
  }
  return wrongValue(pathOf(errors[0]!.instancePath))
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
function shapesAlong(path: readonly string[]): (Shape | undefined)[] {
  const shapes: (Shape | undefined)[] = [catalogueSchema as Shape]
  for (const step of path) shapes.push(shapeBelow(shapes.at(-1), step))
  return shapes
}

/** `flavor 3: `, counted as people count; nothing where the whole document is meant. */
function subject(path: readonly string[]): string {
  if (path.length < 2) return ''
  return `${shapesAlong(path)[2]?.title ?? path[0]} ${Number(path[1]) + 1}: `
}

function unknownFieldWords(path: readonly string[], field: string): string {
  const shape = shapesAlong(path).at(-1)
  const known = Object.keys(shape?.properties ?? {})
  const nearest = nearestName(field, known)
  const where = path.length < 2 ? 'here' : `of a ${shape?.title}`
  const meant = nearest === undefined ? '' : `; perhaps '${nearest}' is meant`
  return `${subject(path)}'${field}' is not a field ${where} (${known.join(', ')})${meant}`
}

/** What the innermost shape says that says anything, else which fields it needs. */
function wrongValue(path: readonly string[]): ShapeProblem {
  const shapes = shapesAlong(path)
  const depth = shapes.findLastIndex(shape => shape?.errorMessage ?? shape?.required)
  const inner = path.slice(0, depth)
  const field = inner.length > 2 ? `${inner.slice(2).join('.')} ` : ''
  const { errorMessage, required, properties } = shapes[depth]!
  const expected = depth === 0 ? properties?.flavors?.errorMessage : `expected the fields ${required?.join(', ')}`
  return { path, words: `${subject(inner)}${field}${errorMessage ?? expected}` }
}
