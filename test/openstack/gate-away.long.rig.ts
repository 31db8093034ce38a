import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Answered, type Client, startTraffic } from '../programs/traffic.ts'
import { type GateBench, startGateBench } from './gate-bench.ts'
import { type Relay, startRelay } from './relay.ts'
import { theRig } from './the-rig.ts'

/** `[trovets] decision_timeout` and `trove_timeout`: a judged request may take both. */
const [decisionMs, troveMs] = [5000, 8000]
/** What an answer may take longer on a machine that is busy with all this. */
const slackMs = 5000
/** How soon everything must be well again once the service answers. */
const recoveryMs = 30_000

/** What each client is answered while a service is away; what `usually` says before and after. */
type Away = Readonly<Record<string, readonly number[]>>

/** `admitted` asks for a volume that Trove refuses, so that it can be asked again and again. */
const usually: Readonly<Record<string, number>> = {
  ...{ 'list of instances': 200, datastores: 200, 'delete of nothing': 404, 'restart of nothing': 404 },
  ...{ refused: 400, admitted: 413, 'refused resize': 400, 'list of flavors by the gate': 200 },
}
const troves = ['list of instances', 'datastores', 'delete of nothing', 'restart of nothing']
const judged = ['refused', 'admitted', 'refused resize']

const each = (clients: readonly string[], statuses: readonly number[]): Away =>
  Object.fromEntries(clients.map(client => [client, statuses]))

describe('the gate under traffic, while a service is away', () => {
  let bench: GateBench
  let relay: Relay
  let clients: readonly Client[]
  before(async () => {
    bench = await startGateBench(await theRig(), {
      conf: {
        trovets: [
          ...[
            `decision_timeout = ${decisionMs / 1000}`,
            `trove_timeout = ${troveMs / 1000}`,
            'trove_connect_timeout = 2',
          ],
          ...['flavors_refresh_time = 3', 'flavors_max_age = 6', `request_timeout = ${troveMs / 1000}`],
        ],
        keystone_authtoken: ['http_connect_timeout = 3', 'token_cache_time = 2'],
      },
      // Trove's own way to the database is another one.
      async connection(connection) {
        const url = new URL(connection)
        relay = await startRelay({ host: url.hostname, port: Number(url.port) })
        url.port = String(relay.port)
        return url.href
      },
    })
    clients = await clientsOf(bench)
  })
  after(async () => {
    await bench?.stop()
    await relay?.stop()
  })

  const ourDatabase: Away = { ...each(judged, [503]), 'list of flavors by the gate': [503] }
  /** Trove answers 500 and its like where it lacks the service, too, and the gate 503 where Trove does not answer. */
  const troveToo = [200, 400, 401, 404, 500, 503]
  const keystone: Away = {
    ...each(judged, [503]),
    ...each(troves, troveToo),
    'list of flavors by the gate': [200, 503],
  }
  const nova: Away = {
    ...each(judged, [503]),
    ...each(['delete of nothing', 'restart of nothing', 'list of instances'], troveToo),
  }

  const services: Readonly<Record<string, { begin(): unknown; end(): unknown; away: Away }>> = {
    'our way to the database is refused': { begin: () => relay.refuse(), end: () => relay.resume(), away: ourDatabase },
    'our way to the database freezes': { begin: () => relay.freeze(), end: () => relay.resume(), away: ourDatabase },
    'the database of both is stopped': {
      begin: () => bench.rig.database.shutDown(),
      end: () => bench.rig.database.startAgain(),
      away: { ...ourDatabase, ...each(troves, [500, 503]) },
    },
    'the database of both freezes': {
      begin: () => bench.rig.database.freeze(),
      end: () => bench.rig.database.thaw(),
      away: { ...ourDatabase, ...each(troves, [500, 503]) },
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
    test(`${what}: each request is answered in time, nothing unchecked reaches Trove, and all is well again`, async () => {
      const isUsual = ({ client, status }: Answered) => status === usually[client]
      const isAway = (answered: Answered) => away[answered.client]?.includes(answered.status) ?? isUsual(answered)
      bench.trove.forget()
      const traffic = startTraffic(clients)
      try {
        await traffic.until('before', 2, 0, isUsual)
        const beginsMs = performance.now()
        await begin()
        await traffic.until('while it is away', 3, performance.now(), isAway).finally(end)
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
    client('list of flavors by the gate', 'GET', '/datastores/mysql/versions/strict/flavors'),
  ]
}
