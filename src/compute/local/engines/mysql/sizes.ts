import type { Hardware } from '../../../../model/hardware.ts'
import type { EngineSettings } from '../../../../model/observation.ts'
import { between } from '../between.ts'

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
export const mariadbSizes = (hardware: Hardware): EngineSettings => ({
  ...mysqlFamily(hardware, 1),
  innodb_log_file_size: `${between(16, hardware.ramMb / 8, 1024)}M`,
  aria_pagecache_buffer_size: `${between(8, hardware.ramMb / 16, 1024)}M`,
  key_buffer_size: `${between(1, hardware.ramMb / 64, 128)}M`,
})

/**
 * A pool of 1 GiB and more is better off in several instances. The performance schema takes 100 to 200 MiB for itself
 * (https://dev.mysql.com/doc/refman/8.0/en/performance-schema-memory-model.html), which a small flavor has not.
 */
export const mysqlSizes = (hardware: Hardware): EngineSettings => {
  const poolInstances = between(1, hardware.ramMb / 2 / 1024, 8)
  return {
    ...mysqlFamily(hardware, poolInstances),
    innodb_buffer_pool_instances: String(poolInstances),
    performance_schema: hardware.ramMb < 1024 ? 'OFF' : 'ON',
  }
}
