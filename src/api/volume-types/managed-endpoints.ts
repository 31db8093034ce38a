import { findVersionNamedById } from '../../operations/datastores/find-datastore-version.ts'
import {
  associateVolumeTypes,
  dissociateVolumeType,
  listVolumeTypeAssociations,
} from '../../operations/volume-types/associate-volume-types.ts'
import { type Call, endpoint } from '../route.ts'
import { associateVolumeTypes as associateBody, replies } from './schemas.ts'
import { volumeTypeAssociationsView } from './view.ts'

/** The id of the version in the path. Refuses with `datastore_version_unknown`. */
const versionOf = async ({ ports, caller, params }: Call<'id'>) =>
  (await findVersionNamedById(ports.stores, caller, params.id)).id

const index = endpoint({
  operationId: 'listVolumeTypeAssociations',
  summary: 'Lists the volume types associated with a version, including types that no longer exist.',
  params: ['id'],
  answers: [200, replies.associations],
  run: async call => {
    const associated = await listVolumeTypeAssociations(call.ports, await versionOf(call))
    return volumeTypeAssociationsView(associated, await call.ports.volumeTypes.list())
  },
})

const associate = endpoint({
  operationId: 'associateVolumeTypes',
  summary: 'Associates volume types with a version, by name or id: all or none.',
  params: ['id'],
  body: associateBody,
  answers: [202, null],
  run: async call => {
    const { volume_type_ids, check = true } = call.body
    const versionId = await versionOf(call)
    const volumeTypes = [...new Set(volume_type_ids.map(type => type.trim()))]
    await associateVolumeTypes(call.ports, call.actor, { versionId, volumeTypes, check })
  },
})

const dissociate = endpoint({
  operationId: 'dissociateVolumeType',
  summary: 'Removes the association of a volume type with a version.',
  params: ['id', 'type'],
  answers: [204, null],
  run: async call => {
    const change = { versionId: await versionOf(call), volumeType: call.params.type }
    await dissociateVolumeType(call.ports, call.actor, change)
  },
})

/** What an operator does with the volume types of a version, on the URLs that Trove has for it (trove@d40eb7ca). */
export const versionVolumeTypes = { index, associate, dissociate }
