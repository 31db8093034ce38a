import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent } from '../../model/instance.ts'
import { intentColumnNames, intentRow, toIntent } from './intent-columns.ts'

const bare: Intent = {
  imageId: 'image',
  manager: 'postgresql',
  action: 'create',
  generation: 1,
  wanted: { flavorId: '1', vcpus: 1, ramMb: 512 },
  wantedVolumeGb: 2,
  volumeType: null,
  from: undefined,
  restartOf: null,
  place: null,
  process: null,
  address: undefined,
  adminPassword: 'sealed',
  preparation: null,
  claim: undefined,
  nextAtMs: null,
  failures: 0,
  use: undefined,
  walBytes: null,
  isolation: undefined,
  secured: null,
  nextAdminPassword: null,
}

const full: Intent = {
  ...bare,
  volumeType: 'fast',
  from: { flavorId: '2', vcpus: 2, ramMb: 1024 },
  restartOf: '17',
  place: 'here',
  process: '18',
  address: { host: '127.0.0.1', port: 5432 },
  preparation: 'sealed too',
  claim: { by: 'a-worker', untilMs: 1000 },
  nextAtMs: 2000,
  use: { bytes: 3000, atMs: 4000 },
  walBytes: 500,
  isolation: { user: 'own', view: true, network: true, memory: true, cpu: false, processes: true },
  secured: 3,
  nextAdminPassword: 'sealed next',
}

for (const [description, intent] of Object.entries({ 'without optional parts': bare, 'with all parts': full }))
  test(`an intent ${description} is read as it was written`, () => {
    const row = intentRow('an-instance', intent)
    assert.deepEqual(Object.keys(row).sort(), [...intentColumnNames].sort())
    assert.deepEqual(
      toIntent(column => row[column]),
      intent,
    )
  })

test('only optional parts are null', () => {
  const columns = Object.entries(intentRow('an-instance', full)).filter(([, cell]) => cell === null)
  assert.deepEqual(columns, [])
  const { from_flavor_id, from_vcpus, host, port, claimed_by, isolation } = intentRow('an-instance', bare)
  assert.deepEqual([from_flavor_id, from_vcpus, host, port, claimed_by, isolation], Array(6).fill(null))
})

test('64-bit integers are also read when a driver returns them as text', () => {
  const row = {
    ...intentRow('an-instance', full),
    claimed_until: '1000',
    next_at: '2000',
    used_bytes: '3000',
    used_at: '4000',
    wal_bytes: '500',
  }
  assert.deepEqual(
    toIntent(column => row[column]),
    full,
  )
})
