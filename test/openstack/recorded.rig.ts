import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { besideTroveDifferences, keystoneDifferences } from '../recorded/allowed-differences.ts'
import { recordedIds } from '../recorded/catalogue.ts'
import { type Exchange, exchanges } from '../recorded/exchange.ts'
import { type Ids, type Place, remembered, replay, replayAll } from '../recorded/replay.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import { type Catalogue, recordedIdsIn } from './recorded-ids.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import type { Trove } from './trove.ts'

describe('what a real Trove was recorded to answer, on a database of Trove’s, with Keystone’s tokens and Nova’s flavors', () => {
  let rig: Rig
  let trove: Trove
  let ours: OurServer
  let ids: Ids
  let place: Place
  before(async () => {
    rig = await theRig()
    trove = await rig.anotherTrove()
    await trove.start()
    ours = await startOurServer(rig, {
      connection: trove.connection,
      conf: {
        DEFAULT: ['get', 'post', 'put', 'delete', 'mgmt_post'].map(verb => `http_${verb}_rate = 100000000`),
        trovets: ['rate_limits = true'],
      },
    })
    await untilItAnswers(ours)
    ids = await recordedIdsIn(rig, ours)
    place = placeOf(ours)
  })
  after(() => ours?.stop())

  const logIn = async (person: string) => (await rig.client.login(person === 'alt' ? 'alt_demo' : person)).token
  const placeOf = ({ url }: { url: string }): Place => ({ url, tokenOf: remembered(logIn) })

  /** What the recorded installation went through just before an exchange: its trove-manage, for one, which we run. */
  const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
    async 'mgmt-list-admin-after-create'() {
      const { datastores } = (await ours.ask<Catalogue>('admin', 'GET', '/datastores')).body
      const created = datastores.flatMap(({ versions }) => versions).find(({ name }) => name === '5.7')!
      ids.set(recordedIds.createdVersion, created.id)
    },
    'assoc-mysql-with-unknown-ids': () =>
      trove.manageAll([
        ['datastore_version_flavor_add', 'mysql', '8.0', '4,no-such-flavor, b,a,,5'],
        ['datastore_version_flavor_add', 'postgresql', '14', '1,2,3,5,90'],
        ['datastore_version_flavor_delete', 'postgresql', '14', '1'],
      ]),
    'assoc-only-private': () =>
      trove.manageAll(['2', '3', '5'].map(id => ['datastore_version_flavor_delete', 'postgresql', '14', id])),
    'assoc-all-deleted': () => trove.manage('datastore_version_flavor_delete', 'postgresql', '14', '90'),
  }

  const kindOf = ({ name }: Exchange) => /^(default-rates|nova-down|keystone-down)-/.exec(name)?.[1]
  const ofKind = (kind: string | undefined) => exchanges.filter(exchange => kindOf(exchange) === kind)

  test('is what we answer, in the recorded order', async t => {
    const atTrove = placeOf(trove)
    const before = async (exchange: Exchange) => {
      await meanwhile[exchange.name]?.()
      // The instances that later answers show are Trove's.
      if (exchange.method === 'POST' && exchange.path.endsWith('/instances') && exchange.status === 200)
        assert.equal((await replay(atTrove, exchange, ids)).status, 200)
    }
    await replayAll(t, place, ofKind(undefined), { ids, differences: besideTroveDifferences, before })
  })

  test('and with Nova stopped', async t => {
    await rig.nova.stop()
    try {
      await replayAll(t, place, ofKind('nova-down'), { ids, differences: besideTroveDifferences })
    } finally {
      await rig.nova.start()
    }
  })

  test('and with Keystone stopped', async t => {
    // A token that nobody has shown us yet.
    const unknown: Place = { ...place, tokenOf: remembered(logIn) }
    await unknown.tokenOf('demo')
    const known = { headers: { 'x-auth-token': await place.tokenOf('alt') } }
    await fetch(`${ours.url}/v1.0/${rig.ids.projects.alt}/flavors`, known)
    await rig.keystone.stop()
    try {
      for (const exchange of ofKind('keystone-down'))
        await replayAll(t, exchange.who === 'demo' ? unknown : place, [exchange], {
          ids,
          differences: keystoneDifferences,
        })
    } finally {
      await rig.keystone.start()
    }
  })
})
