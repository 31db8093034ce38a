import { propertyFields, type StatedProperties } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'

type Properties = Required<StatedProperties>
type Value = Properties[keyof Properties]

export type PropertyChange = Readonly<{
  /** As a file calls it. */
  field: string
  from: Value
  to: Value
}>

/** What a version has that is made without a word about it. */
export const blankProperties: Properties = {
  active: true,
  manager: null,
  imageId: null,
  imageTags: [],
  packages: null,
  registryExt: null,
  replStrategy: null,
}

/** What changes in the properties of a version so that they are as stated. */
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

/** What may not be null in the tables of a Trove of today, where nothing is the empty text. */
const nullIsEmpty: readonly (keyof StatedProperties)[] = ['registryExt', 'replStrategy']

function isSame(name: keyof StatedProperties, a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.join() === b.join()
  return a === b || (nullIsEmpty.includes(name) && (a ?? '') === (b ?? ''))
}
