import type { Preparation } from '../../model/instance.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { contentRefusal, hasContents } from './engine-contents.ts'

/**
 * Checks the parts of a create request that need neither the database nor the host: unsupported fields, volume size,
 * initial databases and users, placement. The flavor is checked in `../allowed/flavor/decide.ts`, and the order of all
 * checks is that of `operations/instances/admit-instance.ts`.
 */

/** Fields of a create request that this server does not support yet, with the beginning of the refusal's sentence. */
export const notOfferedYet = {
  replica_of: 'Creating replicas is',
  replica_count: 'Creating replicas is',
  restorePoint: 'Restoring a backup is',
  configuration: 'Attaching a configuration group is',
  modules: 'Applying modules is',
  locality: 'A locality for replicas is',
} as const

/** The fields among these that name the flavor of another instance. No check can be made without it. */
export const notJudgedYet = {
  replica_of: notOfferedYet.replica_of,
  replica_count: notOfferedYet.replica_count,
} as const

/** Fields of an update request that this server does not support yet, with the beginning of the refusal's sentence. */
export const changesNotOffered = {
  replica_of: 'Detaching a replica is',
  slave_of: 'Detaching a replica is',
  configuration: 'Attaching a configuration group is',
  access: 'Changing the network access of an instance is',
} as const

/**
 * Returns the requested size of a volume in GiB, or a refusal.
 *
 * @param requestedSize an integer or a string of digits; undefined if the request has no size
 */
export function volumeSizeGb(
  requestedSize: number | string | undefined,
  sizeGbMax: number,
): { sizeGb: number } | Refused {
  if (requestedSize === undefined) return refusal.volume_size_not_given({})
  const sizeGb = Number(requestedSize)
  if (sizeGb > sizeGbMax) return refusal.volume_too_large({ sizeGb, sizeGbMax })
  return { sizeGb }
}

type RequestedContents = Readonly<{
  databases?: readonly { name: string; character_set?: string; collate?: string }[] | undefined
  users?: readonly { name: string; password: string; databases?: readonly { name: string }[] }[] | undefined
}>

/**
 * Returns the databases and users that a new instance starts with, or a refusal if they are inconsistent
 * (trove@4cdc0cd extensions/mysql/common.py). A duplicate name is refused, because it may be a typing error.
 *
 * @param manager the manager of the image that the instance is created from
 */
export function initialContents(
  { databases = [], users = [] }: RequestedContents,
  manager: string,
): Preparation | Refused {
  if (databases.length + users.length > 0 && !hasContents(manager)) return refusal.contents_unsupported({ manager })
  const names = new Set(databases.map(({ name }) => name))
  if (names.size < databases.length) return refusal.initial_database_twice({})
  if (new Set(users.map(({ name }) => name)).size < users.length) return refusal.initial_user_twice({})
  for (const user of users)
    for (const database of user.databases ?? [])
      if (!names.has(database.name))
        return refusal.initial_database_missing({ user: user.name, database: database.name })
  const initialDatabases = databases.map(({ name, character_set, collate }) => ({
    name,
    characterSet: character_set,
    collate,
  }))
  const refused = [
    ...initialDatabases.map(database => contentRefusal('database', database)),
    ...users.map(user => contentRefusal('user', user)),
  ].find(each => each !== undefined)
  if (refused) return refused
  return {
    databases: initialDatabases,
    users: users.map(user => ({
      name: user.name,
      password: user.password,
      databases: (user.databases ?? []).map(({ name }) => name),
    })),
  }
}

/** Nova's default availability zone. */
const onlyZone = 'nova'

type Placement = Readonly<{
  availability_zone?: string | undefined
  nics?: readonly object[] | undefined
  access?: { is_public?: boolean; allowed_cidrs?: readonly string[] } | undefined
}>

/** Refuses a placement that is not available: there is only one zone, and there are no networks. */
export function placementRefusal({ availability_zone, nics, access }: Placement): Refused | undefined {
  if (availability_zone && availability_zone !== onlyZone)
    return refusal.availability_zone_unknown({ zone: availability_zone })
  const wantsNetwork = Boolean(nics?.length || access?.is_public || access?.allowed_cidrs?.length)
  return wantsNetwork ? refusal.network_unknown({}) : undefined
}
