/**
 * This folder contains the four programs: `trove-all-in-one.ts`, `trove-api.ts`, `trove-taskmanager.ts` and `trove-manage.ts`.
 * The servers load their `run-*.ts` after their command line and configuration.
 * It is the only one that knows all other folders and reads environment variables; this file chooses the implementation of
 * each port from the configuration. Rules are not here, but in `src/rules/`. Sources and databases are opened only when they
 * are needed, so a command that needs no database runs without one.
 */

import { openLocalCompute } from '../compute/local/compute.ts'
import { serverAccount } from '../compute/local/host/account.ts'
import { placeFolder } from '../compute/local/host/place-folder.ts'
import { type Config, placesInWords } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { type FlavorSourceName, flavorSources } from '../flavors/index.ts'
import { type IdentityName, identities } from '../identity/index.ts'
import { type ImageSourceName, imageSources } from '../images/index.ts'
import { Fault } from '../model/fault.ts'
import type { Compute } from '../ports/compute.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import type { Identity, IdentityService } from '../ports/identity.ts'
import type { ImageSource } from '../ports/image-source.ts'
import type { Ports } from '../ports/ports.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { type VolumeTypeSourceName, volumeTypeSources } from '../volume-types/index.ts'
import {
  flavorSourceOf,
  identityOf,
  imageSourceOf,
  isKeystoneUnnamed,
  userIdsOf,
  volumeTypeSourceOf,
} from './choose.ts'
import { openConfiguredCatalogue } from './open-catalogue.ts'
import { openCinder, openGlance, openKeystone, openNova } from './openstack.ts'
import { openPortsOnDatabase } from './ports-on-database.ts'
import { systemClock } from './system-clock.ts'

/** The sources of flavors and volume types. Nothing is read before the first use. */
export const openSources = (
  config: Config,
  say: (problem: string) => void,
  catalogue = openConfiguredCatalogue(config, say),
): Pick<Ports, 'flavors' | 'volumeTypes'> => {
  const flavors: Readonly<Record<FlavorSourceName, () => FlavorSource>> = {
    file: () => flavorSources.file({ catalogue }),
    nova: () => openNova(config, systemClock, say),
  }
  const volumeTypes: Readonly<Record<VolumeTypeSourceName, () => VolumeTypeSource>> = {
    file: () => volumeTypeSources.file({ catalogue }),
    cinder: () => openCinder(config, systemClock, say),
  }
  return { flavors: flavors[flavorSourceOf(config)](), volumeTypes: volumeTypes[volumeTypeSourceOf(config)]() }
}

/** The actual folder of instances: a different one than configured if the server user cannot reach that. */
export const instancesFolder = async ({ instancesDir, serverUser }: Config): Promise<string> =>
  placeFolder(instancesDir, await serverAccount(serverUser), () => {})

/** The driver that runs instances. */
export const openConfiguredCompute = (config: Config, say: (problem: string) => void): Compute =>
  openLocalCompute({
    folder: config.instancesDir,
    ...(config.hostRamMbMax > 0 ? { ramMbMax: config.hostRamMbMax } : {}),
    serverUser: config.serverUser,
    userIds: userIdsOf(config),
    enginePath: config.enginePath.split(':').filter(folder => folder !== ''),
    say,
  })

/** The source of images. @param compute of the images of this machine */
export function openImages(
  config: Config,
  say: (problem: string) => void,
  compute: Pick<Compute, 'images'>,
): ImageSource {
  const images: Readonly<Record<ImageSourceName, () => ImageSource>> = {
    local: () => imageSources.local(compute),
    glance: () => openGlance(config, systemClock, say),
  }
  return images[imageSourceOf(config)]()
}

/** The real implementation of every port. */
export function openPorts(
  config: Config,
  database: Database,
  say: (problem: string) => void,
  catalogue = openConfiguredCatalogue(config, say),
): Ports {
  const compute = openConfiguredCompute(config, say)
  return {
    ...openPortsOnDatabase(config, database),
    ...openSources(config, say, catalogue),
    images: openImages(config, say, compute),
    compute,
  }
}

/** Fails the start if the flavors file is unusable, rather than the first request. Nova may be unavailable at the start. */
export async function firstFlavors(config: Config, { flavors }: Pick<Ports, 'flavors'>): Promise<void> {
  const first = flavors.list()
  if (flavorSourceOf(config) === 'file') await first
  else first.catch(() => {})
}

/** Opens the identity that validates tokens. `identityService` is undefined with Keystone, which answers logins itself. */
export const openIdentity = (config: Config): OpenIdentity => openers[identityOf(config)](config)

type OpenIdentity = { identity: Identity; identityService: IdentityService | undefined }

const openers: Readonly<Record<IdentityName, (config: Config) => OpenIdentity>> = {
  keystone: config => ({ identity: openKeystone(config, systemClock), identityService: undefined }),
  embedded(config) {
    if (isKeystoneUnnamed(config))
      throw new Fault(`${placesInWords(config)}: [${config.authSection ?? 'keystone_authtoken'}] auth_url is required.`)
    const service = identities.embedded(config, systemClock)
    return { identity: service, identityService: service }
  },
}
