import { isDeepStrictEqual } from 'node:util'

/** Placeholders for expected texts. */
const placeholders: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<absent>': value => value === undefined,
  '<any>': value => value !== undefined,
  '<uuid>': value => isText(value, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  /** Naive UTC in whole seconds, close to the current time, so that a wrong time zone would be noticed. */
  '<now>': value =>
    isText(value, /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}$/) && Math.abs(Date.now() - Date.parse(`${value}Z`)) < 60_000,
}

const isText = (value: unknown, shape: RegExp) => typeof value === 'string' && shape.test(value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))

/**
 * Compares a response with the expectation of a story.
 *
 * A text between slashes is a regular expression. `<absent>`, `<any>`, `<uuid>` and `<now>` are placeholders.
 * `{'<contains>': […]}` matches an array with at least these entries. Other values must be equal.
 *
 * @param closed true if objects must not have additional keys
 * @returns the differences, with their places; empty if there are none
 */
export function mismatches(actual: unknown, expected: unknown, closed = false, place = 'the answer'): string[] {
  if (typeof expected === 'string') {
    if (textMatches(actual, expected)) return []
    return [`${place} is ${show(actual)}, but ${expected} was expected`]
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${place} is ${show(actual)}, but a list was expected`]
    if (actual.length !== expected.length)
      return [`${place} has ${actual.length} entries, but ${expected.length} were expected: ${show(actual)}`]
    return expected.flatMap((each, index) => mismatches(actual[index], each, closed, `${place}[${index}]`))
  }
  if (isObject(expected)) {
    const requiredEntries = expected['<contains>']
    if (Array.isArray(requiredEntries)) return missing(actual, requiredEntries, place)
    if (!isObject(actual)) return [`${place} is ${show(actual)}, but ${show(expected)} was expected`]
    const inside = Object.entries(expected).flatMap(([key, each]) =>
      mismatches(actual[key], each, closed, `${place}.${key}`),
    )
    const extraKeys = closed ? Object.keys(actual).filter(key => !Object.hasOwn(expected, key)) : []
    return [...inside, ...extraKeys.map(key => `${place}.${key} was not expected`)]
  }
  return isDeepStrictEqual(actual, expected) ? [] : [`${place} is ${show(actual)}, but ${show(expected)} was expected`]
}

export function textMatches(actual: unknown, expected: string): boolean {
  const placeholder = placeholders[expected]
  if (placeholder) return placeholder(actual)
  const shape = /^\/(.*)\/$/s.exec(expected)?.[1]
  return shape === undefined ? actual === expected : isText(actual, new RegExp(shape, 'u'))
}

function missing(actual: unknown, requiredEntries: readonly unknown[], place: string): string[] {
  if (!Array.isArray(actual)) return [`${place} is ${show(actual)}, but a list was expected`]
  return requiredEntries
    .filter(each => !actual.some(candidate => mismatches(candidate, each).length === 0))
    .map(each => `${place} has no entry that matches ${show(each)}: ${show(actual)}`)
}
