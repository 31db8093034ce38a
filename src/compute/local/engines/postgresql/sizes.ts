import type { Hardware } from '../../../../model/hardware.ts'
import type { EngineSettings } from '../../../../model/observation.ts'
import { between } from '../between.ts'

/**
 * PostgreSQL's manual recommends a quarter of the memory for shared_buffers, and an effective_cache_size that includes
 * the file cache. Each connection takes some MiB, so a small flavor gets fewer of them. Parallel queries run in
 * background workers; more workers than CPUs would only wait for each other.
 */
export const postgresqlSizes = ({ ramMb, vcpus }: Hardware): EngineSettings => {
  const connections = between(20, ramMb / 8, 500)
  return {
    shared_buffers: `${between(16, ramMb / 4, 16 * 1024)}MB`,
    effective_cache_size: `${between(32, (ramMb * 3) / 4, 1024 * 1024)}MB`,
    maintenance_work_mem: `${between(16, ramMb / 16, 2048)}MB`,
    work_mem: `${between(1, ramMb / 4 / connections, 64)}MB`,
    max_connections: String(connections),
    max_worker_processes: String(Math.max(2, vcpus)),
    max_parallel_workers: String(vcpus),
    max_parallel_workers_per_gather: String(Math.ceil(vcpus / 2)),
  }
}
