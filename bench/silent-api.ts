/** Our API without a log, to see what the log costs: `node bench/silent-api.ts TROVE.CONF`. */

import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import { openPorts } from '../src/main/compose.ts'
import { logAndCountObjections } from '../src/main/log-objections.ts'
import { openMetrics } from '../src/main/metrics.ts'
import { openConfiguredDatabase } from '../src/main/open-database.ts'
import { ofServer, serve } from '../src/main/serve.ts'

const config = loadConfig({ places: [{ file: process.argv[2]! }] }, {})
const logger = pino({ level: 'silent' })
const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
const opened = openPorts(config, database, () => {})
const metrics = openMetrics(opened.stores.instances, { ofProcess: true })
const ports = { ...opened, objected: logAndCountObjections(logger, metrics) }
const { app, url } = await serve(config, database, ports, logger, metrics)
console.log(`ready at ${url}`)
process.once('SIGTERM', async () => {
  await app.close()
  await database.close()
})
