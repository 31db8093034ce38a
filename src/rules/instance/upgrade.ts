import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'

type Version = Pick<DatastoreVersion, 'id' | 'name'>

/** Why an instance of one version cannot be moved to another: it is there already. */
export const sameVersionRefusal = (present: Version, version: Version): Refused | undefined =>
  present.id === version.id ? refusal.upgrade_same_version({ version: version.name }) : undefined

/**
 * Why the data of an instance cannot be served by what the other version is made from. An image is one major version of an
 * engine, within which every release reads the data of every other; across them, data have to be converted.
 *
 * @param imageId what the instance is made from
 */
export const imageChangeRefusal = (
  { present, version }: { present: Version; version: Version },
  imageId: string,
  image: Image,
): Refused | undefined =>
  image.id === imageId
    ? undefined
    : refusal.upgrade_across_images({ from: present.name, to: version.name, image: image.name })
