/** A JSON object, of which nothing else is known. */
export type Tree = { readonly [key: string]: unknown }

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The planned values of a resource, and which of them Terraform does not know yet or does not show. */
export type PlannedValues = Readonly<{ after: Tree; unknown: Tree; sensitive: Tree }>

/** Why a value cannot be used, in words that follow its name. */
export type Gap = 'is known after apply' | 'is sensitive'

/** The value of a field, or why it cannot be used. Null and the empty text are undefined, as they are not sent. */
export type PlannedValue = Readonly<{ value: unknown } | { gap: Gap }>

export function plannedValue({ after, unknown, sensitive }: PlannedValues, field: string): PlannedValue {
  if (containsTrue(unknown[field])) return { gap: 'is known after apply' }
  if (sensitive[field] === true) return { gap: 'is sensitive' }
  const value = after[field]
  return { value: value === null || value === '' ? undefined : value }
}

/**
 * Looks for a `true` in the marks that Terraform writes beside values: `true`, or the shape of the value with `true` at the
 * unknown parts. Not recursive, so that deep nesting is safe.
 */
export function containsTrue(marks: unknown): boolean {
  const open = [marks]
  while (open.length > 0) {
    const mark = open.pop()
    if (mark === true) return true
    if (typeof mark === 'object' && mark !== null) for (const inner of Object.values(mark)) open.push(inner)
  }
  return false
}

/** The values of the fields of a nested block; undefined for what it does not set. */
export const textOf = (tree: Tree, field: string): string | undefined => {
  const value = tree[field]
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
}

export const treesOf = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.filter(isTree) : [])
