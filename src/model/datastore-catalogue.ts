import type { DatastoreVersion } from './datastore-version.ts'
import type { Restriction } from './flavor-policy.ts'
import type { InstanceId, ProjectId } from './ids.ts'
import type { Level } from './level.ts'

/**
 * A datastore catalogue: the contents of a file that describes datastores, their versions and what those allow. Omitted
 * fields (undefined here) and versions without an entry stay as they are.
 */
export type DatastoreCatalogue = Readonly<{
  datastores: readonly StatedDatastore[]
  managers: readonly StatedManager[]
  /** The fields of the file that no entry has. A catalogue with some cannot be applied. */
  unknownFields?: readonly PlacedProblem[]
}>

/** `line`: the line of the entry in the file, from 1. */
export type StatedDatastore = Readonly<{
  line: number
  name: string
  /** Its own rules, which apply to all its versions. */
  policy: StatedDatastorePolicy
  /** The waivers for the datastore as a whole. */
  waivers: readonly StatedWaiver[] | undefined
  versions: readonly StatedVersion[]
}>

export type StatedVersion = Readonly<{
  line: number
  name: string
  /** Undefined if the entry identifies the version by its name alone. */
  number: string | undefined
  isDefault: boolean | undefined
  properties: StatedProperties
  policy: StatedPolicy
  /** The waivers for this version alone. */
  waivers: readonly StatedWaiver[] | undefined
}>

/** A waiver of the flavor policy, as typed by a user. */
export type StatedWaiver = Readonly<{
  line: number
  projectId: ProjectId
  /** Undefined for all instances of the project. */
  instanceId: InstanceId | undefined
  /** Empty for every reason. */
  only: readonly string[]
  until: string
  reason: string
}>

/** An entry for every version with this manager, except the versions that have an entry of their own. */
export type StatedManager = Readonly<{ line: number; name: string; minimum: StatedMinimum }>

/** Requirements to add to those of a version. Nothing is removed. */
export type StatedMinimum = Readonly<{
  /** As typed by a user. */
  requirements: readonly string[]
  /** The level of those that are added; undefined: the enforcement of each version applies. */
  level: Level | undefined
}>

export type StatedProperties = Readonly<
  Partial<
    Pick<DatastoreVersion, 'active' | 'manager' | 'imageId' | 'imageTags' | 'packages' | 'registryExt' | 'replStrategy'>
  >
>

/** A requirement as typed by a user, and its level; undefined: the enforcement of the version applies. */
export type StatedRequirement = Readonly<{ text: string; level: Level | undefined }>

/** The rules of a datastore. The list is complete: stored requirements that it does not contain are deleted. */
export type StatedDatastorePolicy = Readonly<{
  /** A requirement without a level refuses. */
  requirements?: readonly StatedRequirement[] | undefined
  restriction?: Restriction | undefined
  /** The level of the list, where it is necessary. */
  listLevel?: Level | undefined
}>

/** Each list is complete: stored values that it does not contain are deleted. */
export type StatedPolicy = Readonly<{
  /** Ids or names. */
  flavors?: readonly string[] | undefined
  requirements?: readonly StatedRequirement[] | undefined
  restriction?: Restriction | undefined
  enforcement?: Level | undefined
  /** The level of the list; null: the enforcement applies to it. */
  listLevel?: Level | null | undefined
  /** Names or ids. */
  volumeTypes?: readonly string[] | undefined
}>

/** The names of a version's properties in a file. */
export const propertyFields = {
  active: 'active',
  manager: 'manager',
  imageId: 'image_id',
  imageTags: 'image_tags',
  packages: 'packages',
  registryExt: 'registry_ext',
  replStrategy: 'repl_strategy',
} as const satisfies Record<keyof StatedProperties, string>

/** Why an entry of a catalogue cannot be applied. */
export type CatalogueProblem = Readonly<
  | { code: 'field_unknown'; words: string }
  | { code: 'version_unknown' }
  | { code: 'versions_several'; numbers: readonly string[] }
  | { code: 'version_named_twice' }
  | { code: 'text_unusable'; what: string; problem: string }
  | { code: 'flavors_unknown'; flavors: readonly string[]; nearest: string | undefined }
  | { code: 'flavor_name_ambiguous'; name: string; ids: readonly string[] }
  | { code: 'requirement_not_understood'; typed: string; column: number; expected: string; found: string }
  | { code: 'volume_types_unknown'; volumeTypes: readonly string[]; nearest: string | undefined }
  | { code: 'waiver_unusable'; message: string }
  | { code: 'no_flavor_left'; contradictions: readonly (readonly [one: string, other: string])[] }
  | { code: 'held_equal'; what: string; value: string; stored: string }
>

export type PlacedProblem = Readonly<{ line: number; version: string | undefined; problem: CatalogueProblem }>
