/**
 * This folder contains the four programs: `trove-all-in-one.ts`, `trove-api.ts`, `trove-taskmanager.ts` and `trove-manage.ts`.
 * The servers load their `run-*.ts` after their command line and configuration.
 * It is the only one that knows all other folders and reads environment variables; this file chooses the implementation of
 * each port from the configuration. Rules are not here, but in `src/rules/`. Sources and databases are opened only when they
 * are needed, so a command that needs no database runs without one.
 */

import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openLocalCompute } from '../compute/local/compute.ts'
import { serverAccount } from '../compute/local/host/account.ts'
import { placeFolder } from '../compute/local/host/place-folder.ts'
import { type Config, type ConfigSource, loadConfig, placesInWords } from '../config/config.ts'
import { copyDatabase } from '../db/copy.ts'
import { type Database, openDatabase } from '../db/database.ts'
import type { ConnectOptions } from '../db/dialects/dialect.ts'
import { migrate, pendingMigrations, recreate } from '../db/migrations/index.ts'
import { openStores } from '../db/stores/index.ts'
import { type Catalogue, openCatalogue, type ReadElsewhere } from '../flavor-catalogue/catalogue.ts'
import { type FlavorSourceName, flavorSources } from '../flavors/index.ts'
import { openIdentityFile } from '../identity/embedded/user-directory.ts'
import { type IdentityName, identities } from '../identity/index.ts'
import { type ImageSourceName, imageSources } from '../images/index.ts'
import { Fault } from '../model/fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import type { Identity, IdentityService } from '../ports/identity.ts'
import type { ImageSource } from '../ports/image-source.ts'
import type { Ports } from '../ports/ports.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { identityRefusal } from '../rules/access/refusals.ts'
import { type VolumeTypeSourceName, volumeTypeSources } from '../volume-types/index.ts'
import {
  computeDriverOf,
  flavorSourceOf,
  hasFlavorRefsByName,
  identityOf,
  imageSourceOf,
  isKeystoneUnnamed,
  userIdsOf,
  volumeTypeSourceOf,
} from './choose.ts'
import { openCinder, openGlance, openKeystone, openNova } from './openstack.ts'
import { openSecrets } from './secrets.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  newId: makeIds(),
}

/**
 * Makes version 7 UUIDs. The 12 bits after the time count up within a millisecond, and the time never goes back even if the
 * system clock does, so later ids sort after earlier ones.
 */
function makeIds(): () => string {
  let atMs = 0
  let count = 0
  return () => {
    const nowMs = Date.now()
    count = nowMs > atMs ? 0 : count + 1
    atMs = Math.max(atMs, nowMs) + (count >> 12)
    count &= 0xfff
    const time = atMs.toString(16).padStart(12, '0')
    const counter = count.toString(16).padStart(3, '0')
    // The end of a random UUID is the same in both versions. Node keeps random bytes in stock for these.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${randomUUID().slice(19)}`
  }
}

/** Opens the configured database. Throws a Fault with a message for the operator. */
export async function openConfiguredDatabase(
  config: Config,
  options: Omit<ConnectOptions, 'poolSizeMax'>,
): Promise<Database> {
  if (config.connection === undefined)
    throw new Fault(
      `${placesInWords(config)}: [database] connection is required. Specify the URL of the database, such as mysql+pymysql://USER:PASSWORD@HOST/trove, postgresql://USER:PASSWORD@HOST/trove or sqlite:////var/lib/trove-ts/trove.sqlite.`,
    )
  try {
    // As in SQLAlchemy, 0 is no limit.
    const poolSizeMax = config.poolSizeMax || Number.POSITIVE_INFINITY
    return await openDatabase(config.connection, { poolSizeMax, ...options })
  } catch (error) {
    if (error instanceof Fault || !(error instanceof Error)) throw error
    const { connection } = config.origins
    const place = connection.from === 'default' ? '' : `${connection.place}: `
    throw new Fault(`${place}[database] connection: ${error.message}.`, { cause: error })
  }
}

/** Throws a Fault that says what to do unless the schema is up to date. */
export async function requireSchema(database: Database): Promise<void> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return
  throw new Fault(
    `The database ${database.shown} is not set up, or not up to date. Run \`trove-manage db_sync\` first.`,
  )
}

export const schemaOf = (database: Database) => ({
  shown: database.shown,
  sync: () => migrate(database),
  recreate: () => recreate(database),
  async importFrom(source: ConfigSource, say: (progress: string) => void) {
    const from = await openConfiguredDatabase(loadConfig(source, {}), { create: false, isSource: true })
    try {
      return { from: from.shown, rows: await copyDatabase(from, database, say) }
    } finally {
      await from.close()
    }
  },
})

/** If Nova is the source of flavors, the file is optional and at most defines volume types. */
export const openConfiguredCatalogue = (
  config: Config,
  say: (problem: string) => void,
  more: { readElsewhere?: ReadElsewhere } = {},
): Catalogue => openCatalogue(config.flavorsFile, say, { flavorsElsewhere: flavorSourceOf(config) === 'nova', ...more })

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

/** The real implementation of every port. */
export function openPorts(
  config: Config,
  database: Database,
  say: (problem: string) => void,
  catalogue = openConfiguredCatalogue(config, say),
): Ports {
  const compute = openLocalCompute({
    folder: config.instancesDir,
    ...(config.hostRamMbMax > 0 ? { ramMbMax: config.hostRamMbMax } : {}),
    serverUser: config.serverUser,
    userIds: userIdsOf(config),
    enginePath: config.enginePath.split(':').filter(folder => folder !== ''),
    say,
  })
  const images: Readonly<Record<ImageSourceName, () => ImageSource>> = {
    local: () => imageSources.local(compute),
    glance: () => openGlance(config, systemClock, say),
  }
  return {
    settings: {
      defaultDatastore: config.defaultDatastore,
      defaultVolumeType: config.defaultVolumeType,
      volumeSizeGbMax: config.volumeSizeGbMax,
      quotas: {
        instances: config.instancesMax,
        ram: config.ramMbMax,
        volumes: config.volumesGbMax,
        backups: config.backupsMax,
      },
      region: config.region,
      waiverDaysMax: config.waiverDaysMax,
      computeDriver: computeDriverOf(config),
      flavorRefsByName: hasFlavorRefsByName(config),
    },
    stores: openStores(database),
    ...openSources(config, say, catalogue),
    images: images[imageSourceOf(config)](),
    compute,
    secrets: openSecrets(config.secretKeyFile),
    clock: systemClock,
    wakeWorker: () => {},
    objected: () => {},
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

/** The user directory, for changing its signing key. Refuses when Keystone issues the tokens. */
export function openSigningKey(config: Config): UserDirectory {
  if (identityOf(config) === 'keystone') throw identityRefusal.tokens_signed_elsewhere({})
  return openUserDirectory(config)
}

/** The users of the embedded identity service. Refuses when Keystone keeps the users, or before the first start. */
export function openUserDirectory(config: Config): UserDirectory {
  const { identityFile } = config
  if (identityOf(config) === 'keystone' || !existsSync(identityFile))
    throw identityRefusal.users_kept_elsewhere({ file: identityFile })
  return openIdentityFile(identityFile)
}
