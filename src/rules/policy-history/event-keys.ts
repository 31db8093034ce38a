import { flavorKeys, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { waiverKey } from '../allowed/flavor/waive.ts'
import { volumeTypeKeys } from '../allowed/volume-type/policy-rows.ts'

/** The key of events about whether a version is active. */
export const activityKey = 'active'

/** The keys of events about a version: those of its rows, its activity, and waivers for it. */
export const versionEventKeys = [...flavorKeys, ...volumeTypeKeys, activityKey, waiverKey] as const
export type VersionEventKey = (typeof versionEventKeys)[number]

/** The keys of events about a datastore: those of its rules, and waivers for all its versions. */
export const datastoreEventKeys = [requirementKey, restrictionKey, waiverKey] as const
export type DatastoreEventKey = (typeof datastoreEventKeys)[number]

/** The id of the waiver that an event is about; undefined for events about anything else. */
export const waiverIdOf = ({ key, value }: Readonly<{ key: string; value: string }>): string | undefined =>
  key === waiverKey ? value.split(' ', 1)[0] : undefined
