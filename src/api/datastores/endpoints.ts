/**
 * Datastores and their versions over HTTP; `managed-endpoints.ts` has the calls for administrators. Which datastores
 * and versions a caller sees is decided in `src/operations/datastores/list-datastores.ts`. As in Trove, a datastore has
 * no create call: it is created together with its first version.
 */

import { deleteDatastore } from '../../operations/datastores/delete-datastore.ts'
import {
  listDatastores,
  listDatastoreVersions,
  showDatastore,
  showDatastoreVersion,
  showDatastoreVersionById,
} from '../../operations/datastores/list-datastores.ts'
import { endpoint } from '../route.ts'
import { replies } from './schemas.ts'
import { datastoreView, versionView } from './view.ts'

export const index = endpoint({
  operationId: 'listDatastores',
  summary: 'Lists the datastores with an active version. Admins see all datastores.',
  answers: [200, replies.datastores],
  madeFrom: 'rows',
  run: async ({ ports, caller, reader }) => ({
    datastores: (await listDatastores(ports, caller)).map(each => datastoreView(reader, each)),
  }),
})

export const show = endpoint({
  operationId: 'showDatastore',
  summary: 'Shows a datastore, by id or name, with its active versions.',
  params: ['datastore'],
  answers: [200, replies.datastore],
  madeFrom: 'rows',
  run: async ({ ports, caller, reader, params }) => ({
    datastore: datastoreView(reader, await showDatastore(ports, caller, params.datastore)),
  }),
})

export const remove = endpoint({
  operationId: 'deleteDatastore',
  summary: 'Deletes a datastore without versions.',
  params: ['datastore'],
  answers: [202, null],
  run: ({ ports, actor, caller, params }) => deleteDatastore(ports, actor, caller, params.datastore),
})

export const versions = endpoint({
  operationId: 'listDatastoreVersions',
  summary: 'Lists the active versions of a datastore. Admins see all versions.',
  params: ['datastore'],
  answers: [200, replies.datastoreVersions],
  madeFrom: 'rows',
  run: async ({ ports, caller, reader, params }) => ({
    versions: (await listDatastoreVersions(ports, caller, params.datastore)).map(each => versionView(reader, each)),
  }),
})

export const showVersion = endpoint({
  operationId: 'showDatastoreVersion',
  summary: 'Shows a version of a datastore, by id or name.',
  params: ['datastore', 'version'],
  answers: [200, replies.datastoreVersion],
  madeFrom: 'rows',
  run: async ({ ports, caller, reader, params: { datastore, version } }) => ({
    version: versionView(reader, await showDatastoreVersion(ports, caller, datastore, version)),
  }),
})

export const showVersionById = endpoint({
  operationId: 'showDatastoreVersionById',
  summary: 'Shows a version, by its id alone.',
  params: ['id'],
  answers: [200, replies.datastoreVersion],
  madeFrom: 'rows',
  run: async ({ ports, caller, reader, params }) => ({
    version: versionView(reader, await showDatastoreVersionById(ports, caller, params.id)),
  }),
})
