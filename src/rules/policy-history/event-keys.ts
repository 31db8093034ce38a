import { flavorKeys, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { volumeTypeKeys } from '../allowed/volume-type/policy-rows.ts'

/** The key of events about whether a version is active. */
export const activityKey = 'active'

/** The keys of events about a version: those of its rows, and its activity. */
export const versionEventKeys = [...flavorKeys, ...volumeTypeKeys, activityKey] as const
export type VersionEventKey = (typeof versionEventKeys)[number]

/** The keys of events about the rules of a datastore. */
export const datastoreEventKeys = [requirementKey, restrictionKey] as const
export type DatastoreEventKey = (typeof datastoreEventKeys)[number]
