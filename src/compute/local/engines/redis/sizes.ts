import type { Hardware } from '../../../../model/hardware.ts'
import type { EngineSettings } from '../../../../model/observation.ts'
import { between } from '../between.ts'

/**
 * Redis and Valkey. The memory that data may not use is for clients, 64 KiB each, and for the copies of pages that a
 * fork needs while it rewrites the data. A full server refuses writes instead of evicting keys. More I/O threads help
 * from four CPUs on, and more than eight never do (redis.conf of Redis 7.0: maxmemory, maxclients, io-threads).
 */
export const redisSizes = ({ ramMb, vcpus }: Hardware): EngineSettings => ({
  maxmemory: `${Math.max(1, Math.floor((ramMb * 3) / 4))}mb`,
  'maxmemory-policy': 'noeviction',
  maxclients: String(between(64, ramMb * 4, 10_000)),
  'io-threads': String(vcpus < 4 ? 1 : between(2, (vcpus * 3) / 4, 8)),
})
