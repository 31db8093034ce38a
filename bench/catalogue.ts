import { spawnSync } from 'node:child_process'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { startMariadb } from '../test/servers/mariadb.ts'
import { startPostgresql } from '../test/servers/postgresql.ts'
import type { Server } from '../test/servers/server.ts'
import { writeWorldFiles } from '../test/world-files.ts'

/**
 * How long `catalog_export` and `catalog_apply` take, and how much memory, for catalogues of three sizes on each engine that
 * is here: `node bench/catalogue.ts`. Times are of whole processes; the first column is the one that does next to nothing.
 */
const versions = 50
const flavorCount = 2000
const sizes = [40, 400, 1600]

const program = join(import.meta.dirname, '..', 'bin', 'trove-manage.js')
/** Has a process tell, as it ends, how much memory it had at most. */
const telling =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nKiB:"+process.resourceUsage().maxRSS))'

const flavors = stringify({
  flavors: Array.from({ length: flavorCount }, (_, index) => ({
    id: `f${index}`,
    name: `m1.${index}`,
    vcpus: 1,
    ram: 512,
  })),
})

const catalogue = (associations: number, from: number) =>
  stringify({
    datastores: [
      {
        name: 'mysql',
        versions: Array.from({ length: versions }, (_, number) => ({
          name: `8.${number}`,
          manager: 'mysql',
          requirements: ['vcpus>=1'],
          flavors: Array.from({ length: associations }, (_, index) => `f${(from + index) % flavorCount}`),
        })),
      },
    ],
  })

async function measure(engine: string, connection: string, associations: number): Promise<void> {
  const { dataDir, configFile } = await writeWorldFiles({ connection, flavors })
  const database = await openDatabase(connection, { poolSizeMax: 1, create: true })
  await migrate(database)
  await database.close()
  const file = join(dataDir, 'datastores.yaml')
  const other = join(dataDir, 'other.yaml')
  writeFileSync(file, catalogue(associations, 0))
  writeFileSync(other, catalogue(associations, associations / 2))
  const figures: string[] = []
  function run(what: string, code: number, ...args: string[]) {
    const began = performance.now()
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', telling, program, '--config-file', configFile, ...args],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    )
    if (status !== code) throw new Error(`${what} ended with ${status}: ${stderr}`)
    const seconds = (performance.now() - began) / 1000
    const mib = Number(/KiB:(\d+)$/.exec(stderr)![1]) / 1024
    figures.push(`${what} ${seconds.toFixed(1)} s ${mib.toFixed(0)} MiB`)
  }
  run('datastore_list', 0, 'datastore_list')
  run('apply', 0, 'catalog_apply', file)
  run('again', 0, 'catalog_apply', file)
  run('export', 0, 'catalog_export')
  run('dry run of half', 3, 'catalog_apply', other, '--dry-run')
  run('apply half', 0, 'catalog_apply', other)
  const kib = statSync(file).size / 1024
  console.log(`${engine}, ${versions * associations} associations (${kib.toFixed(0)} KiB): ${figures.join('; ')}`)
  rmSync(dataDir, { recursive: true, force: true })
}

const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`
const isHere = (command: string) => spawnSync(command, ['--version'], { env: { PATH: path } }).status === 0
const servers: Readonly<Record<string, (() => Promise<Server>) | undefined>> = {
  postgresql: startPostgresql,
  mariadb: isHere('mariadbd') ? startMariadb : undefined,
}

const { dataDir } = await writeWorldFiles({})
for (const size of sizes) await measure('sqlite', `sqlite:///${join(dataDir, `${size}.db`)}`, size)
rmSync(dataDir, { recursive: true, force: true })
for (const [engine, start] of Object.entries(servers)) {
  if (!start) {
    console.log(`NOT RUN: ${engine} is not installed`)
    continue
  }
  const server = await start()
  try {
    for (const size of sizes) await measure(engine, await server.createDatabase(), size)
  } finally {
    await server.stop()
  }
}
