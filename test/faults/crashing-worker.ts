import { loadConfig } from '../../src/config/config.ts'
import { openPorts } from '../../src/main/compose.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import { openLogger } from '../../src/main/open-logger.ts'
import { work } from '../../src/main/work.ts'

/**
 * A worker that says which points it reaches, and kills itself at the one that it is told: the first argument is the
 * trove.conf, the second how many points it lives to see (none: it lives on).
 */
const [configFile, killAt] = process.argv.slice(2)
const config = loadConfig({ places: [{ file: configFile! }] }, {})
const database = await openConfiguredDatabase(config, { create: false })
const ports = openPorts(config, database, () => {})
let reached = 0
work(config, ports, await openLogger(config, 'crashing-worker'), {
  reached(point) {
    reached++
    if (String(reached) === killAt) process.kill(process.pid, 'SIGKILL')
    process.stdout.write(`reached ${point}\n`)
  },
})
process.stdout.write('ready\n')
