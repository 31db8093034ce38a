import type { VersionMetadata } from '../../../model/version-metadata.ts'

/** The row that says a volume type is associated with a datastore version; its value is the type's name or id. */
export const volumeTypeKey = 'volume_type'

export const volumeTypeKeys = [volumeTypeKey] as const

/** What a datastore version says about volume types. */
export type VolumeTypePolicy = Readonly<{
  /** Names and ids. None at all means every volume type: Trove's rule. */
  associated: ReadonlySet<string>
}>

/** As much of a row as it is read from. */
type Row = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/** Reads the rows of one datastore version; deleted rows and foreign keys carry no meaning here. */
export const readVolumeTypePolicy = (rows: readonly Row[]): VolumeTypePolicy => ({
  associated: new Set(rows.filter(row => !row.deleted && row.key === volumeTypeKey).map(row => row.value)),
})

export const restrictsVolumeTypes = (policy: VolumeTypePolicy): boolean => policy.associated.size > 0
