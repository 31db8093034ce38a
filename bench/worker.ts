import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { openPorts } from '../src/main/compose.ts'
import { openConfiguredDatabase } from '../src/main/open-database.ts'
import { work } from '../src/main/work.ts'
import { wellHost, wellInstance } from '../test/outside/well-host.ts'
import { addVersion } from '../test/store/rows.ts'
import { writeWorldFiles } from '../test/world-files.ts'

/*
 * The CPU time of a worker whose instances are all well. The instances are rows, and a driver that always answers at once
 * stands in for the host, so the figure is that of the worker and the database in this process. A real check has to connect
 * to its server: what the least of that costs, a TCP connection without a word, is measured beside it.
 */
const instanceCount = 10_000
const measuredMs = 30_000
const connectionCount = 20_000
const place = 'bench'

async function measure(healthSeconds: number) {
  const { dataDir, configFile } = await writeWorldFiles({ conf: { trovets: [`health_interval = ${healthSeconds}`] } })
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const ids: string[] = []
  const { compute, checked } = wellHost(place, ids)
  const ports = { ...openPorts(config, database, () => {}), compute }
  const adminPassword = ports.secrets.seal('password')
  const nextAtMs = Date.now()
  await ports.stores.transaction(async stores => {
    const { id: versionId } = await addVersion(stores)
    for (let number = 0; number < instanceCount; number++) {
      const instance = wellInstance(versionId, { place, adminPassword, nextAtMs })
      ids.push(instance.id)
      await stores.instances.insert(instance)
    }
  })
  const worker = work(config, ports, pino({ level: 'silent' }))
  const begunMs = performance.now()
  // A worker checks every instance once when it starts.
  while (checked.length < instanceCount) await setTimeout(500)
  console.log(`all checked after ${((performance.now() - begunMs) / 1000).toFixed(0)} s`)
  const [before, checkedBefore] = [process.cpuUsage(), checked.length]
  await setTimeout(measuredMs)
  const { user, system } = process.cpuUsage(before)
  const checks = checked.length - checkedBefore
  await worker.stop()
  await database.close()
  rmSync(dataDir, { recursive: true })
  return { core: (user + system) / 1000 / measuredMs, checks, microseconds: (user + system) / checks }
}

/** The CPU time of this process, in microseconds, for a connection to a server of another one that is closed at once. */
async function connectionMicroseconds(): Promise<number> {
  const program =
    "require('net').createServer(s => s.end()).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const connectOnce = async () => {
    const socket = connect(Number(line), '127.0.0.1').resume()
    await once(socket, 'close')
  }
  for (let number = 0; number < connectionCount / 10; number++) await connectOnce()
  const before = process.cpuUsage()
  for (let number = 0; number < connectionCount; number++) await connectOnce()
  const { user, system } = process.cpuUsage(before)
  child.kill()
  return (user + system) / connectionCount
}

for (const healthSeconds of [3600, 60, 10]) {
  const { core, checks, microseconds } = await measure(healthSeconds)
  const each = checks < instanceCount / 10 ? '' : `, ${microseconds.toFixed(0)} µs of CPU for each of ${checks} checks`
  console.log(
    `${instanceCount} instances, checked every ${healthSeconds} s: ${(100 * core).toFixed(1)} % of a core${each}`,
  )
}
console.log(`a connection that says nothing: ${(await connectionMicroseconds()).toFixed(0)} µs of CPU`)
