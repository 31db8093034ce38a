import type { VersionChanges } from '../../operations/datastores/manage-datastore-versions.ts'
import type { View } from '../route.ts'
import type { createVersion, updateVersion } from './schemas.ts'

type Body = View<typeof updateVersion> | View<typeof createVersion>['version']

/** Maps the body of a create or update to the fields of the model. Fields that are missing from the body are left out. */
export function versionChanges(body: Body): VersionChanges {
  const changes = {
    name: body.name,
    version: 'version' in body ? body.version : undefined,
    manager: body.datastore_manager,
    imageId: body.image,
    imageTags: body.image_tags,
    packages: body.packages?.join(','),
    active: body.active,
    registryExt: body.registry_ext,
    replStrategy: body.repl_strategy,
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}
