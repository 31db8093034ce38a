import type { Config, OptionName } from '../config/config.ts'
import { keystoneLoginOptions } from '../config/keystone-options.ts'
import { isSectionMeant } from '../config/nearest.ts'
import { type FlavorSourceName, flavorSources } from '../flavors/index.ts'
import type { IdentityName } from '../identity/index.ts'
import { Fault } from '../model/fault.ts'

/** A trove.conf that says where Keystone is means that Keystone vouches for tokens, as it does for Trove. */
export const identityOf = (config: Config): IdentityName =>
  config.keystoneAuthUrl === undefined ? 'embedded' : 'keystone'

/**
 * Whether the configuration mentions Keystone without its URL. Its author does not expect the embedded identity, which has
 * other users, to accept tokens.
 */
export function isKeystoneUnnamed({ keystoneAuthUrl, origins, ignored }: Config): boolean {
  const keys = [...Object.keys(keystoneLoginOptions), 'authSection', 'keystonePublicUrl'] as OptionName[]
  return (
    keystoneAuthUrl === undefined &&
    (keys.some(key => origins[key].from !== 'default') ||
      ignored.some(key => isSectionMeant(/^\[(.*)\]/.exec(key)![1]!, 'keystone_authtoken')))
  )
}

/** Flavors are Nova's where there is somebody to ask it as, unless the configuration says otherwise. */
export function flavorSourceOf(config: Config): FlavorSourceName {
  if (isFlavorSource(config.flavorSource)) return config.flavorSource
  return config.serviceAuthUrl === undefined && config.keystoneAuthUrl === undefined ? 'file' : 'nova'
}

const isFlavorSource = (name: string | undefined): name is FlavorSourceName =>
  name !== undefined && Object.hasOwn(flavorSources, name)

/** Throws a Fault when it is no range of user ids, root left out. */
export function userIdsOf({ instanceUserIds }: Config): { min: number; max: number } {
  const [min = 0, max = 0] = /^(\d{1,10})-(\d{1,10})$/.exec(instanceUserIds.trim())?.slice(1).map(Number) ?? []
  if (min >= 1 && max >= min && max < 2 ** 31) return { min, max }
  throw new Fault(
    `[trovets] instance_uids: '${instanceUserIds}' is not a range of user ids, such as 2000000000-2099999999.`,
  )
}
