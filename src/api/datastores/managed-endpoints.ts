/** Datastore versions over HTTP for administrators, across all datastores. */

import {
  createDatastoreVersion,
  deleteDatastoreVersion,
  listManagedVersions,
  showManagedVersion,
  updateDatastoreVersion,
} from '../../operations/datastores/manage-datastore-versions.ts'
import { endpoint } from '../route.ts'
import { createVersion, replies, updateVersion } from './schemas.ts'
import { versionChanges } from './version-changes.ts'
import { managedVersionView } from './view.ts'

export const index = endpoint({
  operationId: 'listManagedVersions',
  summary: 'Lists the versions of all datastores.',
  answers: [200, replies.managedVersions],
  run: async ({ ports }) => ({ versions: (await listManagedVersions(ports)).map(managedVersionView) }),
})

export const create = endpoint({
  operationId: 'createDatastoreVersion',
  summary: 'Creates a version, and its datastore if that does not exist.',
  body: createVersion,
  answers: [202, null],
  run: async ({ ports, body: { version } }) => {
    await createDatastoreVersion(ports, {
      datastoreName: version.datastore_name,
      name: version.name,
      changes: versionChanges(version),
      isDefault: version.default === true,
    })
  },
})

export const show = endpoint({
  operationId: 'showManagedVersion',
  summary: 'Shows a version, by its id.',
  params: ['id'],
  answers: [200, replies.managedVersion],
  run: async ({ ports, params }) => ({ version: managedVersionView(await showManagedVersion(ports, params.id)) }),
})

export const update = endpoint({
  operationId: 'updateDatastoreVersion',
  summary: 'Updates a version. The body is not wrapped in `version`.',
  params: ['id'],
  body: updateVersion,
  answers: [202, null],
  run: async ({ ports, actor, params, body }) => {
    const isDefault = body.default === undefined ? {} : { isDefault: body.default }
    await updateDatastoreVersion(ports, actor, { id: params.id, changes: versionChanges(body), ...isDefault })
  },
})

export const remove = endpoint({
  operationId: 'deleteDatastoreVersion',
  summary: 'Deletes a version that is not in use.',
  params: ['id'],
  answers: [202, null],
  run: ({ ports, actor, params }) => deleteDatastoreVersion(ports, actor, params.id),
})
