import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLedger } from './ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-ledger-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a process that reserves 10 MiB per instance until the host is full, and returns the ports that it got. */
async function greedyProcess(instances: string): Promise<{ place: string; ports: number[] }> {
  const script = `
    import { randomUUID } from 'node:crypto'
    import { openLocalCompute } from ${JSON.stringify(join(import.meta.dirname, '../compute.ts'))}
    const compute = openLocalCompute({ folder: ${JSON.stringify(instances)}, ramMbMax: 405, serverUser: 'nobody' })
    const ports = []
    for (let id = randomUUID(); await compute.reserve(id, { vcpus: 1, ramMb: 10 }); id = randomUUID())
      ports.push((await compute.observe(id)).address.port)
    process.stdout.write(JSON.stringify({ place: await compute.place(), ports }))`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse((await child.stdout.toArray()).join(''))
}

test('processes that start together on a new host see one place, share no port and do not exceed the memory', async () => {
  const instances = join('/tmp', `trove-ts-greedy-${randomUUID()}`)
  try {
    const all = await Promise.all([1, 2, 3, 4].map(() => greedyProcess(instances)))
    const ports = all.flatMap(each => each.ports)
    assert.equal(new Set(all.map(({ place }) => place)).size, 1)
    assert.equal(ports.length, 40)
    assert.equal(new Set(ports).size, 40)
  } finally {
    rmSync(instances, { recursive: true, force: true })
  }
})

test('the ledger stores the place, the rooms and the images, and only its owner can read it', () => {
  const file = join(folder, 'host.sqlite')
  const first = openLedger(file)
  assert.equal(first.reserve('a', { vcpus: 2, ramMb: 10 }, 20_000, 10), 'reserved')
  first.setImage('a', { id: 'image', name: 'Engine 1', manager: 'engine', tags: ['a', 'b'] })
  const { place } = first
  first.close()
  const second = openLedger(file)
  assert.equal(second.place, place)
  const unsetFields = { userId: undefined, groups: [], isolation: undefined }
  const room = { port: 20_000, hardware: { vcpus: 2, ramMb: 10 }, imageId: 'image', ...unsetFields }
  assert.deepEqual(second.room('a'), room)
  assert.deepEqual(second.images(), [{ id: 'image', name: 'Engine 1', manager: 'engine', tags: ['a', 'b'] }])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  second.close()
})

test('a port belongs to one instance, and memory is given out to the last MiB', () => {
  const ledger = openLedger(join(folder, 'rooms.sqlite'))
  assert.equal(ledger.reserve('a', { vcpus: 1, ramMb: 6 }, 20_000, 10), 'reserved')
  assert.equal(ledger.reserve('b', { vcpus: 1, ramMb: 5 }, 20_001, 10), 'full')
  assert.equal(ledger.reserve('b', { vcpus: 1, ramMb: 4 }, 20_000, 10), 'port taken')
  assert.equal(ledger.reserve('b', { vcpus: 1, ramMb: 4 }, 20_001, 10), 'reserved')
  assert.equal(ledger.reserve('a', { vcpus: 1, ramMb: 7 }, 20_000, 10), 'full')
  assert.equal(ledger.room('a')?.hardware.ramMb, 6)
  assert.deepEqual(ledger.ids(), ['a', 'b'])
  ledger.remove('a')
  assert.equal(ledger.room('a'), undefined)
  ledger.close()
})
