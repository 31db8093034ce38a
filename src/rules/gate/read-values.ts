import type { Refused } from '../../model/refused.ts'
import type { AskedDatastore, AskedFlavor, AskedMember, AskedVolume } from './asked-hardware.ts'
import { gateRefusal } from './refusals.ts'

/** Reads the values of a body as Trove understands them. */

/** An object of a body. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A value and its place in the body. `doubts` collects what Trove could understand differently. */
export type Place = Readonly<{ value: unknown; key: string; doubts: Refused[] }>

/** The object, or undefined for any other value. */
export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined

/** The value of a key, and where it is. Undefined without the key. */
export function at({ value, key, doubts }: Place, name: string): Place {
  const object = asObject(value)
  const inner = object && Object.hasOwn(object, name) ? object[name] : undefined
  return { value: inner, key: key === '' ? name : `${key}.${name}`, doubts }
}

/** What is no value for Python: Trove treats it as if the key were missing. */
export function isFalsy({ value }: Place): boolean {
  if (Array.isArray(value)) return value.length === 0
  const object = asObject(value)
  return object ? Object.keys(object).length === 0 : !value
}

function doubt({ key, doubts }: Place, expected: string): undefined {
  doubts.push(gateRefusal.value_unclear({ key, expected }))
}

/** Trove's own limit of names and references (trove@4cdc0cd common/apischema.py:30). */
const textLengthMax = 255

/** Databases ignore spaces at the end, and invisible characters anywhere. */
const isPlainText = (text: string): boolean =>
  text.length <= textLengthMax && text.trim() === text && !/\p{C}/u.test(text)

/** A name or id. Undefined without one. */
export function readText(place: Place): string | undefined {
  const { value } = place
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' && isPlainText(value)) return value
  return doubt(
    place,
    `a text of at most ${textLengthMax} characters without blanks at its ends and without invisible characters`,
  )
}

/** The name or id of a version for an upgrade: Trove compares whatever is there with names. */
export function readVersion(place: Place): string | undefined {
  if (place.value === undefined) return undefined
  return isFalsy(place) ? doubt(place, 'a name or an id') : readText(place)
}

/** Ids as Trove and Nova generate and accept them; Nova allows spaces within. */
const id = /^[A-Za-z0-9_.-](?:[A-Za-z0-9_. -]*[A-Za-z0-9_.-])?$/
const url =
  /^https?:\/\/(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:\/[A-Za-z0-9_.~%-]+)*\/([A-Za-z0-9_.-]+)(?:\?[A-Za-z0-9_.~%=&-]*)?$/

/** The last part of a URL, or what is no URL (trove@4cdc0cd common/utils.py:228). */
function readReference(place: Place): string | undefined {
  const { value } = place
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' && value.length <= textLengthMax ? value : ''
  if (id.test(text)) return text
  const last = url.exec(text)?.[1]
  return last ?? doubt(place, 'an id, or a URL that ends with one')
}

/** A flavor by id, number or URL. Python writes a missing value as `None`. */
export const readFlavor = (place: Place): AskedFlavor => readReference(place) ?? 'None'

/** The id of an instance, which Trove looks up as it is. */
export function readInstanceId(place: Place): string | undefined {
  if (typeof place.value === 'string' && /^[A-Za-z0-9_-]+$/.test(place.value)) return place.value
  return doubt(place, 'the id of an instance')
}

/** The id of a backup, or a URL that ends with one. */
export const readBackupId = (place: Place): string | undefined =>
  place.value === undefined || place.value === null ? doubt(place, 'the id of a backup') : readReference(place)

/** A size or a count: a number, or a text of digits. */
export function readNumber(place: Place): number | undefined {
  const { value } = place
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  return doubt(place, 'a whole number')
}

/** True for an object that is not empty. */
function hasObject(place: Place): boolean {
  if (isFalsy(place)) return false
  if (asObject(place.value)) return true
  doubt(place, 'an object')
  return false
}

/** The volume of an instance or a member. */
export function readVolume(place: Place): AskedVolume | undefined {
  if (!hasObject(place)) return undefined
  return { sizeGb: readNumber(at(place, 'size')), type: readText(at(place, 'type')) }
}

/**
 * The datastore and version of a create. Trove passes all keys on to a function, one of whose arguments is meant for
 * Trove itself (trove@4cdc0cd datastore/models.py:521).
 */
export function readDatastore(place: Place): AskedDatastore {
  if (!hasObject(place)) return { type: undefined, version: undefined, versionNumber: undefined }
  const internal = at(place, 'return_inactive')
  if (internal.value !== undefined)
    place.doubts.push(gateRefusal.key_unclear({ key: internal.key, instead: 'name an active version' }))
  return {
    type: readText(at(place, 'type')),
    version: readText(at(place, 'version')),
    versionNumber: readText(at(place, 'version_number')),
  }
}

/** What an instance and a member of a cluster have in common. */
export const readMember = (place: Place): AskedMember => ({
  flavor: readFlavor(at(place, 'flavorRef')),
  volume: readVolume(at(place, 'volume')),
  region: readText(at(place, 'region_name')),
})

/** The members of a cluster. Trove refuses a request without the list. */
export function readMembers(place: Place): readonly AskedMember[] {
  const { value, key, doubts } = place
  if (value === undefined) return []
  if (!Array.isArray(value)) {
    doubt(place, 'a list of objects')
    return []
  }
  return value.map((member: unknown, index) => {
    const each = { value: member, key: `${key}[${index}]`, doubts }
    if (!asObject(member)) doubt(each, 'an object')
    return readMember(each)
  })
}
