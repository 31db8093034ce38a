import type { FastifyReply } from 'fastify'
import type { FlavorSource } from '../../ports/flavor-source.ts'

/** Lets read requests use the last known flavors, with a warning header, while the flavor source is away. */
export function possiblyStale(flavors: FlavorSource, reply: FastifyReply): FlavorSource {
  if (!flavors.lastKnown) return flavors
  const list = async () => {
    const { flavors: list, staleSeconds } = await flavors.lastKnown!()
    if (staleSeconds !== undefined) reply.header('warning', `110 trove "The flavors are ${staleSeconds} seconds old"`)
    return list
  }
  return { list }
}
