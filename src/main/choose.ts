import type { Config, OptionName } from '../config/config.ts'
import { keystoneLoginOptions } from '../config/keystone-options.ts'
import { isSectionMeant } from '../config/nearest.ts'
import type { FlavorSourceName } from '../flavors/index.ts'
import type { IdentityName } from '../identity/index.ts'
import type { ImageSourceName } from '../images/index.ts'
import { Fault } from '../model/fault.ts'
import type { Settings } from '../ports/ports.ts'
import type { VolumeTypeSourceName } from '../volume-types/index.ts'

/** Keystone validates tokens when trove.conf has its URL, as for Trove. Otherwise the embedded identity service does. */
export const identityOf = (config: Config): IdentityName =>
  config.keystoneAuthUrl === undefined ? 'embedded' : 'keystone'

/**
 * True when the configuration has keys for Keystone but not its URL. Its author does not expect the embedded identity service,
 * with its own users, to accept logins.
 */
export function isKeystoneUnnamed({ keystoneAuthUrl, origins, ignored }: Config): boolean {
  const keys = [...Object.keys(keystoneLoginOptions), 'authSection', 'keystonePublicUrl'] as OptionName[]
  return (
    keystoneAuthUrl === undefined &&
    (keys.some(key => origins[key].from !== 'default') ||
      ignored.some(key => isSectionMeant(/^\[(.*)\]/.exec(key)![1]!, 'keystone_authtoken')))
  )
}

/** Uses the configured source, else Nova if there are credentials for it, else the flavors file. */
export function flavorSourceOf(config: Config): FlavorSourceName {
  if (isFlavorSource(config.flavorSource)) return config.flavorSource
  return config.serviceAuthUrl === undefined && config.keystoneAuthUrl === undefined ? 'file' : 'nova'
}

type ComputeDriver = Settings['computeDriver']

/** Uses the configured driver, else the Trove on the same database if there are a Keystone and a Nova for it. */
export function computeDriverOf(config: Config): ComputeDriver {
  const { computeDriver } = config
  if (computeDriver === 'local' || computeDriver === 'trove') return computeDriver
  return identityOf(config) === 'keystone' && flavorSourceOf(config) === 'nova' ? 'trove' : 'local'
}

/** Whether a `flavorRef` can be a name: a Trove in front of which this is, or beside which, reads ids only. */
export const hasFlavorRefsByName = (config: Config): boolean =>
  computeDriverOf(config) === 'local' && config.troveEndpoint === undefined

/** Whether images and volume types are those of an OpenStack. Without a login there, only the local ones can be read. */
const isBesideOpenstack = (config: Config): boolean =>
  computeDriverOf(config) === 'trove' && (config.serviceAuthUrl !== undefined || config.keystoneAuthUrl !== undefined)

export const imageSourceOf = (config: Config): ImageSourceName => (isBesideOpenstack(config) ? 'glance' : 'local')

export const volumeTypeSourceOf = (config: Config): VolumeTypeSourceName =>
  isBesideOpenstack(config) ? 'cinder' : 'file'

/** Their names, without loading the sources. */
const flavorSourceNames: Readonly<Record<FlavorSourceName, true>> = { file: true, nova: true }

const isFlavorSource = (name: string | undefined): name is FlavorSourceName =>
  name !== undefined && Object.hasOwn(flavorSourceNames, name)

/** Throws a Fault unless the value is a range of user ids without root. */
export function userIdsOf({ instanceUserIds }: Config): { min: number; max: number } {
  const [min = 0, max = 0] = /^(\d{1,10})-(\d{1,10})$/.exec(instanceUserIds.trim())?.slice(1).map(Number) ?? []
  if (min >= 1 && max >= min && max < 2 ** 31) return { min, max }
  throw new Fault(
    `[trovets] instance_uids: '${instanceUserIds}' is not a valid range of user ids; example: 2000000000-2099999999.`,
  )
}
