import { listVersionVolumeTypes, listVolumeTypes, showVolumeType } from '../operations/list-volume-types.ts'
import { ok, type Route } from './route.ts'
import { replies } from './schemas.ts'
import { volumeTypesView, volumeTypeView } from './views/volume-type.ts'

/** The first two are gone from Trove since 2020 (trove@feb9825), and its client has called them ever since. */
export const volumeTypeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/volume-types',
    policy: 'volume_type:index',
    operationId: 'listVolumeTypes',
    summary: 'The volume types that the project may use.',
    answers: [200, replies.volumeTypes],
    run: async call => ok(volumeTypesView(await listVolumeTypes(call.ports, call.caller))),
  },
  {
    method: 'GET',
    path: '/volume-types/:id',
    policy: 'volume_type:show',
    operationId: 'showVolumeType',
    summary: 'A volume type, by id or name.',
    answers: [200, replies.volumeType],
    run: async call =>
      ok({ volume_type: volumeTypeView(await showVolumeType(call.ports, call.caller, call.params.id!)) }),
  },
  {
    method: 'GET',
    path: '/datastores/:datastore/versions/:version/volume-types',
    policy: 'datastore:list_associated_volume_types',
    operationId: 'listVersionVolumeTypes',
    summary: 'The volume types that a datastore version allows, out of those that the project may use.',
    answers: [200, replies.volumeTypes],
    run: async call => {
      const { datastore, version } = call.params
      return ok(volumeTypesView(await listVersionVolumeTypes(call.ports, call.caller, datastore!, version!)))
    },
  },
]
