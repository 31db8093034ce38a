import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openDatabase } from '../../src/db/database.ts'
import { ratesOf, recordedIds, volumeTypes, writeRecordedCatalogue } from '../recorded/catalogue.ts'
import { replayAll, replayed, withNovaDown, withShippedRates } from '../recorded/replay.ts'
import { runFiles } from '../store/troves-database.ts'
import type { World } from '../world.ts'
import { startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

/** Who the people of the recording are in the rig. */
const users: Readonly<Record<string, string>> = { admin: 'admin', demo: 'demo', alt: 'alt_demo' }

describe('what a real Trove was recorded to answer, asked of us on tables of Trove’s, with Keystone’s tokens and Nova’s flavors', () => {
  let rig: Rig
  let world: World
  let ids: Map<string, string>
  before(async () => {
    rig = await theRig()
    const url = await rig.database.createDatabase()
    const database = await openDatabase(url, { poolSizeMax: 1, create: false })
    await runFiles(database, '../store/trove-18-schema.sql').finally(() => database.close())
    const conf = { DEFAULT: ratesOf(100_000_000), trovets: ['rate_limits = true'] }
    const ours = await startOurServer(rig, conf, url)
    writeFileSync(join(ours.dataDir, 'flavors.yaml'), volumeTypes)
    await writeRecordedCatalogue(ours, rig.ids.image)
    world = { ...ours, tokenOf: async person => (await rig.client.login(users[person]!)).token }
    const { admin, demo, alt } = rig.ids.projects
    ids = new Map([
      [recordedIds.adminProject, admin],
      [recordedIds.demoProject, demo],
      [recordedIds.altProject, alt],
      [recordedIds.image, rig.ids.image],
    ])
  })
  after(() => world?.stop())

  // Before anything of this changes what there is, as when it was recorded.
  test('is what we answer with Nova down', async t => {
    await rig.nova.stop()
    try {
      await replayAll(t, world, replayed.filter(withNovaDown), { ids })
    } finally {
      await rig.nova.start()
    }
  })

  test('is what we answer, but for the differences that are listed', t =>
    replayAll(
      t,
      world,
      replayed.filter(exchange => !withShippedRates(exchange) && !withNovaDown(exchange)),
      { ids },
    ))
})
