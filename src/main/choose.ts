import type { Config } from '../config/config.ts'
import { type FlavorSourceName, flavorSources } from '../flavors/index.ts'
import type { IdentityName } from '../identity/index.ts'
import { Fault } from '../model/fault.ts'

/** A trove.conf that says where Keystone is means that Keystone vouches for tokens, as it does for Trove. */
export const identityOf = (config: Config): IdentityName =>
  config.keystoneAuthUrl === undefined ? 'embedded' : 'keystone'

/**
 * Whether a trove.conf says something of a Keystone and not where that is: whoever wrote it does not expect the embedded
 * identity, with users of its own, to let people in.
 */
export function isKeystoneUnnamed(config: Config): boolean {
  const { keystoneUsername, keystoneUserId, keystonePassword, keystoneCredentialId } = config
  const said = [keystoneUsername, keystoneUserId, keystonePassword, keystoneCredentialId]
  const more = [config.authSection, config.keystonePublicUrl, config.keystoneProjectName, config.keystoneProjectId]
  return (
    config.keystoneAuthUrl === undefined &&
    ([...said, ...more].some(value => value !== undefined) ||
      config.ignored.some(key => key.startsWith('[keystone_authtoken]')))
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
