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
import { endpoint } from '../route.ts'
import { associateVolumeTypes as associateBody, replies } from './schemas.ts'
import { volumeTypeAssociationsView } from './view.ts'

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
  body: associateBody,
  answers: [202, null],
  run: async call => {
    const { volume_type_ids, check = true } = call.body
    const versionId = await versionIdInPath(call)
    const volumeTypes = [...new Set(volume_type_ids.map(type => type.trim()))]
    await associateVolumeTypes(call.ports, call.actor, { versionId, volumeTypes, check })
  },
})

export const dissociate = endpoint({
  operationId: 'dissociateVolumeType',
  summary: 'Removes the association of a volume type with a version.',
  params: ['id', 'type'],
  answers: [204, null],
  run: async call => {
    const change = { versionId: await versionIdInPath(call), volumeType: call.params.type }
    await dissociateVolumeType(call.ports, call.actor, change)
  },
})
