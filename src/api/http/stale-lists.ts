import type { Ports } from '../../ports/ports.ts'

/**
 * Lets read requests use the last known flavors and volume types while their source is away.
 *
 * @param say takes the text of a warning header
 */
export function possiblyStale(ports: Ports, say: (warning: string) => void): Ports {
  const { flavors, volumeTypes } = ports
  const warn = (what: string, staleSeconds: number | undefined) => {
    if (staleSeconds !== undefined) say(`110 trove "The ${what} are ${staleSeconds} seconds old"`)
  }
  const lastFlavors = async () => {
    const known = await flavors.lastKnown!()
    warn('flavors', known.staleSeconds)
    return known.flavors
  }
  const lastVolumeTypes = async () => {
    const known = await volumeTypes.lastKnown!()
    warn('volume types', known.staleSeconds)
    return known.volumeTypes
  }
  return {
    ...ports,
    flavors: flavors.lastKnown ? { list: lastFlavors } : flavors,
    volumeTypes: volumeTypes.lastKnown ? { list: lastVolumeTypes } : volumeTypes,
  }
}
