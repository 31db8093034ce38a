import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { besideTroveDifferences } from '../clients/allowed-differences.ts'
import { type Captured, type Ran, readCaptured, runClient } from '../clients/command.ts'
import { changing, judge } from '../clients/judge.ts'
import type { Ids } from '../recorded/replay.ts'
import { makeCatalogue } from './furnish.ts'
import { passwordOf } from './keystone-client.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import { recordedIdsIn } from './recorded-ids.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

/** The region in which our server stands in the catalogue; Trove's is RegionOne. */
const ourRegion = 'Ours'

const credentials = ({ keystone }: Rig, user: string, region: string) => ({
  OS_AUTH_URL: `${keystone.url}/v3`,
  OS_IDENTITY_API_VERSION: '3',
  OS_USERNAME: user,
  OS_PASSWORD: passwordOf(user),
  OS_PROJECT_NAME: user,
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_REGION_NAME: region,
})

describe('the stock client, logged in to Keystone, in another region', () => {
  let rig: Rig
  let ours: OurServer
  before(async () => {
    rig = await theRig()
    ours = await startOurServer(rig)
    await untilItAnswers(ours)
    await makeCatalogue(rig.client, [['trove', 'database', `${ours.url}/v1.0/%(tenant_id)s`]], ourRegion)
  })
  after(() => ours?.stop())

  const run = async (user: string, region: string, line: string) => {
    const { shown: _, ...outcome } = await runClient(
      { line, who: user },
      rig.trove.folder,
      credentials(rig, user, region),
    )
    return outcome
  }

  const commands: [user: string, line: string][] = [
    ['alt_demo', 'openstack datastore list -f json'],
    ['alt_demo', 'openstack datastore show mysql'],
    ['alt_demo', 'openstack datastore version list mysql'],
    ['alt_demo', 'openstack datastore version show 8.0 --datastore mysql'],
    ['alt_demo', 'openstack database flavor list'],
    ['alt_demo', 'openstack database flavor list --datastore-type mysql --datastore-version-id $VERSION'],
    ['alt_demo', 'openstack database flavor show 1'],
    ['alt_demo', 'openstack database flavor show 999'],
    ['admin', 'openstack datastore version list postgresql'],
    ['demo', 'openstack database flavor show 90'],
  ]
  for (const [user, line] of commands)
    test(`${line} prints what it prints of Trove`, async () => {
      const { body } = await ours.ask<{ datastore: { versions: { id: string }[] } }>(user, 'GET', '/datastores/mysql')
      const words = line.replace('$VERSION', body.datastore.versions[0]!.id)
      const [theirs, own] = await Promise.all([run(user, 'RegionOne', words), run(user, ourRegion, words)])
      // Trove lists datastores in no order.
      const sorted = (stdout: unknown) =>
        line.endsWith('json') ? (stdout as object[]).map(row => JSON.stringify(row)).sort() : stdout
      assert.deepEqual({ ...own, stdout: sorted(own.stdout) }, { ...theirs, stdout: sorted(theirs.stdout) })
    })
})

describe('the stock clients, logged in to Keystone, on a database of Trove’s with the recorded catalogue', () => {
  let rig: Rig
  let ours: OurServer
  let ids: Ids
  before(async () => {
    rig = await theRig()
    const { connection } = await rig.anotherTrove()
    const conf = { trovets: ['rate_limits = true'], DEFAULT: rates }
    ours = await startOurServer(rig, { connection, conf })
    await untilItAnswers(ours)
    await makeCatalogue(rig.client, [['trove', 'database', `${ours.url}/v1.0/%(tenant_id)s`]], 'Recorded')
    ids = await recordedIdsIn(rig, ours)
  })
  after(() => ours?.stop())

  const rates = ['get', 'post', 'put', 'delete', 'mgmt_post'].map(verb => `http_${verb}_rate = 100000000`)

  /** With the ids of this place; what comes of it has the recorded ones. */
  const run = async ({ line, who }: Captured): Promise<Ran> => {
    const here = [...ids].reduce((text, [then, now]) => text.replaceAll(then, now), line)
    const user = who.replace(/\d$/, '')
    const known = credentials(rig, user, 'Recorded')
    const ran = await runClient(
      { line: here, who },
      ours.folder,
      who === user ? known : { ...known, OS_PASSWORD: 'wrong' },
    )
    const back: Ran = JSON.parse(
      [...ids].reduce((text, [then, now]) => text.replaceAll(now, then), JSON.stringify(ran)),
    )
    // The older client sorts by ids, which are others here.
    return /^trove (?:datastore|volume-type)-list/.test(line) && back.exitCode === 0
      ? { ...back, stdout: (back.stdout as string[][]).toSorted(byFirst) }
      : back
  }
  const byFirst = ([a]: string[], [b]: string[]) => (a === 'ID' || (b !== 'ID' && a! < b!) ? -1 : 1)

  const captured = readCaptured()
  describe('print what was captured', { concurrency: 2 }, () => {
    for (const each of captured.filter(({ name }) => !changing.includes(name)))
      test(`${each.line}, as ${each.who} (${each.name})`, async () =>
        judge(each, await run(each), besideTroveDifferences))
  })

  test('so do those that change something', async () => {
    const [create, set] = changing.map(name => captured.find(each => each.name === name)!)
    judge(create!, await run(create!))
    const { versions } = (
      await ours.ask<{ versions: { id: string; name: string }[] }>('admin', 'GET', '/mgmt/datastore-versions')
    ).body
    const { id } = versions.find(({ name }) => name === '5.7')!
    judge(set!, await run({ ...set!, line: set!.line.replace(/[0-9a-f-]{36}/, id) }))
  })
})
