import type { ProjectId, VolumeTypeId } from './ids.ts'

/** A kind of volume, as Cinder has them. */
export type VolumeType = Readonly<{
  id: VolumeTypeId
  name: string
  description: string | null
  /** Whether volumes are of this type when nobody names one. */
  isDefault: boolean
  isPublic: boolean
  /** The projects that may use the type when it is not public. */
  projects: readonly ProjectId[]
}>

/** The type that a request or a row means: both may use its name or its id, and a name wins. */
export const volumeTypeNamed = (types: readonly VolumeType[], nameOrId: string): VolumeType | undefined =>
  types.find(type => type.name === nameOrId) ?? types.find(type => type.id === nameOrId)

/** The order of a listing. */
export const byVolumeTypeName = (a: VolumeType, b: VolumeType): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
