import type { ManagePorts } from '../cli/command.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { openFlavorFile } from '../flavors/file/source.ts'
import { openLocalImages } from '../images/local/source.ts'
import type { ImageSource } from '../ports/image-source.ts'
import { openVolumeTypeFile } from '../volume-types/file/source.ts'
import { flavorSourceOf, imageSourceOf, volumeTypeSourceOf } from './choose.ts'
import { openConfiguredCatalogue } from './open-catalogue.ts'
import { openPortsOnDatabase } from './ports-on-database.ts'

/**
 * The ports of commands. What only some of them need, and what only installations beside an OpenStack need, is loaded when
 * it is used: to load it takes longer than most commands run.
 */
export const openManagePorts = async (
  config: Config,
  database: Database,
  say: (problem: string) => void,
): Promise<ManagePorts> => ({
  ...openPortsOnDatabase(config, database),
  ...(await openManageSources(config, say)),
  images: await openManageImages(config, say),
})

/** The sources of flavors and volume types. Nothing is read before the first use. */
export async function openManageSources(
  config: Config,
  say: (problem: string) => void,
): Promise<Pick<ManagePorts, 'flavors' | 'volumeTypes'>> {
  const isInFile = flavorSourceOf(config) === 'file' && volumeTypeSourceOf(config) === 'file'
  if (!isInFile) return (await import('./compose.ts')).openSources(config, say)
  const catalogue = openConfiguredCatalogue(config, say)
  return { flavors: openFlavorFile(catalogue), volumeTypes: openVolumeTypeFile(catalogue) }
}

async function openManageImages(config: Config, say: (problem: string) => void): Promise<ImageSource> {
  const images = async () => (await import('./compose.ts')).openConfiguredCompute(config, say).images()
  if (imageSourceOf(config) === 'local') return openLocalImages({ images })
  return (await import('./compose.ts')).openImages(config, say, { images })
}
