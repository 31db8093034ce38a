/**
 * The volume types of a datastore version over HTTP, for administrators: listing, adding and deleting associations. The
 * URLs are those of Trove (trove@d40eb7ca).
 */

import {
  associateVolumeTypes,
  dissociateVolumeType,
  listVolumeTypeAssociations,
} from '../../operations/volume-types/associate-volume-types.ts'
import { versionIdInPath } from '../datastores/version-in-path.ts'
import { dryRunQuery, isDryRun } from '../dry-run.ts'
import { endpoint } from '../route.ts'
import { associateVolumeTypes as associateBody, replies } from './schemas.ts'
import { volumeTypeAssociationsView, volumeTypeEffectView } from './view.ts'

export const index = endpoint({
  operationId: 'listVolumeTypeAssociations',
  summary: 'Lists the volume types associated with a version, including types that no longer exist.',
  params: ['id'],
  answers: [200, replies.associations],
  run: async call => {
    const associated = await listVolumeTypeAssociations(call.ports, await versionIdInPath(call))
    return volumeTypeAssociationsView(associated, await call.ports.volumeTypes.list())
  },
})

export const associate = endpoint({
  operationId: 'associateVolumeTypes',
  summary: 'Associates volume types with a version, by name or id: all or none.',
  params: ['id'],
  query: dryRunQuery,
  body: associateBody,
  answers: [200, replies.volumeTypesAdded],
  emptyStatus: 202,
  run: async call => {
    const { volume_type_ids, check = true } = call.body
    const versionId = await versionIdInPath(call)
    const volumeTypes = [...new Set(volume_type_ids.map(type => type.trim()))]
    const change = { versionId, volumeTypes, check, isDryRun: isDryRun(call.query) }
    const { added, effect, changes } = await associateVolumeTypes(call.ports, call.actor, change)
    return change.isDryRun ? { added, effect: volumeTypeEffectView(effect), dry_run: { changes } } : undefined
  },
})

export const dissociate = endpoint({
  operationId: 'dissociateVolumeType',
  summary: 'Removes the association of a volume type with a version.',
  params: ['id', 'type'],
  query: dryRunQuery,
  answers: [200, replies.volumeTypeDeleted],
  emptyStatus: 204,
  run: async call => {
    const versionId = await versionIdInPath(call)
    const change = { versionId, volumeType: call.params.type, isDryRun: isDryRun(call.query) }
    const { effect, changes } = await dissociateVolumeType(call.ports, call.actor, change)
    return change.isDryRun
      ? { deleted: [change.volumeType], effect: volumeTypeEffectView(effect), dry_run: { changes } }
      : undefined
  },
})
