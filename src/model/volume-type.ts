import type { ProjectId, VolumeTypeId } from './ids.ts'

/** A volume type, as in Cinder. */
export type VolumeType = Readonly<{
  id: VolumeTypeId
  name: string
  description: string | null
  /** True for the type of volumes whose request names none. */
  isDefault: boolean
  isPublic: boolean
  /** The projects that may use the type when it is not public. */
  projects: readonly ProjectId[]
}>

/** Finds the type with this name, otherwise the one with this id. Requests and rows may contain either. */
export const volumeTypeNamed = (types: readonly VolumeType[], nameOrId: string): VolumeType | undefined =>
  types.find(type => type.name === nameOrId) ?? types.find(type => type.id === nameOrId)

/** Sorts by name, as lists do. */
export const byVolumeTypeName = (a: VolumeType, b: VolumeType): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
