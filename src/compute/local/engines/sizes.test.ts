import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Hardware } from '../../../model/hardware.ts'
import { engines } from './engines.ts'

const engineSettings = (manager: string, hardware: Hardware) =>
  engines.find(engine => engine.manager === manager)?.settingsFor(hardware)

const postgresql = (vcpus: number, ramMb: number) => engineSettings('postgresql', { vcpus, ramMb })!
const megabytes = (text: string | undefined) => Number(/^(\d+)MB$/.exec(text ?? '')?.[1])

describe('the settings of PostgreSQL', () => {
  test('on 1 vCPU and 512 MiB', () =>
    assert.deepEqual(postgresql(1, 512), {
      shared_buffers: '128MB',
      effective_cache_size: '384MB',
      maintenance_work_mem: '32MB',
      work_mem: '2MB',
      max_connections: '64',
      max_worker_processes: '2',
      max_parallel_workers: '1',
      max_parallel_workers_per_gather: '1',
    }))

  test('on 4 vCPUs and 8 GiB', () =>
    assert.deepEqual(postgresql(4, 8192), {
      shared_buffers: '2048MB',
      effective_cache_size: '6144MB',
      maintenance_work_mem: '512MB',
      work_mem: '4MB',
      max_connections: '500',
      max_worker_processes: '4',
      max_parallel_workers: '4',
      max_parallel_workers_per_gather: '2',
    }))

  test('fit into the memory of any flavor', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 64, max: 4_000_000 }), (vcpus, ramMb) => {
        const { shared_buffers, work_mem, max_connections } = postgresql(vcpus, ramMb)
        assert.ok(megabytes(shared_buffers) <= ramMb / 4 || ramMb < 64)
        assert.ok(megabytes(work_mem) * Number(max_connections) <= Math.max(ramMb / 4, Number(max_connections)))
      }),
    ))

  test('grow with the flavor and never shrink', () =>
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }), (ramMb, more) => {
        const [smaller, larger] = [postgresql(2, ramMb), postgresql(2, ramMb + more)]
        for (const name of ['shared_buffers', 'effective_cache_size', 'maintenance_work_mem'])
          assert.ok(megabytes(larger[name]) >= megabytes(smaller[name]))
        assert.ok(Number(larger.max_connections) >= Number(smaller.max_connections))
      }),
    ))
})

const anyHardware = [fc.integer({ min: 1, max: 256 }), fc.integer({ min: 64, max: 4_000_000 })] as const
const mebibytes = (text: string | undefined) => Number(/^(\d+)M$/i.exec(text ?? '')?.[1])

describe('the settings of MariaDB', () => {
  test('on 1 vCPU and 512 MiB', () =>
    assert.deepEqual(engineSettings('mariadb', { vcpus: 1, ramMb: 512 }), {
      innodb_buffer_pool_size: '256M',
      innodb_log_file_size: '64M',
      max_connections: '64',
      max_user_connections: '60',
      tmp_table_size: '2M',
      max_heap_table_size: '2M',
      innodb_purge_threads: '1',
      innodb_read_io_threads: '2',
      innodb_write_io_threads: '2',
      aria_pagecache_buffer_size: '32M',
      key_buffer_size: '8M',
    }))
})

const pools: readonly [manager: string, ramMb: number, pool: string, instances: string | undefined, schema?: string][] =
  [
    ['mariadb', 128, '64M', undefined],
    ['mariadb', 700, '256M', undefined],
    ['mariadb', 8192, '4096M', undefined],
    ['mysql', 128, '64M', '1', 'OFF'],
    ['mysql', 700, '256M', '1', 'OFF'],
    ['mysql', 3072, '1536M', '1', 'ON'],
    ['mysql', 5000, '2304M', '2', 'ON'],
    ['mysql', 8192, '4096M', '4', 'ON'],
    ['mysql', 65_536, '32768M', '8', 'ON'],
  ]
describe('InnoDB gets half of the memory, in whole chunks', () => {
  for (const [manager, ramMb, pool, instances, schema] of pools)
    test(`${manager} on ${ramMb} MiB: ${pool}`, () => {
      const settings = engineSettings(manager, { vcpus: 2, ramMb })!
      assert.equal(settings.innodb_buffer_pool_size, pool)
      assert.equal(settings.innodb_buffer_pool_instances, instances)
      assert.equal(settings.performance_schema, schema)
    })

  test('pool, connections and caches together fit into the memory of any flavor', () =>
    fc.assert(
      fc.property(fc.constantFrom('mariadb', 'mysql'), ...anyHardware, (manager, vcpus, ramMb) => {
        const settings = engineSettings(manager, { vcpus, ramMb })!
        const connections = Number(settings.max_connections)
        const tables = mebibytes(settings.tmp_table_size) * connections
        assert.ok(mebibytes(settings.innodb_buffer_pool_size) <= ramMb / 2)
        assert.ok(tables <= Math.max(ramMb / 4, connections))
        const caches =
          mebibytes(settings.aria_pagecache_buffer_size ?? '0M') + mebibytes(settings.key_buffer_size ?? '0M')
        assert.ok(caches <= Math.max(ramMb / 8, 9))
      }),
    ))

  test('pool and caches grow with the flavor', () =>
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }), (ramMb, more) => {
        const [smaller, larger] = [ramMb, ramMb + more].map(ramMb => engineSettings('mariadb', { vcpus: 2, ramMb })!)
        for (const name of ['innodb_buffer_pool_size', 'tmp_table_size', 'aria_pagecache_buffer_size'])
          assert.ok(mebibytes(larger![name]) >= mebibytes(smaller![name]))
      }),
    ))
})

describe('the settings of Redis and Valkey', () => {
  const table: readonly [vcpus: number, ramMb: number, memory: string, clients: string, threads: string][] = [
    [1, 128, '96mb', '512', '1'],
    [2, 512, '384mb', '2048', '1'],
    [4, 8192, '6144mb', '10000', '3'],
    [64, 65_536, '49152mb', '10000', '8'],
  ]
  for (const [vcpus, ramMb, memory, clients, threads] of table)
    test(`on ${vcpus} vCPUs and ${ramMb} MiB`, () =>
      assert.deepEqual(engineSettings('redis', { vcpus, ramMb }), {
        maxmemory: memory,
        'maxmemory-policy': 'noeviction',
        maxclients: clients,
        'io-threads': threads,
      }))

  test('leave a quarter of the memory, of which each client has 64 KiB', () =>
    fc.assert(
      fc.property(...anyHardware, (vcpus, ramMb) => {
        const { maxmemory, maxclients } = engineSettings('redis', { vcpus, ramMb })!
        const memoryMb = Number(maxmemory!.replace('mb', ''))
        assert.ok(memoryMb + (Number(maxclients) * 64) / 1024 <= ramMb)
      }),
    ))
})

const smallest = { vcpus: 1, ramMb: 8 }
const largest = { vcpus: 256, ramMb: 8 * 1024 * 1024 }

/** The limits of each setting: its values for the smallest and for the largest possible flavor. */
const ends: Readonly<Record<string, readonly [setting: string, smallest: string, largest: string][]>> = {
  postgresql: [
    ['shared_buffers', '16MB', '16384MB'],
    ['effective_cache_size', '32MB', '1048576MB'],
    ['maintenance_work_mem', '16MB', '2048MB'],
    ['work_mem', '1MB', '64MB'],
    ['max_connections', '20', '500'],
    ['max_worker_processes', '2', '256'],
    ['max_parallel_workers', '1', '256'],
    ['max_parallel_workers_per_gather', '1', '128'],
  ],
  mariadb: [
    ['innodb_buffer_pool_size', '24M', '1048576M'],
    ['max_connections', '20', '500'],
    ['max_user_connections', '16', '496'],
    ['tmp_table_size', '1M', '64M'],
    ['max_heap_table_size', '1M', '64M'],
    ['innodb_purge_threads', '1', '4'],
    ['innodb_read_io_threads', '2', '64'],
    ['innodb_write_io_threads', '2', '64'],
    ['innodb_log_file_size', '16M', '1024M'],
    ['aria_pagecache_buffer_size', '8M', '1024M'],
    ['key_buffer_size', '1M', '128M'],
  ],
  mysql: [
    ['innodb_buffer_pool_size', '24M', '1048576M'],
    ['innodb_buffer_pool_instances', '1', '8'],
    ['max_connections', '20', '500'],
    ['performance_schema', 'OFF', 'ON'],
  ],
  redis: [
    ['maxmemory', '6mb', '6291456mb'],
    ['maxclients', '64', '10000'],
    ['io-threads', '1', '8'],
  ],
}

for (const [manager, settings] of Object.entries(ends))
  for (const [setting, least, most] of settings)
    test(`${setting} of ${manager} is at least ${least} and at most ${most}`, () =>
      assert.deepEqual(
        [engineSettings(manager, smallest)![setting], engineSettings(manager, largest)![setting]],
        [least, most],
      ))

test('Redis gets more I/O threads from four CPUs on', () =>
  assert.deepEqual(
    [1, 3, 4, 8].map(vcpus => engineSettings('redis', { vcpus, ramMb: 1024 })!['io-threads']),
    ['1', '1', '3', '6'],
  ))

test('MySQL has a performance schema from 1 GiB on', () =>
  assert.deepEqual(
    [1023, 1024].map(ramMb => engineSettings('mysql', { vcpus: 1, ramMb })!.performance_schema),
    ['OFF', 'ON'],
  ))

test('a pool smaller than a chunk is half of the memory', () =>
  assert.deepEqual(
    [200, 254, 256, 258].map(ramMb => engineSettings('mariadb', { vcpus: 1, ramMb })!.innodb_buffer_pool_size),
    ['100M', '127M', '128M', '128M'],
  ))

test('an unknown engine has no settings, whatever its name', () => {
  for (const manager of ['oracle', 'constructor', 'toString'])
    assert.equal(engineSettings(manager, { vcpus: 1, ramMb: 1024 }), undefined, manager)
})
