import type { FastifyReply } from 'fastify'
import type { Ports } from '../../ports/ports.ts'

/** Lets read requests use the last known flavors and volume types, with a warning header, while their source is away. */
export function possiblyStale(ports: Ports, reply: FastifyReply): Ports {
  const { flavors, volumeTypes } = ports
  const warn = (what: string, staleSeconds: number | undefined) => {
    if (staleSeconds !== undefined) reply.header('warning', `110 trove "The ${what} are ${staleSeconds} seconds old"`)
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
