import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/config.ts'
import { openPorts } from '../../src/main/compose.ts'
import { openMetrics } from '../../src/main/metrics.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import { serve } from '../../src/main/serve.ts'
import type { CataloguePlan } from '../stories/catalogue-plan.ts'
import type { People } from '../world-files.ts'

/** A server on the world of a transcript, and the clouds.yaml that names it: a cloud for each of the people. */
export type WorldServer = Readonly<{ url: string; cloudsFile: string; stop(): Promise<void> }>

export async function startWorldServer(
  folder: string,
  people: People,
  images: CataloguePlan['images'],
): Promise<WorldServer> {
  const config = loadConfig({ places: [{ file: join(folder, 'trove.conf') }] }, {})
  const database = await openConfiguredDatabase(config, { create: false })
  // Images of no engine of this machine, so that the output is the same on all machines.
  const known = images.map(image => ({ manager: 'mysql', version: '1', ...image }))
  const ports = { ...openPorts(config, database, () => {}), images: { list: async () => known } }
  const metrics = openMetrics(ports.stores.instances, { ofProcess: false })
  const { app, url } = await serve(config, database, ports, pino({ level: 'silent' }), metrics)
  const clouds = Object.entries(people).map(([name, { projectId }]) => [
    name,
    {
      auth: { auth_url: `${url}/identity/v3`, username: name, password: `${name}-pass`, project_name: projectId },
      region_name: 'RegionOne',
    },
  ])
  const cloudsFile = join(folder, 'clouds.yaml')
  writeFileSync(cloudsFile, stringify({ clouds: Object.fromEntries(clouds) }))
  return {
    url,
    cloudsFile,
    async stop() {
      await app.close()
      await database.close()
    },
  }
}
