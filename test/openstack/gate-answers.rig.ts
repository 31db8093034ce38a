import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { recordedIds } from '../recorded/catalogue.ts'
import { askWhole, type Exchange, exchanges, type WholeAnswer } from '../recorded/exchange.ts'
import { type Ids, remembered, tokenFor, withIdsOf, withRecordedIds } from '../recorded/replay.ts'
import { answersOfTheGate } from './gate-differences.ts'
import { asking, type OurServer, startOurServer } from './our-server.ts'
import { type Catalogue, recordedIdsIn } from './recorded-ids.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import { together } from './together.ts'
import type { Trove } from './trove.ts'

/** Where exchanges are sent, and what the recorded things are called there. */
type Place = Readonly<{ url: string; ids: Ids }>

/** Headers of one connection or one answer only. */
const free = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'x-openstack-request-id', 'retry-after']

describe('each recorded exchange is answered through the gate as by Trove itself', () => {
  let rig: Rig
  /** One Trove behind the gate, and another one that goes through the same changes. */
  let troves: readonly [Trove, Trove]
  let ours: OurServer
  let behind: Place
  let gate: Place
  let other: Place
  let tokenOf: (person: string) => Promise<string>
  before(async () => {
    rig = await theRig()
    troves = await Promise.all([rig.anotherTrove(), rig.anotherTrove()])
    const [trove, twin] = troves
    const starting = startOurServer(rig, {
      connection: trove.connection,
      // How long a decision may take is tested where it says so; this machine is busy with all of the rig.
      conf: { trovets: [`trove_endpoint = ${trove.url}`, 'decision_timeout = 30'] },
    }).then(started => {
      ours = started
    })
    await together([trove.start(), twin.start(), starting])
    tokenOf = remembered(async person => (await rig.client.login(person === 'alt' ? 'alt_demo' : person)).token)
    const idsAt = (url: string) => recordedIdsIn(rig, { ask: asking(rig, url) })
    behind = { url: trove.url, ids: await idsAt(trove.url) }
    gate = { url: ours.url, ids: behind.ids }
    other = { url: twin.url, ids: await idsAt(twin.url) }
  })
  after(async () => {
    await ours?.stop()
    for (const trove of troves ?? []) await trove.remove()
  })

  const manage = (...commands: readonly (readonly string[])[]) =>
    Promise.all(troves.map(trove => trove.manageAll(commands)))

  /** What the recorded installation went through just before an exchange. */
  const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
    async 'mgmt-list-admin-after-create'() {
      for (const { url, ids } of [behind, other]) {
        const { datastores } = (await asking(rig, url)<Catalogue>('admin', 'GET', '/datastores')).body
        const created = datastores.flatMap(({ versions }) => versions).find(({ name }) => name === '5.7')!
        ids.set(recordedIds.createdVersion, created.id)
      }
    },
    'assoc-mysql-with-unknown-ids': () =>
      manage(
        ['datastore_version_flavor_add', 'mysql', '8.0', '4,no-such-flavor, b,a,,5'],
        ['datastore_version_flavor_add', 'postgresql', '14', '1,2,3,5,90'],
        ['datastore_version_flavor_delete', 'postgresql', '14', '1'],
      ),
    'assoc-only-private': () =>
      manage(...['2', '3', '5'].map(id => ['datastore_version_flavor_delete', 'postgresql', '14', id])),
    'assoc-all-deleted': () => manage(['datastore_version_flavor_delete', 'postgresql', '14', '90']),
  }

  async function send({ url, ids }: Place, exchange: Exchange): Promise<WholeAnswer> {
    const place = { url, tokenOf }
    const answer = await askWhole(url, withIdsOf(ids, exchange), await tokenFor(place, exchange))
    const made = /"id": ?"([0-9a-f-]{36})"/
    const [then, now] = [JSON.stringify(exchange.answer), answer.text].map(text => made.exec(text)?.[1])
    if (exchange.method === 'POST' && answer.status === 200 && then && now) ids.set(then, now)
    return answer
  }

  /** Without what Trove generates anew, and with the recorded ids. */
  function comparable({ status, headers, text }: WholeAnswer, { ids }: Place) {
    const kept = Object.entries(headers).filter(([name]) => !free.includes(name))
    const freed = withRecordedIds(ids, text)
      .replace(/"(created|updated|service_status_updated)": ?"[^"]*"/g, '"$1": "…"')
      .replace(/\([0-9a-f-]{36}\)/g, '(…)')
    return { status, headers: Object.fromEntries(kept), body: inOrder(freed) }
  }

  const kindOf = ({ name }: Exchange) => /^(default-rates|nova-down|keystone-down)-/.exec(name)?.[1]

  async function compare(exchange: Exchange): Promise<void> {
    // What changes something is sent to the other Trove, or it would be done twice.
    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(exchange.method) && exchange.status < 300
    const place = changes ? other : behind
    const theirs = comparable(await send(place, exchange), place)
    const own = comparable(await send(gate, exchange), gate)
    const difference = answersOfTheGate[exchange.name]
    if (!difference) return assert.deepEqual(own, theirs)
    assert.notDeepEqual(own, theirs, 'answered as by Trove: its difference is out of date')
    assert.deepEqual([own.status, difference.words.test(own.body)], [difference.status, true], JSON.stringify(own))
  }

  for (const exchange of exchanges.filter(each => kindOf(each) === undefined))
    test(exchange.name, async () => {
      await meanwhile[exchange.name]?.()
      await compare(exchange)
    })

  for (const [kind, service] of [
    ['nova-down', 'nova'],
    ['keystone-down', 'keystone'],
  ] as const)
    test(`also with ${service} stopped`, async t => {
      for (const person of ['demo', 'admin', 'alt']) await tokenOf(person)
      await rig[service].stop()
      try {
        for (const exchange of exchanges.filter(each => kindOf(each) === kind))
          await t.test(exchange.name, () => compare(exchange))
      } finally {
        await rig[service].start()
      }
    })
})

/** Trove lists datastores and volume types in no order. */
function inOrder(text: string): string {
  return text.replace(/^\{"(datastores|volume_types)": ?\[.*\]\}$/s, list => {
    const [[key, items]] = Object.entries(JSON.parse(list)) as [[string, object[]]]
    return `${key}: ${items
      .map(item => JSON.stringify(item))
      .sort()
      .join('\n')}`
  })
}
