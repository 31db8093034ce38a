/**
 * Volume types over HTTP: those of the project, and those that a datastore version allows. The decision is in
 * `src/rules/allowed/volume-type/decide.ts`, the types come from a source in `src/volume-types/`. Associations of
 * volume types can only be changed with trove-manage, as in Trove.
 */

import {
  listVersionVolumeTypes,
  listVolumeTypes,
  showVolumeType,
} from '../../operations/volume-types/list-volume-types.ts'
import { endpoint } from '../route.ts'
import { replies } from './schemas.ts'
import { volumeTypesView, volumeTypeView } from './view.ts'

/** Trove removed this endpoint and `show` in 2020 (trove@feb9825), but its client still calls them. */
export const index = endpoint({
  operationId: 'listVolumeTypes',
  summary: 'Lists the volume types that the project can use.',
  answers: [200, replies.volumeTypes],
  run: async ({ ports, caller }) => volumeTypesView(await listVolumeTypes(ports, caller)),
})

export const show = endpoint({
  operationId: 'showVolumeType',
  summary: 'Shows a volume type, by id or name.',
  params: ['id'],
  answers: [200, replies.volumeType],
  run: async ({ ports, caller, params }) => ({
    volume_type: volumeTypeView(await showVolumeType(ports, caller, params.id)),
  }),
})

export const ofVersion = endpoint({
  operationId: 'listVersionVolumeTypes',
  summary: 'Lists the volume types that a datastore version allows and the project can use.',
  params: ['datastore', 'version'],
  answers: [200, replies.volumeTypes],
  run: async ({ ports, caller, params: { datastore, version } }) =>
    volumeTypesView(await listVersionVolumeTypes(ports, caller, datastore, version)),
})
