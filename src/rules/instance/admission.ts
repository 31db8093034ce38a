import type { Preparation } from '../../model/instance.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { contentRefusal, hasContents } from './engine-contents.ts'

/** What a request for an instance asks for that this server does not do yet, by the name of its field. */
export const notOfferedYet = {
  replica_of: 'Creating replicas is',
  replica_count: 'Creating replicas is',
  restorePoint: 'Restoring a backup is',
  configuration: 'Attaching a configuration group is',
  modules: 'Applying modules is',
  locality: 'A locality for replicas is',
} as const

/** What a change of an instance may ask for that this server does not do yet. */
export const changesNotOffered = {
  replica_of: 'Detaching a replica is',
  slave_of: 'Detaching a replica is',
  configuration: 'Attaching a configuration group is',
  access: 'Changing who may reach an instance is',
} as const

/**
 * The size in GiB of the volume that was asked for, or the refusal.
 *
 * @param asked an integer or a string of digits; undefined when the request names no size
 */
export function volumeSizeGb(asked: number | string | undefined, sizeGbMax: number): { sizeGb: number } | Refused {
  if (asked === undefined) return refusal.volume_size_not_given({})
  const sizeGb = Number(asked)
  if (sizeGb > sizeGbMax) return refusal.volume_too_large({ sizeGb, sizeGbMax })
  return { sizeGb }
}

type Asked = Readonly<{
  databases?: readonly { name: string; character_set?: string; collate?: string }[] | undefined
  users?: readonly { name: string; password: string; databases?: readonly { name: string }[] }[] | undefined
}>

/**
 * The databases and users that a new instance starts with, or why they do not fit together
 * (trove@4cdc0cd extensions/mysql/common.py). A name twice is meant once or wrong; nobody here can tell.
 *
 * @param manager of the image that it is made from
 */
export function initialContents({ databases = [], users = [] }: Asked, manager: string): Preparation | Refused {
  if (databases.length + users.length > 0 && !hasContents(manager)) return refusal.contents_unsupported({ manager })
  const names = new Set(databases.map(({ name }) => name))
  if (names.size < databases.length) return refusal.initial_database_twice({})
  if (new Set(users.map(({ name }) => name)).size < users.length) return refusal.initial_user_twice({})
  for (const user of users)
    for (const database of user.databases ?? [])
      if (!names.has(database.name))
        return refusal.initial_database_missing({ user: user.name, database: database.name })
  const wanted = databases.map(({ name, character_set, collate }) => ({ name, characterSet: character_set, collate }))
  const refused = [
    ...wanted.map(database => contentRefusal('database', database)),
    ...users.map(user => contentRefusal('user', user)),
  ].find(each => each !== undefined)
  if (refused) return refused
  return {
    databases: wanted,
    users: users.map(user => ({
      name: user.name,
      password: user.password,
      databases: (user.databases ?? []).map(({ name }) => name),
    })),
  }
}

/** The zone that Nova puts everything into where nobody made others. */
const onlyZone = 'nova'

type Placement = Readonly<{
  availability_zone?: string | undefined
  nics?: readonly object[] | undefined
  access?: { is_public?: boolean; allowed_cidrs?: readonly string[] } | undefined
}>

/** Why an instance cannot be put where the request wants it: there is one zone, and no network to choose. */
export function placementRefusal({ availability_zone, nics, access }: Placement): Refused | undefined {
  if (availability_zone && availability_zone !== onlyZone)
    return refusal.availability_zone_unknown({ zone: availability_zone })
  const wantsNetwork = Boolean(nics?.length || access?.is_public || access?.allowed_cidrs?.length)
  return wantsNetwork ? refusal.network_unknown({}) : undefined
}
