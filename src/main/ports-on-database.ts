import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { openStores } from '../db/stores/index.ts'
import type { Ports } from '../ports/ports.ts'
import { computeDriverOf, hasFlavorRefsByName } from './choose.ts'
import { openSecrets } from './secrets.ts'
import { systemClock } from './system-clock.ts'

/** The ports that need only the database and the configuration. */
export const openPortsOnDatabase = (
  config: Config,
  database: Database,
): Omit<Ports, 'compute' | 'images' | 'flavors' | 'volumeTypes'> => ({
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
  secrets: openSecrets(config.secretKeyFile),
  clock: systemClock,
  wakeWorker: () => {},
  objected: () => {},
})
