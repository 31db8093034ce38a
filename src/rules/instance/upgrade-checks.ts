import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'

/**
 * Checks of an upgrade that no other change of an instance has. All checks are in order in
 * `operations/instances/upgrade-instance.ts`.
 */

type Version = Pick<DatastoreVersion, 'id' | 'name'>

/** Refuses an upgrade to the version that the instance already has. */
export const sameVersionRefusal = (present: Version, version: Version): Refused | undefined =>
  present.id === version.id ? refusal.upgrade_same_version({ version: version.name }) : undefined

/**
 * Refuses an upgrade to a version with another image. An image is one major version of an engine. Releases of the same
 * major version read each other's data; between major versions, the data must be converted.
 *
 * @param imageId the image of the instance
 */
export const imageChangeRefusal = (
  { present, version }: { present: Version; version: Version },
  imageId: string,
  image: Image,
): Refused | undefined =>
  image.id === imageId
    ? undefined
    : refusal.upgrade_across_images({ from: present.name, to: version.name, image: image.name })
