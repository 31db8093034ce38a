import { propertyFields, type StatedProperties } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'

type Properties = Required<StatedProperties>
type Value = Properties[keyof Properties]

export type PropertyChange = Readonly<{
  /** The name of the field in a file. */
  field: string
  from: Value
  to: Value
}>

/** The properties of a new version whose entry does not mention any. */
export const blankProperties: Properties = {
  active: true,
  manager: null,
  imageId: null,
  imageTags: [],
  packages: null,
  registryExt: null,
  replStrategy: null,
}

/** Plans which properties of a version to change so that they match the catalogue. */
export function planProperties(
  before: Pick<DatastoreVersion, keyof StatedProperties>,
  stated: StatedProperties,
): PropertyChange[] {
  const names = Object.keys(propertyFields) as (keyof StatedProperties)[]
  return names.flatMap(name => {
    const [from, to] = [before[name], stated[name]]
    return to === undefined || isSame(name, from, to) ? [] : [{ field: propertyFields[name], from, to }]
  })
}

/** In the tables of a current Trove these columns cannot be null, and an empty string means that there is no value. */
const nullIsEmpty: readonly (keyof StatedProperties)[] = ['registryExt', 'replStrategy']

function isSame(name: keyof StatedProperties, a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.join() === b.join()
  return a === b || (nullIsEmpty.includes(name) && (a ?? '') === (b ?? ''))
}
