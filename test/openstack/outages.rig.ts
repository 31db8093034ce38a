import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Answered, type Client, startTraffic } from '../programs/traffic.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

/** `[trovets] request_timeout`. */
const deadlineMs = 5000
/** What an answer may take longer on a machine that is busy with all this. */
const slackMs = 2000
/** Between the requests of a client: services and clients share the machine. */
const pauseMs = 200
/** How soon everything must be well again once the service answers. */
const recoveryMs = 15_000

/** What each client is answered while a service is away; 200 before and after, or what `usually` says. */
type Away = Readonly<Record<string, readonly number[]>>

const usually: Readonly<Record<string, number>> = { 'a stranger': 401, 'no token': 401 }

/** Without a database nothing is known but tokens, and those only that were shown before. */
const onlyTokensAreJudged: Away = {
  ...{ datastores: [503], instances: [503], 'flavors of a version': [503], 'dry run': [503], 'a stranger': [503] },
  health: [503],
}

describe('under traffic', () => {
  let rig: Rig
  let ours: OurServer
  let clients: readonly Client[]
  before(async () => {
    rig = await theRig()
    const { connection } = await rig.anotherTrove()
    ours = await startOurServer(rig, {
      connection,
      conf: {
        keystone_authtoken: ['http_connect_timeout = 3'],
        trovets: [`request_timeout = ${deadlineMs / 1000}`, 'flavors_refresh_time = 1', 'flavors_max_age = 2'],
      },
    })
    await untilItAnswers(ours)
    clients = await clientsOf(rig, ours)
  })
  after(() => ours?.stop())

  const awayFrom: Readonly<Record<string, { begin(): unknown; end(): unknown; away: Away }>> = {
    'Keystone is stopped and started': {
      begin: () => rig.keystone.stop(),
      end: () => rig.keystone.start(),
      // Nova asks Keystone about our token now and then.
      away: { 'a stranger': [503], 'dry run': [200, 503] },
    },
    'Keystone freezes and thaws': {
      begin: () => rig.keystone.freeze(),
      end: () => rig.keystone.thaw(),
      away: { 'a stranger': [503], 'dry run': [200, 503] },
    },
    'Nova is stopped and started': {
      begin: () => rig.nova.stop(),
      end: () => rig.nova.start(),
      away: { 'dry run': [503] },
    },
    'Nova freezes and thaws': {
      begin: () => rig.nova.freeze(),
      end: () => rig.nova.thaw(),
      away: { 'dry run': [503] },
    },
    'Glance is stopped and started': {
      begin: () => rig.glance.stop(),
      end: () => rig.glance.start(),
      away: { 'dry run': [503] },
    },
    'Glance freezes and thaws': {
      begin: () => rig.glance.freeze(),
      end: () => rig.glance.thaw(),
      away: { 'dry run': [503] },
    },
    'Cinder is stopped and started': {
      begin: () => rig.cinder.stop(),
      end: () => rig.cinder.start(),
      away: { 'dry run': [503] },
    },
    'Cinder freezes and thaws': {
      begin: () => rig.cinder.freeze(),
      end: () => rig.cinder.thaw(),
      away: { 'dry run': [503] },
    },
    'the database of all of us is stopped and started': {
      begin: () => rig.database.shutDown(),
      end: () => rig.database.startAgain(),
      away: onlyTokensAreJudged,
    },
    'the database of all of us freezes and thaws': {
      begin: () => rig.database.freeze(),
      end: () => rig.database.thaw(),
      away: onlyTokensAreJudged,
    },
  }

  for (const [what, { begin, end, away }] of Object.entries(awayFrom))
    test(`${what}: the statuses that are promised, in time, and all is well again without a restart of ours`, async () => {
      const isUsual = ({ client, status }: Answered) => status === (usually[client] ?? 200)
      const isAway = ({ client, status }: Answered) => (away[client] ?? [usually[client] ?? 200]).includes(status)
      const traffic = startTraffic(clients, pauseMs)
      try {
        await traffic.until('before', 1, 0, isUsual)
        const beginsMs = performance.now()
        let endsMs = Number.POSITIVE_INFINITY
        await begin()
        // What was asked a moment ago is known for as long as it is young.
        await traffic.until('while it is away', 2, performance.now(), isAway).finally(() => {
          endsMs = performance.now()
          return end()
        })
        const backMs = performance.now()
        await traffic.until('after', 3, backMs, isUsual)
        const wellMs = performance.now()
        assert.ok(wellMs - backMs < recoveryMs, `${Math.round(wellMs - backMs)} ms to recover`)
        await traffic.stop()
        for (const answered of traffic.answers) {
          const shown = JSON.stringify({ ...answered, text: answered.text.slice(0, 300) })
          assert.ok(isUsual(answered) || isAway(answered), shown)
          assert.ok(answered.endedMs - answered.beganMs < deadlineMs + slackMs, `too slow: ${shown}`)
          if (answered.status === 503) assert.equal(answered.retryAfter, '10', shown)
          if (answered.endedMs < beginsMs) assert.ok(isUsual(answered), shown)
        }
        const isMarked = ({ client, warning }: Answered) => client === 'flavors' && warning !== null
        const marked = traffic.answers.filter(
          each => each.beganMs > beginsMs && each.endedMs < endsMs && isMarked(each),
        )
        if (what.startsWith('Nova')) assert.ok(marked.length > 0, 'listings said nowhere that Nova is away')
      } finally {
        await traffic.stop()
      }
    })
})

async function clientsOf(rig: Rig, ours: OurServer): Promise<Client[]> {
  const { token, projectId } = await rig.client.login('demo')
  const asked = (path: string, shown: string | undefined = token, body?: object) => ({
    url: `${ours.url}/v1.0/${projectId}${path}`,
    init: {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(shown === undefined ? {} : { 'x-auth-token': shown }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
  })
  const dryRun = {
    instance: { name: 'a', flavorRef: '2', volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } },
  }
  type Catalogue = { datastores: { name: string; versions: { id: string }[] }[] }
  const { datastores } = (await ours.ask<Catalogue>('demo', 'GET', '/datastores')).body
  const version = datastores.find(({ name }) => name === 'mysql')!.versions[0]!.id
  return [
    { name: 'datastores', request: () => asked('/datastores') },
    { name: 'flavors', request: () => asked('/flavors') },
    { name: 'flavors of a version', request: () => asked(`/datastores/mysql/versions/${version}/flavors`) },
    { name: 'instances', request: () => asked('/instances') },
    { name: 'dry run', request: () => asked('/instances/dry-run', token, dryRun) },
    { name: 'a stranger', request: count => asked('/datastores', `gAAAAAstranger${count}`) },
    { name: 'no token', request: () => asked('/datastores', '') },
    { name: 'health', request: () => ({ url: `${ours.url}/healthcheck`, init: {} }) },
  ]
}
