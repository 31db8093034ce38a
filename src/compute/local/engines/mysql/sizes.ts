import type { Hardware } from '../../../../model/hardware.ts'
import type { EngineSettings } from '../../../../model/observation.ts'
import { between } from '../between.ts'

const poolChunkMb = 128

/**
 * Rounds a pool of at least 128 MiB down to whole chunks of 128 MiB per buffer pool instance, because InnoDB would
 * round it up (https://dev.mysql.com/doc/refman/8.0/en/innodb-buffer-pool-resize.html).
 */
const wholeChunks = (ramMb: number, poolInstances: number) => {
  const poolMb = between(24, ramMb / 2, 1024 * 1024)
  const chunkMb = poolMb < poolChunkMb ? 1 : poolChunkMb * poolInstances
  return poolMb - (poolMb % chunkMb)
}

/**
 * The settings that MariaDB and MySQL share. Their manuals recommend up to three quarters of a dedicated machine for
 * the buffer pool (https://mariadb.com/kb/en/innodb-buffer-pool/). Half leaves memory for what does not shrink with the
 * flavor, and for connections; each takes some MiB, so a small flavor gets fewer of them than the usual 151.
 */
const mysqlFamily = ({ ramMb, vcpus }: Hardware, poolInstances: number): EngineSettings => {
  const connections = between(20, ramMb / 8, 500)
  const temporaryTableMb = between(1, ramMb / 4 / connections, 64)
  return {
    innodb_buffer_pool_size: `${wholeChunks(ramMb, poolInstances)}M`,
    max_connections: String(connections),
    // A single user cannot take all connections.
    max_user_connections: String(connections - 4),
    // The smaller of these two limits a table in memory.
    tmp_table_size: `${temporaryTableMb}M`,
    max_heap_table_size: `${temporaryTableMb}M`,
    innodb_purge_threads: String(between(1, vcpus, 4)),
    innodb_read_io_threads: String(between(2, vcpus, 64)),
    innodb_write_io_threads: String(between(2, vcpus, 64)),
  }
}

/**
 * The page cache for Aria, the engine of system tables and large temporary tables, is 128 MiB by default. A redo log of
 * a quarter of the pool is large enough to avoid early page writes, and small enough for the disk of a small flavor.
 */
export const mariadbSizes = (hardware: Hardware): EngineSettings => ({
  ...mysqlFamily(hardware, 1),
  innodb_log_file_size: `${between(16, hardware.ramMb / 8, 1024)}M`,
  aria_pagecache_buffer_size: `${between(8, hardware.ramMb / 16, 1024)}M`,
  key_buffer_size: `${between(1, hardware.ramMb / 64, 128)}M`,
})

/**
 * A pool of 1 GiB or more works better in several instances. The performance schema takes 100 to 200 MiB
 * (https://dev.mysql.com/doc/refman/8.0/en/performance-schema-memory-model.html), which a small flavor cannot spare.
 */
export const mysqlSizes = (hardware: Hardware): EngineSettings => {
  const poolInstances = between(1, hardware.ramMb / 2 / 1024, 8)
  return {
    ...mysqlFamily(hardware, poolInstances),
    innodb_buffer_pool_instances: String(poolInstances),
    performance_schema: hardware.ramMb < 1024 ? 'OFF' : 'ON',
  }
}
