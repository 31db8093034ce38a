import { isDeepStrictEqual } from 'node:util'

/** Words with a meaning of their own where a text is expected. */
const words: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<absent>': value => value === undefined,
  '<any>': value => value !== undefined,
  '<uuid>': value => isText(value, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  /** Naive UTC in whole seconds, and not far from now: a time zone's worth of error would show. */
  '<now>': value =>
    isText(value, /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}$/) && Math.abs(Date.now() - Date.parse(`${value}Z`)) < 60_000,
}

const isText = (value: unknown, shape: RegExp) => typeof value === 'string' && shape.test(value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))

/**
 * Compares what came with what a story expects.
 *
 * A text between slashes is a regular expression, `<absent>`, `<any>`, `<uuid>` and `<now>` are what they say, and
 * `{'<contains>': […]}` is an array that holds at least these. Anything else is itself.
 *
 * @param closed whether objects may hold nothing besides what is expected
 * @returns what is wrong, with the place where; empty when all is well
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
    const some = expected['<contains>']
    if (Array.isArray(some)) return missing(actual, some, place)
    if (!isObject(actual)) return [`${place} is ${show(actual)}, but ${show(expected)} was expected`]
    const inside = Object.entries(expected).flatMap(([key, each]) =>
      mismatches(actual[key], each, closed, `${place}.${key}`),
    )
    const besides = closed ? Object.keys(actual).filter(key => !Object.hasOwn(expected, key)) : []
    return [...inside, ...besides.map(key => `${place}.${key} was not expected`)]
  }
  return isDeepStrictEqual(actual, expected) ? [] : [`${place} is ${show(actual)}, but ${show(expected)} was expected`]
}

export function textMatches(actual: unknown, expected: string): boolean {
  const word = words[expected]
  if (word) return word(actual)
  const shape = /^\/(.*)\/$/s.exec(expected)?.[1]
  return shape === undefined ? actual === expected : isText(actual, new RegExp(shape, 'u'))
}

function missing(actual: unknown, some: readonly unknown[], place: string): string[] {
  if (!Array.isArray(actual)) return [`${place} is ${show(actual)}, but a list was expected`]
  return some
    .filter(each => !actual.some(candidate => mismatches(candidate, each).length === 0))
    .map(each => `${place} holds nothing like ${show(each)}: ${show(actual)}`)
}
