import type { Config } from '../config/config.ts'

/** A trove.conf that says where Keystone is means that Keystone vouches for tokens, as it does for Trove. */
export const identityOf = (config: Config): 'keystone' | 'embedded' =>
  config.keystoneAuthUrl === undefined ? 'embedded' : 'keystone'

/** Flavors are Nova's where there is somebody to ask it as, unless the configuration says otherwise. */
export function flavorSourceOf(config: Config): 'nova' | 'file' {
  if (config.flavorSource === 'nova' || config.flavorSource === 'file') return config.flavorSource
  return config.serviceAuthUrl === undefined && config.keystoneAuthUrl === undefined ? 'file' : 'nova'
}
