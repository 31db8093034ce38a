import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Deployment, deploy, type Program, startBin } from '../servers/deployment.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'
import { writeWorldFiles } from '../world-files.ts'
import { type Answered, type Client, startTraffic, type Traffic } from './traffic.ts'

const flavors = "flavors:\n  - { id: '1', name: tiny, vcpus: 1, ram: 64, disk: 1 }\n"
/** `[trovets] request_timeout`. */
const deadlineMs = 4000
/** What an answer may take longer on a machine that is busy with all this. */
const slackMs = 2000
/** How soon everything must be well again once the server answers. */
const recoveryMs = 12_000

const conf = {
  DEFAULT: ['default_datastore = postgresql'],
  trovets: ['rate_limits = false', `request_timeout = ${deadlineMs / 1000}`, 'claim_time = 5'],
}

type Outage = Readonly<{
  begin(server: RestartableServer): void | Promise<void>
  end(server: RestartableServer): void | Promise<void>
}>

const outages: Readonly<Record<string, Outage>> = {
  'is stopped and started': { begin: server => server.shutDown(), end: server => server.startAgain() },
  'is killed and started': { begin: server => server.kill(), end: server => server.startAgain() },
  'freezes and thaws': { begin: server => server.freeze(), end: server => server.thaw() },
}

/** Clients of every kind, half of them on either API. */
async function clientsOf(at: Deployment, round: string) {
  const [admin, demo] = [await at.tokenOf('admin'), await at.tokenOf('demo')]
  const version = (await at.ports.stores.versions.list())[0]!
  const asked = (person: 'admin' | 'demo', method: string, path: string, body?: object, api = 0) => ({
    url: `${at.urls[api]}/v1.0/${at.projectOf(person)}${path}`,
    init: {
      method,
      headers: {
        'x-auth-token': person === 'admin' ? admin : demo,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
  })
  const made = await ask(
    asked('admin', 'POST', '/mgmt/datastore-versions', {
      version: {
        name: `traffic ${round}`,
        datastore_name: 'postgresql',
        datastore_manager: 'postgresql',
        image: version.imageId,
        active: true,
      },
    }),
  )
  assert.equal(made.status, 202, await made.text())
  const versions = await at.ports.stores.versions.list()
  const written = versions.find(({ name }) => name === `traffic ${round}`)!.id
  const dryRun = { instance: { name: 'x', flavorRef: '1', volume: { size: 1 } } }
  const clients: Client[] = [
    { name: 'datastores', request: count => asked('demo', 'GET', '/datastores', undefined, count % 2) },
    { name: 'flavors', request: count => asked('demo', 'GET', `/flavors/${version.id}`, undefined, count % 2) },
    { name: 'instances', request: count => asked('demo', 'GET', '/instances', undefined, count % 2) },
    { name: 'dry run', request: count => asked('demo', 'POST', '/instances/dry-run', dryRun, count % 2) },
    {
      name: 'associations',
      request: count =>
        asked('admin', 'POST', `/mgmt/datastore-versions/${written}/flavors`, {
          ...{ flavors: [`f${count}`], check: false, allow_none: true },
        }),
    },
    {
      name: 'version',
      request: count => asked('admin', 'PATCH', `/mgmt/datastore-versions/${written}`, { packages: [`n${count}`] }, 1),
    },
    { name: 'health', request: count => ({ url: `${at.urls[count % 2]}/healthcheck`, init: {} }) },
  ]
  return { clients, written, asked }
}

type Asked = Awaited<ReturnType<typeof clientsOf>>['asked']

async function create(asked: Asked): Promise<string> {
  const made = await ask(
    asked('demo', 'POST', '/instances', { instance: { name: 'x', flavorRef: '1', volume: { size: 1 } } }),
  )
  assert.equal(made.status, 200)
  return ((await made.json()) as { instance: { id: string } }).instance.id
}

const ask = ({ url, init }: { url: string; init: RequestInit }) => fetch(url, init)
const isDone = ({ status }: Answered) => status === 200 || status === 202
const isAway = ({ status }: Answered) => status === 503

function assertAnswers(
  traffic: Traffic,
  at: { beginsMs: number; awayMs: number; endsMs: number; wellMs: number },
): void {
  for (const answered of traffic.answers) {
    const shown = JSON.stringify(answered)
    assert.ok(isDone(answered) || isAway(answered), shown)
    assert.ok(answered.endedMs - answered.beganMs < deadlineMs + slackMs, `too slow: ${shown}`)
    if (isAway(answered)) {
      assert.equal(answered.retryAfter, '10', shown)
      assert.match(
        answered.text,
        /^\{"serviceUnavailable":\{"code":503,"message":"The (database is (?:unreachable|busy)|request timed out(?:\. It may still complete: [^.]+)?)\. Please keep this ID to help us figure out what went wrong: \([0-9a-f-]{36}\)\."\}\}$/,
      )
    }
    if (answered.endedMs < at.beginsMs || answered.beganMs > at.wellMs) assert.ok(isDone(answered), shown)
    if (answered.beganMs > at.awayMs && answered.endedMs < at.endsMs) assert.ok(isAway(answered), shown)
  }
}

/** What was answered that it is done is there; of what was answered 503 nobody can tell. */
async function assertNothingLost(at: Deployment, traffic: Traffic, written: string): Promise<void> {
  const rows = await at.ports.stores.metadata.list(written as never, ['flavor'])
  const there = new Set(rows.map(({ value }) => value))
  const added = traffic.answers.filter(({ client }) => client === 'associations')
  const lost = added.flatMap((answered, count) => (isDone(answered) && !there.has(`f${count}`) ? [count] : []))
  assert.deepEqual(lost, [])
  assert.equal(there.size, rows.length)
  const patched = traffic.answers.filter(({ client }) => client === 'version')
  const lastDone = patched.findLastIndex(isDone)
  const version = await at.ports.stores.versions.byId(written as never)
  const possible = patched.slice(lastDone).map((_, index) => `n${lastDone + index}`)
  assert.ok(possible.includes(String(version?.packages)), `${version?.packages} is none of ${possible}`)
}

/** What a program wrote since, in its log. */
const since = (program: Program, length: number) => program.said().slice(length)

function assertToldOnce(program: Program, length: number): void {
  const lines = since(program, length).split('\n').filter(Boolean)
  const told = lines.filter(line => /"msg":"The database [^"]+ is (unreachable|back)/.test(line))
  const words = told.map(line => (line.includes('is back') ? 'back' : 'away'))
  assert.deepEqual(words, ['away', 'back'], told.join('\n'))
  assert.deepEqual(lines.filter(line => /"level":50|"stack"/.test(line)).slice(0, 3), [])
}

async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not ${what} within a minute`)
    await setTimeout(200)
  }
}

const servers = {
  postgresql: startPostgresql,
  ...(process.env.TROVE_TS_TEST_SYSTEM === '1' ? { mariadb: startMariadb } : {}),
}

for (const [name, start] of Object.entries(servers)) {
  describe(`the ${name} that two APIs and a worker need`, () => {
    let server: RestartableServer
    let at: Deployment
    const ends: (() => Promise<void>)[] = []
    before(async () => {
      server = await start({ isDurable: true })
      ends.push(() => server.stop())
      at = await deploy(
        { after: end => ends.push(end) },
        {
          connection: await server.createDatabase(),
          flavors,
          apis: 2,
          workers: 1,
          conf,
        },
      )
    })
    after(async () => {
      for (const end of ends.reverse()) await end()
    })

    for (const [what, outage] of Object.entries(outages)) {
      test(`${what} under traffic: 503 in time, nothing lost, and all is well again without a restart of ours`, async () => {
        const { clients, written, asked } = await clientsOf(at, what)
        const programs = [...at.apis, ...at.workers]
        const lengths = programs.map(({ said }) => said().length)
        const traffic = startTraffic(clients)
        let begun: string
        try {
          await traffic.until('before', 3, 0, isDone)
          begun = await create(asked)
          const beginsMs = performance.now()
          await outage.begin(server)
          const awayMs = performance.now()
          await traffic.until('while it is away', 2, awayMs, isAway)
          await assert.rejects(
            startBin('trove-api', ['--config-file', at.configFile], /is ready/),
            /The database (mysql|postgresql):\/\/127\.0\.0\.1\/trove_\d+ cannot be opened: .+\. Check that the server runs/,
          )
          const endsMs = performance.now()
          await outage.end(server)
          const backMs = performance.now()
          await traffic.until('after', 5, backMs, isDone)
          const wellMs = performance.now()
          assert.ok(wellMs - backMs < recoveryMs, `${Math.round(wellMs - backMs)} ms to recover`)
          await traffic.stop()
          assertAnswers(traffic, { beginsMs, awayMs, endsMs, wellMs })
          await assertNothingLost(at, traffic, written)
        } finally {
          await traffic.stop()
        }

        // What was begun before, and what is wanted now.
        for (const id of [begun, await create(asked)]) {
          const show = async () => (await ask(asked('demo', 'GET', `/instances/${id}`))).text()
          await untilSo(`ACTIVE: ${await show()}`, async () => /"status":"ACTIVE"/.test(await show()))
          assert.doesNotMatch(await show(), /"fault"/)
        }
        for (const [index, program] of programs.entries()) {
          assert.equal(program.child.exitCode, null)
          assertToldOnce(program, lengths[index]!)
        }
      })
    }

    test('is killed and started: trove-all-in-one goes on, too, and can be stopped while the server hangs', async t => {
      const { dataDir, configFile } = await writeWorldFiles({ connection: await server.createDatabase(), conf })
      t.after(() => rmSync(dataDir, { recursive: true, force: true }))
      const program = await startBin('trove-all-in-one', ['--config-file', configFile], /listening at ([^\s"]+)/)
      t.after(() => void program.child.kill('SIGKILL'))
      const url = program.match[1]!
      const health = async () => (await fetch(`${url}/healthcheck`)).status
      const isUp = async () => /^trovets_database_up (\d)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]
      assert.deepEqual([await health(), await isUp()], [200, '1'])
      await server.kill()
      assert.deepEqual([await health(), await isUp()], [503, '0'])
      await server.startAgain()
      await untilSo('healthy', async () => (await health()) === 200)
      assert.equal(await isUp(), '1')
      // The worker looks each second, and has to notice as well before its silence is a proof.
      await untilSo('told', async () => /is back after/.test(program.said()))
      assertToldOnce(program, 0)

      await server.freeze()
      try {
        program.child.kill('SIGTERM')
        await Promise.race([program.ended, setTimeout(20_000, undefined, { ref: false })])
        assert.equal(program.child.exitCode, 0, program.said())
      } finally {
        server.thaw()
      }
    })
  })
}
