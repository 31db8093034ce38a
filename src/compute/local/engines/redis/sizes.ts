import type { Hardware } from '../../../../model/hardware.ts'
import type { EngineSettings } from '../../../../model/observation.ts'
import { between } from '../between.ts'

/**
 * Redis and Valkey: what is left beside the data is for clients, 64 KiB each, and for the copies of pages that a fork makes
 * while it writes the data anew. A full one says no instead of forgetting something. More threads help from four CPUs on,
 * and never more than eight (redis.conf of Redis 7.0: maxmemory, maxclients, io-threads).
 */
export const redisSizes = ({ ramMb, vcpus }: Hardware): EngineSettings => ({
  maxmemory: `${Math.max(1, Math.floor((ramMb * 3) / 4))}mb`,
  'maxmemory-policy': 'noeviction',
  maxclients: String(between(64, ramMb * 4, 10_000)),
  'io-threads': String(vcpus < 4 ? 1 : between(2, (vcpus * 3) / 4, 8)),
})
