import type { DatastoreVersion } from './datastore-version.ts'
import type { Enforcement, Restriction } from './flavor-policy.ts'

/**
 * What a file says of datastores and of what their versions allow. It speaks of what it names and of nothing else: a field
 * that is left out (undefined here) stays as it is, and so does a version that is not named.
 */
export type DatastoreCatalogue = Readonly<{
  datastores: readonly StatedDatastore[]
  managers: readonly StatedManager[]
}>

/** `line`: where in the file it stands. */
export type StatedDatastore = Readonly<{ line: number; name: string; versions: readonly StatedVersion[] }>

export type StatedVersion = Readonly<{
  line: number
  name: string
  /** Undefined: what the name alone means. */
  number: string | undefined
  isDefault: boolean | undefined
  properties: StatedProperties
  policy: StatedPolicy
}>

/** Every version with a manager, but for those that the file names. */
export type StatedManager = Readonly<{ line: number; name: string; minimum: StatedMinimum }>

/** Is added to what a version has, and takes nothing away. */
export type StatedMinimum = Readonly<{
  /** As people type them. */
  requirements: readonly string[]
  /** Whether a version that has no rule yet shall only warn of what breaks this. */
  onlyWarn: boolean
}>

export type StatedProperties = Readonly<
  Partial<
    Pick<DatastoreVersion, 'active' | 'manager' | 'imageId' | 'imageTags' | 'packages' | 'registryExt' | 'replStrategy'>
  >
>

/** Each list is all that there is to be: what it does not hold ends. */
export type StatedPolicy = Readonly<{
  /** Ids or names. */
  flavors?: readonly string[] | undefined
  /** As people type them. */
  requirements?: readonly string[] | undefined
  restriction?: Restriction | undefined
  enforcement?: Enforcement | undefined
  /** Names or ids. */
  volumeTypes?: readonly string[] | undefined
}>

/** What a file calls the properties of a version. */
export const propertyFields = {
  active: 'active',
  manager: 'manager',
  imageId: 'image_id',
  imageTags: 'image_tags',
  packages: 'packages',
  registryExt: 'registry_ext',
  replStrategy: 'repl_strategy',
} as const satisfies Record<keyof StatedProperties, string>

/** Why something that a catalogue says cannot be done. */
export type CatalogueProblem = Readonly<
  | { code: 'version_unknown' }
  | { code: 'versions_several'; numbers: readonly string[] }
  | { code: 'version_named_twice' }
  | { code: 'text_unusable'; what: string; problem: string }
  | { code: 'flavors_unknown'; flavors: readonly string[]; nearest: string | undefined }
  | { code: 'flavor_name_ambiguous'; name: string; ids: readonly string[] }
  | { code: 'requirement_not_understood'; typed: string; column: number; expected: string; found: string }
  | { code: 'volume_types_unknown'; volumeTypes: readonly string[]; nearest: string | undefined }
  | { code: 'held_equal'; what: string; value: string; stored: string }
>

export type PlacedProblem = Readonly<{ line: number; version: string; problem: CatalogueProblem }>
