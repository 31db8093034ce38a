import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { type GateBench, manyInstances, startGateBench, type Version } from './gate-bench.ts'
import type { World } from './gate-bodies.ts'
import { everydayRequests, type GeneratedRequest, oddRequests } from './gate-requests.ts'
import type { Admitted, Policies, Understood } from './gate-understood.ts'
import { oddForms, plainForm, sendBytes, type WireForm } from './gate-wire.ts'
import type { PipelineFilter } from './recording-trove.ts'
import type { Rig } from './rig.ts'

/** A request in the form in which it is sent. */
export type Sent = Readonly<{ request: GeneratedRequest; form: string; token: string }>

/** A gate in front of a Trove that writes down what it understands, and gives nothing. */
export type FuzzBench = Readonly<{
  policies: Policies
  /** The same requests for the same seed. */
  generate(seed: number, count: number): Promise<readonly Sent[]>
  /** Sends a request. `place` tells it from others. Gives the statuses of the answers. */
  send(sent: Sent, place: number): Promise<readonly number[]>
  /** What Trove has understood since the last call. */
  understood(): readonly Understood[]
  /** What the gate has admitted, by the id of the decision. Trove may get a request after its client has gone. */
  admitted(): Promise<ReadonlyMap<string, readonly Admitted[]>>
  /** The gate's own count of its decisions. */
  decided(operation: string, outcome: string): Promise<number>
  stop(): Promise<void>
}>

const forms: Readonly<Record<string, WireForm>> = { plain: plainForm, ...oddForms }

const giving: PipelineFilter = {
  name: 'giving',
  before: 'cors',
  // In the folder in which trove-api runs.
  lines: ['paste.filter_factory = trove_giving:filter_factory', 'file = given'],
}

const defaultDatastore = 'mysql'

export async function startFuzzBench(rig: Rig): Promise<FuzzBench> {
  const bench = await startGateBench(rig, {
    conf: { DEFAULT: [`default_datastore = ${defaultDatastore}`] },
    behind: {
      conf: { DEFAULT: { ...manyInstances.DEFAULT, default_datastore: defaultDatastore } },
      filters: [giving],
      modules: ['trove-giving.py'],
    },
  })
  const sql = await createConnection({ uri: bench.trove.connection.replace('mysql+pymysql', 'mysql'), charset: 'utf8' })
  const query = async (text: string, values: unknown[] = []) => (await sql.query<RowDataPacket[]>(text, values))[0]
  const stop = async () => {
    await sql.end()
    await bench.stop()
  }
  try {
    await query(`update datastores set default_version_id =
      (select id from datastore_versions v where v.datastore_id = datastores.id and v.name = 'plain')`)
    const admitted = await copyAdmissions(query)
    const versions = await query('select id, name from datastore_versions')
    const names = new Map(versions.map(({ id, name }) => [String(id), name as Version]))
    const { fast } = rig.ids.volumeTypes
    return {
      policies: { versionOf: id => names.get(id), fastTypes: ['fast-ssd', fast] },
      generate: await generator(bench, query),
      send: (sent, place) => send(bench, sent, place),
      understood: newLines(join(bench.trove.folder, 'given')),
      admitted,
      decided: (operation, outcome) => decided(bench, operation, outcome),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Query = (text: string, values?: unknown[]) => Promise<RowDataPacket[]>

/** Keeps each row of the gate's admissions, which it removes itself when Trove refuses. */
async function copyAdmissions(query: Query): Promise<FuzzBench['admitted']> {
  await query('create table fuzz_admissions like trovets_admissions')
  const columns = (await query('show columns from trovets_admissions')).map(({ Field }) => String(Field))
  const values = columns.map(column => `new.${column}`)
  await query(
    `create trigger fuzz_admitted after insert on trovets_admissions for each row
     insert into fuzz_admissions (${columns}) values (${values})`,
  )
  const kept = new Map<string, Admitted[]>()
  return async () => {
    const rows = await query(
      `select id, decision_id as decision, operation, outcome, instance_id as instance, cluster_id as cluster,
         datastore_version_id as version, flavor_id as flavor from fuzz_admissions`,
    )
    for (const { decision, ...admitted } of rows as (Admitted & { decision: string })[])
      kept.set(decision, [...(kept.get(decision) ?? []), admitted])
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await query('delete from fuzz_admissions where id in (?)', [ids])
    return kept
  }
}

/** Reads what was added to a file of JSON texts since the last call. */
function newLines(file: string): FuzzBench['understood'] {
  let read = 0
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
    const added = lines.slice(read).map(line => JSON.parse(line) as Understood)
    read = lines.length
    return added
  }
}

/** What a tenant's requests name, and the same for an administrator, who has another project. */
async function worlds({ rig, instance, cluster }: GateBench, query: Query): Promise<readonly [World, World]> {
  const { projects, volumeTypes } = rig.ids
  const ids = await query(
    `select v.id from datastore_versions v join datastores d on d.id = v.datastore_id where d.name = ?`,
    [defaultDatastore],
  )
  const versions = ['plain', 'lenient', 'typed', 'strict']
  const tenant: World = {
    project: projects.demo,
    instance: await instance('2', 'plain'),
    ...{ cluster: await cluster('2', 'plain'), mongo: await cluster('2', 'plain', 'mongodb') },
    flavors: [
      ...['2', '4', 2, 4, `${rig.nova.url}/v2.1/${projects.demo}/flavors/2`, 'https://nova:8774/flavors/4?x=1'],
      ...['2', '4', '2', 4, '1', '3', 5],
    ],
    volumeTypes: ['fast-ssd', 'fast-ssd', volumeTypes.fast, 'lvmdriver-1', null],
    regions: ['RegionOne'],
    datastores: ['mysql', 'mysql', 'MySQL'],
    clusterDatastores: ['redis', 'mongodb', 'Redis'],
    versions: [...versions, ...versions, 'PLAIN', String(ids[0]!.id)],
    versionNumbers: versions,
  }
  return [tenant, { ...tenant, project: projects.admin }]
}

async function generator(bench: GateBench, query: Query): Promise<FuzzBench['generate']> {
  const [tenant, admin] = await worlds(bench, query)
  const { client } = bench.rig
  const people = [
    { world: tenant, user: 'demo', share: 0.8 },
    { world: admin, user: 'admin', share: 0.2 },
  ]
  const form = fc.oneof(
    { arbitrary: fc.constant('plain'), weight: 4 },
    { arbitrary: fc.constantFrom(...Object.keys(oddForms)), weight: 1 },
  )
  return async (seed, count) => {
    // A long run outlives a token.
    const tokens = new Map<string, string>()
    for (const { user } of people) tokens.set(user, (await client.login(user)).token)
    const sampled = people.flatMap(({ world, user, share }) => {
      const token = tokens.get(user)!
      const half = Math.round((count * share) / 2)
      const both = [...everydayRequests(seed, half, world), ...oddRequests(seed, half, world)]
      return both.map(request => ({ request, token }))
    })
    const sampledForms = fc.sample(form, { seed, numRuns: sampled.length })
    return sampled.map((each, index) => ({ ...each, form: sampledForms[index]! }))
  }
}

/** How long an answer may take, and how long a server waits that gets too little. */
const [answerMs, hangMs] = [30_000, 1500]

async function send({ ours }: GateBench, { request, form, token }: Sent, place: number): Promise<readonly number[]> {
  const { method, path, query, headers, body } = request
  const { write, mayHang } = forms[form]!
  const bytes = write({
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: [['X-Auth-Token', token], ['X-Fuzz-Request', String(place)], ...Object.entries(headers)],
    body: Buffer.from(body, 'base64'),
  })
  return (await sendBytes(ours.url, bytes, mayHang ? hangMs : answerMs)).statuses
}

async function decided({ ours }: GateBench, operation: string, outcome: string): Promise<number> {
  const metrics = await (await fetch(`${ours.url}/metrics`)).text()
  const name = `trovets_gate_decision_duration_seconds_count{operation="${operation}",outcome="${outcome}"}`
  const line = metrics.split('\n').find(each => each.startsWith(name))
  return line === undefined ? 0 : Number(line.split(' ').at(-1))
}
