import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Answered, type Client, startTraffic } from '../programs/traffic.ts'
import { makeCatalogue } from './furnish.ts'
import { type GateBench, startGateBench } from './gate-bench.ts'
import { type Relay, startRelay } from './relay.ts'
import { theRig } from './the-rig.ts'

/** `[trovets] decision_timeout` and `trove_timeout`: a judged request may take both. */
const [decisionMs, troveMs] = [5000, 8000]
/** What an answer may take longer on a machine that is busy with all this. */
const slackMs = 5000
/** Between the requests of a client: services and clients share the machine. */
const pauseMs = 1000
/** How soon everything must be well again once the service answers. */
const recoveryMs = 30_000

/** How late a slow service answers, and when everything is forgotten that it said before. */
const [slowMs, forgottenMs] = [5000, 8000]

/** What each client is answered while a service is away; what `usually` says before and after. */
type Away = Readonly<Record<string, readonly number[]>>
type Outage = Readonly<{ begin(): unknown; end(): unknown; away: Away }>

/** `admitted` asks for a volume that Trove refuses, so that it can be asked again and again. */
const usually: Readonly<Record<string, number>> = {
  ...{ 'list of instances': 200, datastores: 200, 'delete of nothing': 404, 'restart of nothing': 404 },
  ...{ refused: 400, admitted: 413, 'refused resize': 400, 'list of flavors by the gate': 200 },
}
const troves = ['list of instances', 'datastores', 'delete of nothing', 'restart of nothing']
const judged = ['refused', 'admitted', 'refused resize']
const ofTheGate = 'list of flavors by the gate'

/** As many clients ask for each of these at the same time: 32 in all. */
const clientsOfEach = 4

const each = (clients: readonly string[], statuses: readonly number[]): Away =>
  Object.fromEntries(clients.map(client => [client, statuses]))

/** What is slow may still answer in time. */
const each503 = (clients: readonly string[]): Away =>
  Object.fromEntries(clients.map(client => [client, [503, usually[client]!]]))

/** The region of the catalogue in which Keystone itself is behind a relay. */
const region = 'Relayed'
const relayedKeystone = 'keystone-relayed'

describe('the gate under traffic of 32 clients, while a service is away', { timeout: 3_600_000 }, () => {
  let bench: GateBench
  let ways: Readonly<Record<'database' | 'keystone' | 'nova' | 'trove', Relay>>
  let clients: readonly Client[]
  before(async () => {
    const rig = await theRig()
    const relayTo = (url: string) => startRelay({ host: '127.0.0.1', port: Number(new URL(url).port) })
    const through = (url: string, { port }: Relay) => Object.assign(new URL(url), { port }).href.replace(/\/$/, '')
    const [keystone, nova] = [await relayTo(rig.keystone.url), await relayTo(rig.nova.url)]
    // Trove has ways of its own.
    const relays: Partial<Record<keyof typeof ways, Relay>> = { keystone, nova }
    const relayed = (name: 'database' | 'trove') => async (url: string) => {
      relays[name] = await relayTo(url)
      return through(url, relays[name])
    }
    const keystoneUrl = through(rig.keystone.url, keystone)
    await makeCatalogue(rig.client, [[relayedKeystone, 'identity', `${keystoneUrl}/v3`]], region)
    bench = await startGateBench(rig, {
      conf: {
        DEFAULT: [`nova_compute_url = ${through(rig.nova.url, nova)}/v2.1`],
        trovets: [
          ...[
            `decision_timeout = ${decisionMs / 1000}`,
            `trove_timeout = ${troveMs / 1000}`,
            'trove_connect_timeout = 2',
          ],
          ...['flavors_refresh_time = 3', 'flavors_max_age = 6', `request_timeout = ${troveMs / 1000}`],
        ],
        keystone_authtoken: [
          ...[`auth_url = ${keystoneUrl}`, `region_name = ${region}`, 'interface = public'],
          ...['http_connect_timeout = 3', 'token_cache_time = 2'],
        ],
      },
      connection: relayed('database'),
      endpoint: relayed('trove'),
    })
    ways = relays as typeof ways
    const kinds = await clientsOf(bench)
    clients = Array.from({ length: clientsOfEach }, () => kinds).flat()
  })
  after(async () => {
    await bench?.stop()
    for (const relay of Object.values(ways ?? {})) await relay.stop()
    // Who names no region takes the first endpoint there is: it must not be this one.
    const { ask, url } = (await theRig()).client
    const { services } = await ask<{ services: { id: string }[] }>('GET', `${url}/v3/services?name=${relayedKeystone}`)
    for (const { id } of services) await ask('DELETE', `${url}/v3/services/${id}`)
  })

  const ourDatabase: Away = { ...each(judged, [503]), [ofTheGate]: [503] }
  /** Trove answers 500 and its like where it lacks the service, too, and the gate 503 where Trove does not answer. */
  const troveToo = [200, 400, 401, 404, 500, 503]
  /** What was admitted just before the service went away reaches a Trove that lacks it. */
  const admittedInTime = [401, 500, 503]
  const keystone: Away = {
    ...each(judged, [503]),
    ...each(troves, troveToo),
    admitted: admittedInTime,
    [ofTheGate]: [200, 503],
  }
  const nova: Away = {
    ...each(judged, [503]),
    admitted: admittedInTime,
    ...each(['delete of nothing', 'restart of nothing', 'list of instances'], troveToo),
  }

  const slow = (way: keyof typeof ways, away: Away): Outage => ({
    begin: () => ways[way].slow(slowMs),
    end: () => ways[way].resume(),
    away,
  })

  const services: Readonly<Record<string, Outage>> = {
    'our way to the database is refused': {
      begin: () => ways.database.refuse(),
      end: () => ways.database.resume(),
      away: ourDatabase,
    },
    'our way to the database freezes': {
      begin: () => ways.database.freeze(),
      end: () => ways.database.resume(),
      away: ourDatabase,
    },
    'our way to the database is slow': slow('database', each503([...judged, ofTheGate])),
    'our way to Nova is slow': slow('nova', each503(judged)),
    'our way to Keystone is slow': slow('keystone', each503([...judged, ofTheGate])),
    // It answers in time, late as it is.
    'our way to Trove is slow': slow('trove', {}),
    'the database of both is stopped': {
      begin: () => bench.rig.database.shutDown(),
      end: () => bench.rig.database.startAgain(),
      away: { ...ourDatabase, ...each([...troves, 'admitted'], [500, 503]) },
    },
    'the database of both freezes': {
      begin: () => bench.rig.database.freeze(),
      end: () => bench.rig.database.thaw(),
      away: { ...ourDatabase, ...each([...troves, 'admitted'], [500, 503]) },
    },
    'Nova is stopped': { begin: () => bench.rig.nova.stop(), end: () => bench.rig.nova.start(), away: nova },
    'Nova freezes': { begin: () => bench.rig.nova.freeze(), end: () => bench.rig.nova.thaw(), away: nova },
    'Keystone is stopped': {
      begin: () => bench.rig.keystone.stop(),
      end: () => bench.rig.keystone.start(),
      away: keystone,
    },
    'Keystone freezes': {
      begin: () => bench.rig.keystone.freeze(),
      end: () => bench.rig.keystone.thaw(),
      away: keystone,
    },
    'Trove is stopped': {
      begin: () => bench.trove.stop(),
      end: () => bench.trove.start(),
      away: each([...troves, 'admitted'], [503]),
    },
    'Trove freezes': {
      begin: () => bench.trove.freeze(),
      end: () => bench.trove.thaw(),
      away: each([...troves, 'admitted'], [503]),
    },
  }

  for (const [what, { begin, end, away }] of Object.entries(services))
    test(`${what}: each request is answered in time, nothing unchecked reaches Trove, and all is well again`, async t => {
      const isSlow = what.endsWith('slow')
      const isUsual = ({ client, status }: Answered) => status === usually[client]
      const isAway = (answered: Answered) => away[answered.client]?.includes(answered.status) ?? isUsual(answered)
      bench.trove.forget()
      const traffic = startTraffic(clients, pauseMs)
      try {
        await traffic.until('before', 2, 0, isUsual)
        const beginsMs = performance.now()
        await begin()
        const sinceMs = performance.now() + (isSlow ? forgottenMs : 0)
        await traffic.until('while it is away', isSlow ? 2 : 3, sinceMs, isAway).finally(end)
        const backMs = performance.now()
        await traffic.until('after', 3, backMs, isUsual)
        const wellMs = performance.now()
        await traffic.stop()
        assert.ok(wellMs - backMs < recoveryMs, `${Math.round(wellMs - backMs)} ms to recover`)
        for (const answered of traffic.answers) {
          const shown = JSON.stringify({ ...answered, text: answered.text.slice(0, 300) })
          assert.ok(isUsual(answered) || (answered.endedMs > beginsMs && isAway(answered)), shown)
          assert.ok(answered.endedMs - answered.beganMs < decisionMs + troveMs + slackMs, `too slow: ${shown}`)
          if (answered.status === 503 && judged.includes(answered.client))
            assert.match(answered.retryAfter ?? '', /^[1-9]\d*$/, shown)
        }
        const lateMs = Math.max(...traffic.answers.map(({ beganMs, endedMs }) => endedMs - beganMs))
        if (isSlow) assert.ok(lateMs > slowMs / 2, `nothing was slow: ${Math.round(lateMs)} ms`)
        t.diagnostic(
          `${traffic.answers.length} answers, the slowest in ${Math.round(lateMs)} ms; ${countsOf(traffic.answers)}`,
        )
        t.diagnostic(`well again after ${Math.round(wellMs - backMs)} ms`)
        const reached = bench.trove.received().filter(({ body }) => /"flavorRef":"[35]"/.test(body))
        assert.deepEqual(reached, [], 'refused requests that reached Trove')
        await assertNothingUnchecked()
      } finally {
        await traffic.stop()
      }
    })

  /** Our own count of what was admitted without a decision. */
  async function assertNothingUnchecked() {
    const metrics = await (await fetch(`${bench.ours.url}/metrics`)).text()
    assert.match(metrics, /outcome="refused"/)
    assert.doesNotMatch(metrics, /outcome="unchecked"/)
  }
})

/** How often each client got each status. */
const countsOf = (answers: readonly Answered[]) =>
  Object.entries(Object.groupBy(answers, ({ client, status }) => `${client} ${status}`))
    .map(([what, all]) => `${what}: ${all!.length}`)
    .join(', ')

async function clientsOf({ rig, ours, instance }: GateBench): Promise<Client[]> {
  const { token, projectId } = await rig.client.login('demo')
  const client = (name: string, method: string, path: string, body?: object): Client => ({
    name,
    request: () => ({
      url: `${ours.url}/v1.0/${projectId}${path}`,
      init: {
        method,
        headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      },
    }),
  })
  const create = (flavorRef: string, size: number) => ({
    instance: { name: 'db', flavorRef, volume: { size }, datastore: { type: 'mysql', version: 'strict' } },
  })
  const nothing = '/instances/6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f12'
  const running = `/instances/${await instance('2', 'strict')}`
  return [
    client('list of instances', 'GET', '/instances?limit=1'),
    client('datastores', 'GET', '/datastores'),
    client('delete of nothing', 'DELETE', nothing),
    client('restart of nothing', 'POST', `${nothing}/action`, { restart: {} }),
    client('refused', 'POST', '/instances', create('3', 1)),
    client('admitted', 'POST', '/instances', create('4', 100_000)),
    client('refused resize', 'POST', `${running}/action`, { resize: { flavorRef: '5' } }),
    client(ofTheGate, 'GET', '/datastores/mysql/versions/strict/flavors'),
  ]
}
