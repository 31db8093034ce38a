import type { VersionMetadata } from '../../../model/version-metadata.ts'

/** The key of rows that associate a volume type with a datastore version. The value is the name or id of the type. */
export const volumeTypeKey = 'volume_type'

export const volumeTypeKeys = [volumeTypeKey] as const

/** The volume type policy of a datastore version. */
export type VolumeTypePolicy = Readonly<{
  /** Names and ids. If there are none, every volume type is allowed, as in Trove. */
  associated: ReadonlySet<string>
}>

/** The columns that the policy is read from. */
type Row = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/**
 * Reads the volume type policy from the rows of one datastore version. Deleted rows and rows with other keys are ignored.
 */
export const readVolumeTypePolicy = (rows: readonly Row[]): VolumeTypePolicy => ({
  associated: new Set(rows.filter(row => !row.deleted && row.key === volumeTypeKey).map(row => row.value)),
})

export const restrictsVolumeTypes = (policy: VolumeTypePolicy): boolean => policy.associated.size > 0
