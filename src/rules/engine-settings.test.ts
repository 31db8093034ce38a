import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { engineSettings } from './engine-settings.ts'

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

  test('fit into the memory that the flavor has, whatever it is', () =>
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

test('there are none for an engine that nobody knows here', () =>
  assert.equal(engineSettings('oracle', { vcpus: 1, ramMb: 1024 }), undefined))
