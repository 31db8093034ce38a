import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { ManagedVersion } from '../../operations/datastores/manage-datastore-versions.ts'
import type { DatastoreWithVersions } from '../../operations/datastores/visible-datastores.ts'
import { hasContents } from '../../rules/instance/engine-contents.ts'
import { type LinkBase, links } from '../links.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

export type Reader = LinkBase & { isAdmin: boolean }

/** Leaves out a default version that is not among the shown versions, because clients look it up among them. */
export function datastoreView(
  reader: Reader,
  { datastore, versions }: DatastoreWithVersions,
): View<typeof schemas.datastore> {
  const shownDefault = versions.find(({ id }) => id === datastore.defaultVersionId)
  return {
    id: datastore.id,
    name: datastore.name,
    links: links(reader, 'datastores', datastore.id),
    versions: versions.map(version => versionFields(reader, version)),
    ...(shownDefault ? { default_version: shownDefault.id } : {}),
  }
}

/** @param manager the manager of a version or an instance */
export const hasDatabasesView = (manager: string | null | undefined): { has_databases?: boolean } =>
  hasContents(manager ?? '') ? {} : { has_databases: false }

const versionFields = (reader: Reader, version: DatastoreVersion): View<typeof schemas.versionOfDatastore> => ({
  id: version.id,
  name: version.name,
  version: version.version,
  links: links(reader, 'datastores/versions', version.id),
  ...hasDatabasesView(version.manager),
  ...(reader.isAdmin
    ? {
        active: version.active,
        packages: version.packages,
        image: version.imageId,
        registry_ext: version.registryExt,
        repl_strategy: version.replStrategy,
        image_tags: version.imageTags,
      }
    : {}),
})

export const versionView = (reader: Reader, version: DatastoreVersion): View<typeof schemas.version> => ({
  ...versionFields(reader, version),
  datastore: version.datastoreId,
})

/** Empty lists become `[""]`, since Trove splits an empty column (trove@4cdc0cd extensions/mgmt/datastores/views.py). */
export const managedVersionView = ({ version, datastore }: ManagedVersion): View<typeof schemas.managedVersion> => ({
  id: version.id,
  name: version.name,
  version: version.version,
  datastore_id: datastore.id,
  datastore_name: datastore.name,
  datastore_manager: version.manager,
  image: version.imageId,
  image_tags: version.imageTags.length > 0 ? version.imageTags : [''],
  packages: (version.packages ?? '').split(','),
  active: version.active,
  registry_ext: version.registryExt,
  repl_strategy: version.replStrategy,
  default: datastore.defaultVersionId === version.id,
})
