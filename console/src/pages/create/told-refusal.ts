import { ApiError } from '../../api/trove.ts'
import { exceededIn, type QuotaWords, quotaRefusalWords } from '../../quota/quota.ts'

/** A refusal of the API for the user: in words, and with the label of the field that it is about. */
export type ToldRefusal = Readonly<{ field: string | undefined; words: string }>

/** The fields of a request by their paths in the schema, and their labels on the page. */
const fields: readonly (readonly [path: RegExp, label: (row: number) => string])[] = [
  [/^instance\['name'\]/, () => 'Name of the instance'],
  [/^instance\['volume'\]\['size'\]/, () => 'Volume in GiB'],
  [/^instance\['databases'\]\[(\d+)\]\['name'\]/, row => `Database ${row}`],
  [/^instance\['users'\]\[(\d+)\]\['name'\]/, row => `User ${row}`],
  [/^instance\['users'\]\[(\d+)\]\['password'\]/, row => `Password of user ${row}`],
  [/^instance\['nics'\]/, () => 'Id of the network'],
]

/** What the checks of the schema mean. Other words of the API are shown as they are. */
const meanings: readonly (readonly [words: RegExp, meaning: string])[] = [
  [/should be non-empty/, 'must not be empty'],
  [/is too long/, 'is too long'],
  [/is too short/, 'is too short'],
  [/does not match/, 'contains characters that are not allowed'],
  [/is not valid under|is not of type|is less than/, 'is not valid'],
]

/** Tells a refusal in the words of this page, as far as it knows its field; otherwise in those of the API. */
export function toldRefusal(error: unknown, quota: QuotaWords | undefined): ToldRefusal | undefined {
  if (!(error instanceof ApiError)) return undefined
  const { message } = error
  const exceeded = exceededIn(error)
  if (exceeded)
    return {
      field: exceeded.join() === 'volumes' ? 'Volume in GiB' : undefined,
      words: quotaRefusalWords(exceeded, quota),
    }
  if (message.startsWith("Volume 'size'")) return { field: 'Volume in GiB', words: message }
  const problem = /^Validation error: (.*)/s.exec(message)?.[1]
  if (problem === undefined) return { field: undefined, words: message }
  for (const [path, label] of fields) {
    const found = path.exec(problem)
    if (!found) continue
    const field = label(Number(found[1] ?? 0) + 1)
    const meaning = meanings.find(([words]) => words.test(problem.slice(found[0].length)))?.[1] ?? 'is not valid'
    return { field, words: `${field} ${meaning}.` }
  }
  return { field: undefined, words: message }
}
