import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { openConfiguredDatabase, openPorts } from '../src/main/compose.ts'
import { work } from '../src/main/work.ts'
import { tasks } from '../src/model/instance-task.ts'
import type { Compute } from '../src/ports/compute.ts'
import { securingVersion } from '../src/rules/instance/next-step.ts'
import { newInstance } from '../test/store/instance-rows.ts'
import { addVersion } from '../test/store/rows.ts'
import { writeWorldFiles } from '../test/world-files.ts'

/*
 * The CPU time of a worker whose instances are all well. The instances are rows, and a driver that always answers at once
 * stands in for the host, so the figure is that of the worker and the database in this process.
 */
const instanceCount = 10_000
/** With a short interval, checks never end. */
const startMsMax = 60_000
const measuredMs = 30_000
const place = 'bench'

const wellHost: Partial<Compute> = {
  place: async () => place,
  images: async () => [],
  lostImages: async () => [],
  missingIsolation: async () => [],
  instanceIds: async () => ids,
  observe: async () => ({
    room: { vcpus: 1, ramMb: 512 },
    lostImage: undefined,
    address: { host: '127.0.0.1', port: 20_000 },
    initialised: true,
    settings: {},
    process: '1:1',
  }),
  settingsFor: () => ({}),
  isolation: async () => undefined,
  diskUse: async () => ({ bytes: 1024, walBytes: null }),
  server: () => ({ answers: async () => true }) as unknown as ReturnType<Compute['server']>,
}
const ids: string[] = []

async function measure(healthSeconds: number): Promise<number> {
  const { dataDir, configFile } = await writeWorldFiles({ conf: { trovets: [`health_interval = ${healthSeconds}`] } })
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const ports = { ...openPorts(config, database, () => {}), compute: wellHost as Compute }
  const nowMs = Date.now()
  const adminPassword = ports.secrets.seal('password')
  ids.length = 0
  await ports.stores.transaction(async stores => {
    const version = await addVersion(stores)
    for (let number = 0; number < instanceCount; number++) {
      const { intent, ...instance } = newInstance(version.id)
      ids.push(instance.id)
      const well = { taskId: tasks.NONE, serverStatus: 'ACTIVE', serviceStatus: 'HEALTHY' } as const
      await stores.instances.insert({
        ...instance,
        ...well,
        intent: {
          ...intent!,
          action: 'keep',
          place,
          process: '1:1',
          address: { host: '127.0.0.1', port: 20_000 },
          adminPassword,
          preparation: null,
          secured: securingVersion,
          nextAtMs: nowMs,
        },
      })
    }
  })
  const worker = work(config, ports, pino({ level: 'silent' }))
  const begunMs = performance.now()
  // A worker checks every instance once when it starts.
  while ((await ports.stores.instances.backlog(Date.now())).waiting > 0 && performance.now() < begunMs + startMsMax)
    await setTimeout(1000)
  console.log(`all checked after ${((performance.now() - begunMs) / 1000).toFixed(0)} s`)
  const before = process.cpuUsage()
  await setTimeout(measuredMs)
  const { user, system } = process.cpuUsage(before)
  await worker.stop()
  await database.close()
  rmSync(dataDir, { recursive: true })
  return (user + system) / 1000 / measuredMs
}

for (const healthSeconds of [3600, 10])
  console.log(
    `${instanceCount} instances that are well, checked every ${healthSeconds} s: ${(100 * (await measure(healthSeconds))).toFixed(1)} % of a core`,
  )
