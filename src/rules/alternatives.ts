import { type DatastoreVersion, namedVersion, versionWords } from '../model/datastore-version.ts'
import { nearestName } from '../model/nearest-name.ts'

/**
 * Words what a refusal adds when something was not found: what a user could have meant, or what there is. Callers pass only
 * what the user may see.
 */

/** Something that exists. With an id, requests must use the id; the name is for people. Otherwise requests use the name. */
export type Alternative = Readonly<{
  name: string
  id?: string | undefined
  /** A longer name, if the name alone is ambiguous. */
  label?: string | undefined
}>

/** `one` and `many`: the noun, as in 'flavor' and 'flavors'. `none`: the sentence for an empty list, if it is special. */
export type Alternatives = Readonly<{ one: string; many: string; none?: string; all: readonly Alternative[] }>

type Named = Readonly<{ id: string; name: string }>

const byName = (one: string, many: string, all: readonly { name: string }[]): Alternatives => ({
  one,
  many,
  all: all.map(({ name }) => ({ name })),
})

const byId = (one: string, many: string, all: readonly Named[]): Alternatives => ({
  one,
  many,
  all: all.map(({ id, name }) => ({ id, name })),
})

export const datastoresToName = (all: readonly Named[]) => byName('datastore', 'datastores', all)
export const flavorsToName = (all: readonly Named[]) => byId('flavor', 'flavors', all)
export const volumeTypesToName = (all: readonly Named[]) => byName('volume type', 'volume types', all)
export const imagesToName = (all: readonly Named[]) => byId('image', 'images', all)
export const usersToName = (all: readonly Named[]) => byName('user', 'users', all)
export const projectsToName = (all: readonly Named[]) => byName('project', 'projects', all)

/** The versions of one datastore, which requests may name. */
export const versionsToName = (datastore: { name: string }, all: readonly DatastoreVersion[]): Alternatives =>
  byName(
    'version',
    `versions of ${datastore.name}`,
    [...new Set(all.map(({ name }) => name))].map(name => ({ name })),
  )

/** The numbers of versions with one name. */
export const numbersToName = (datastore: { name: string }, namesakes: readonly DatastoreVersion[]): Alternatives =>
  byName(
    'number',
    `numbers of ${datastore.name} ${namesakes[0]?.name ?? ''}`,
    namesakes.map(({ version }) => ({ name: version })),
  )

/** The versions of several datastores, which requests must name by their ids. */
export const versionIdsToName = (
  all: readonly Readonly<{ datastore: { name: string }; version: DatastoreVersion }>[],
): Alternatives => ({
  one: 'datastore version',
  many: 'datastore versions',
  all: all.map(({ datastore, version }) => ({
    id: version.id,
    name: version.name,
    label: versionWords(namedVersion({ id: version.datastoreId, defaultVersionId: null, ...datastore }, version)),
  })),
})

/** The instances with the name that a user typed; undefined if there are none, because a list of others does not help. */
export const instancesToName = (namesakes: readonly Named[]): Alternatives | undefined =>
  namesakes.length === 0 ? undefined : byId('instance', 'instances', namesakes)

/** The flavors or volume types on the list of a version. They have no name if they no longer exist. */
export const listedToName = (
  one: 'flavor' | 'volume type',
  all: readonly Readonly<{ id: string; name: string | undefined }>[],
): Alternatives => ({
  one,
  many: 'on the list',
  none: 'The list is empty.',
  all: all.map(({ id, name }) => (name === undefined || name === id ? { name: id } : { id, name })),
})

const shownMax = 5
/** The maximum number of names to compare with the input. */
const comparedMax = 1000

const shown = ({ name, id, label = name }: Alternative) => (id === undefined ? name : `${id} (${label})`)
const quoted = (each: Alternative) => (each.id === undefined ? `'${each.name}'` : shown(each))

const listed = (texts: readonly string[]) => {
  const more = texts.length - shownMax
  return `${texts.slice(0, shownMax).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

/** Says whose name the input is, where an id is required: `db.micro is the name of flavor 12`. */
export function nameOf(typed: string, { one, all }: Alternatives): string | undefined {
  const namesakes = all.filter(({ id, name, label }) => id !== undefined && (name === typed || label === typed))
  if (namesakes.length === 0) return undefined
  const ids = namesakes.map(({ id, label }) => (label === undefined || label === typed ? id! : `${id} (${label})`))
  return `${typed} is the name of ${ids.length === 1 ? one : `${one}s`} ${listed(ids)}`
}

/** The texts to compare with the input. Numeric ids are left out, because 91 is not a typing error for 1. */
const textsOf = ({ id, name, label }: Alternative): string[] =>
  [id !== undefined && /\D/.test(id) ? id : undefined, name, label].filter(text => text !== undefined)

function nearest(typed: string, all: readonly Alternative[]): Alternative | undefined {
  // Ids are often numbers.
  if (all.some(({ id }) => id !== undefined) && !/\p{L}/u.test(typed)) return undefined
  const compared = all.slice(0, comparedMax)
  const near = nearestName(typed, compared.flatMap(textsOf))
  return near === undefined ? undefined : compared.find(each => textsOf(each).includes(near))
}

/** Words what a user could have meant by unknown texts; if nothing is near, lists what there is. */
export function alternativesWords(typed: readonly string[], alternatives: Alternatives): string {
  const { many, none, all } = alternatives
  if (all.length === 0) return none ?? `No ${many} are available.`
  const some = typed.slice(0, shownMax)
  const names = some.flatMap(text => nameOf(text, alternatives) ?? [])
  if (names.length > 0) return names.map(words => `${words}.`).join(' ')
  const near = some.map(text => nearest(text, all)).find(each => each !== undefined)
  if (near) return `Did you mean ${quoted(near)}?`
  return `${many[0]!.toUpperCase()}${many.slice(1)}: ${listed(all.map(shown))}.`
}

/**
 * Returns Trove's sentence about something that was not found, followed by what there is.
 *
 * @param alternatives undefined if nothing is to be added
 */
export const notFound = (sentence: string, typed: string, alternatives: Alternatives | undefined): string =>
  alternatives === undefined ? sentence : `${sentence} ${alternativesWords([typed], alternatives)}`
