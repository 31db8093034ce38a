import type { Hardware } from '../model/hardware.ts'
import type { EngineSettings } from '../model/observation.ts'
import { isManager, type Manager } from '../model/runnable-engines.ts'

const between = (min: number, value: number, max: number) => Math.max(min, Math.min(max, Math.floor(value)))

/**
 * PostgreSQL's manual advises a quarter of the memory for shared_buffers, and the planner to reckon with what the file
 * cache adds to that. A connection takes some MiB of its own, so a small flavor gets fewer of them. Background workers
 * are what parallel queries run in; more of them than CPUs would only wait for each other.
 */
const postgresql = ({ ramMb, vcpus }: Hardware): EngineSettings => {
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

const poolChunkMb = 128

/**
 * InnoDB rounds its pool up to whole chunks, of 128 MiB in every buffer pool instance, once it is as large as that; so it
 * is rounded down to them before (https://dev.mysql.com/doc/refman/8.0/en/innodb-buffer-pool-resize.html).
 */
const wholeChunks = (ramMb: number, poolInstances: number) => {
  const poolMb = between(24, ramMb / 2, 1024 * 1024)
  const chunkMb = poolMb < poolChunkMb ? 1 : poolChunkMb * poolInstances
  return poolMb - (poolMb % chunkMb)
}

/**
 * What MariaDB and MySQL share. Their manuals give the buffer pool up to three quarters of a machine that does nothing
 * else (https://mariadb.com/kb/en/innodb-buffer-pool/); half leaves room for connections, which take some MiB each, so that
 * a small flavor gets fewer of them than the usual 151, and for what does not shrink with the flavor.
 */
const mysqlFamily = ({ ramMb, vcpus }: Hardware, poolInstances: number): EngineSettings => {
  const connections = between(20, ramMb / 8, 500)
  const temporaryTableMb = between(1, ramMb / 4 / connections, 64)
  return {
    innodb_buffer_pool_size: `${wholeChunks(ramMb, poolInstances)}M`,
    max_connections: String(connections),
    // One user does not take the connections of all others.
    max_user_connections: String(connections - 4),
    // A table in memory is as large as the smaller one of them lets it be.
    tmp_table_size: `${temporaryTableMb}M`,
    max_heap_table_size: `${temporaryTableMb}M`,
    innodb_purge_threads: String(between(1, vcpus, 4)),
    innodb_read_io_threads: String(between(2, vcpus, 64)),
    innodb_write_io_threads: String(between(2, vcpus, 64)),
  }
}

/**
 * Its page cache for Aria, which keeps its own tables and large temporary ones, is 128 MiB unless told otherwise. A redo
 * log as large as a quarter of the pool does not make it write pages early, nor does it fill the disk of a small flavor.
 */
const mariadb = (hardware: Hardware): EngineSettings => ({
  ...mysqlFamily(hardware, 1),
  innodb_log_file_size: `${between(16, hardware.ramMb / 8, 1024)}M`,
  aria_pagecache_buffer_size: `${between(8, hardware.ramMb / 16, 1024)}M`,
  key_buffer_size: `${between(1, hardware.ramMb / 64, 128)}M`,
})

/**
 * A pool of 1 GiB and more is better off in several instances. The performance schema takes 100 to 200 MiB for itself
 * (https://dev.mysql.com/doc/refman/8.0/en/performance-schema-memory-model.html), which a small flavor has not.
 */
const mysql = (hardware: Hardware): EngineSettings => {
  const poolInstances = between(1, hardware.ramMb / 2 / 1024, 8)
  return {
    ...mysqlFamily(hardware, poolInstances),
    innodb_buffer_pool_instances: String(poolInstances),
    performance_schema: hardware.ramMb < 1024 ? 'OFF' : 'ON',
  }
}

/**
 * Redis and Valkey: what is left beside the data is for clients, 64 KiB each, and for the copies of pages that a fork makes
 * while it writes the data anew. A full one says no instead of forgetting something. More threads help from four CPUs on,
 * and never more than eight (redis.conf of Redis 7.0: maxmemory, maxclients, io-threads).
 */
const redis = ({ ramMb, vcpus }: Hardware): EngineSettings => ({
  maxmemory: `${Math.max(1, Math.floor((ramMb * 3) / 4))}mb`,
  'maxmemory-policy': 'noeviction',
  maxclients: String(between(64, ramMb * 4, 10_000)),
  'io-threads': String(vcpus < 4 ? 1 : between(2, (vcpus * 3) / 4, 8)),
})

/** Manager of a datastore version → what its engine is told about the hardware. */
const settingsOf: Readonly<Record<Manager, (hardware: Hardware) => EngineSettings>> = {
  postgresql,
  mariadb,
  mysql,
  redis,
}

/** The engine's settings on this hardware; undefined for a manager that nobody has settings for. */
export const engineSettings = (manager: string, hardware: Hardware): EngineSettings | undefined =>
  isManager(manager) ? settingsOf[manager](hardware) : undefined
