import { openDatabase } from '../src/db/database.ts'
import { besideOthers } from './beside-others.ts'
import { type Cloud, makeCloud, onEngine } from './cloud.ts'
import { enlarge, largeProject, middleInstance, middleOfAll } from './large-cloud.ts'
import { type Asked, load } from './load.ts'
import type { Measured } from './processes.ts'
import { readBenchArgs, writeJson } from './report.ts'

/*
 * Whether the cost of an answer grows with the cloud: the same answers from a small database and from one with 10,000 versions,
 * 1,000,000 associations, 220,000 instances and 200,000 recorded changes, in turn. First each after a change of the database,
 * so that nothing is remembered, then as often as possible. Then, at three sizes, what reads everything: how long it takes, how
 * long other requests wait meanwhile, and how much memory it needs.
 */
const sizes = [1000, 3000, 10_000]
const associationsOfEach = 100

const { effort, engines, isMeant, json } = readBenchArgs()
const all: Record<string, unknown> = {}
const say = (what: string, figures: Readonly<Record<string, number>>) => {
  all[what] = figures
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(value < 10 ? 2 : 0)}`)
  console.log(`${what}: ${shown.join(', ')}`)
}

type Pair = Readonly<{ cloud: Cloud; server: Measured; member: string; admin: string; versions: number }>

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** Answers of the same size from either cloud. */
function readsOf({ cloud, member, admin, versions }: Pair): Record<string, Asked> {
  const { version, projectId, instanceId } = cloud
  const get = (project: string, token: string, path: string): Asked => ({
    ...{ method: 'GET', path: `/v1.0/${project}${path}`, headers: { 'x-auth-token': token }, status: 200 },
  })
  const own = (path: string) => get(projectId, member, path)
  const ofAdmin = (path: string) => get(largeProject.id, admin, path)
  const isLarge = versions > 0
  const body = { instance: { name: 'db', flavorRef: '1', volume: { size: 1 }, datastore: { type: version.datastore } } }
  const below = `/datastores/${version.datastore}/versions/${version.id}`
  const reads: Record<string, Asked> = {
    'flavors of a version': own(`${below}/flavors`),
    'verdicts of a version': own(`${below}/flavors?verdicts=true`),
    'a version': own(below),
    'an instance': own(`/instances/${instanceId}`),
    'a page of instances': own('/instances?limit=20'),
    'a page of a large project': isLarge ? ofAdmin('/instances?limit=20') : own('/instances?limit=20'),
    'a deep page of it': isLarge ? ofAdmin(`/instances?limit=20&marker=${middleInstance}`) : own('/instances?limit=20'),
    'a page of all instances': ofAdmin('/mgmt/instances?limit=20'),
    'a deep page of all': ofAdmin(`/mgmt/instances?limit=20${isLarge ? `&marker=${middleOfAll(versions)}` : ''}`),
    'a page of the history': ofAdmin('/mgmt/flavor-rule-events?limit=20'),
    'the history of a version': ofAdmin(`/mgmt/flavor-rule-events?limit=20&version=${version.id}`),
    'the history of an author': ofAdmin('/mgmt/flavor-rule-events?limit=20&by=bench'),
    'the findings of a version': ofAdmin(`/mgmt/flavor-compliance?datastore=${version.datastore}&limit=20`),
    'a dry run': {
      ...own('/instances/dry-run'),
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { 'x-auth-token': member, 'content-type': 'application/json' },
    },
  }
  return Object.fromEntries(Object.entries(reads).filter(([what]) => isMeant(what)))
}

const asksOf = 60

/** Milliseconds of an answer after a change of the database, over one connection. */
async function afterChanges(pairs: readonly Pair[], what: string): Promise<number[]> {
  const times: number[][] = pairs.map(() => [])
  const databases = await Promise.all(
    pairs.map(({ cloud }) => openDatabase(cloud.connection, { poolSizeMax: 1, create: false })),
  )
  for (let n = 0; n < asksOf; n++)
    for (const [index, pair] of pairs.entries()) {
      const { method, path, headers, body, status } = readsOf(pair)[what]!
      const row = { id: `${n}`, tenant_id: 'bench', resource: `r${n}`, hard_limit: 1, created: null, updated: null }
      await databases[index]!.kysely.insertInto('quotas').values(row).execute()
      await databases[index]!.kysely.deleteFrom('quotas').where('id', '=', row.id).execute()
      const beganMs = performance.now()
      const answer = await fetch(pair.server.url + path, { method, headers, ...(body === undefined ? {} : { body }) })
      await answer.arrayBuffer()
      if (answer.status !== status) throw new Error(`${what}: ${answer.status}`)
      if (n >= asksOf / 4) times[index]!.push(performance.now() - beganMs)
    }
  for (const database of databases) await database.close()
  return times.map(median)
}

/** Microseconds of the server's CPU for an answer, when it is asked for as often as possible. */
async function underLoad(pairs: readonly Pair[], what: string): Promise<number[]> {
  const costs: number[][] = pairs.map(() => [])
  for (let round = 0; round <= effort.rounds; round++)
    for (const [index, pair] of pairs.entries()) {
      const { perCpuSecond } = await load(pair.server, readsOf(pair)[what]!, effort.seconds)
      if (round > 0) costs[index]!.push(1e6 / perCpuSecond)
    }
  return costs.map(median)
}

async function compare(engine: string, pairs: readonly Pair[]): Promise<void> {
  for (const what of Object.keys(readsOf(pairs[0]!))) {
    const [few, many] = (await afterChanges(pairs, what)) as [number, number]
    const [fewUs, manyUs] = effort.rounds > 0 ? ((await underLoad(pairs, what)) as [number, number]) : [1, 1]
    say(`${engine}: ${what}`, {
      fewMs: few,
      manyMs: many,
      ratio: many / few,
      fewUs,
      manyUs,
      ratioOfCpu: manyUs / fewUs,
    })
  }
}

const readersOfAll = ['/metrics', '/mgmt/flavor-compliance', '/mgmt/datastore-catalogue', '/mgmt/flavor-verdicts']

/** What reads everything. */
async function readAll(engine: string, { cloud, server, admin, versions }: Pair): Promise<void> {
  // One that does nothing, to say what other requests wait for anyway.
  for (const path of ['/healthcheck', ...readersOfAll].filter(isMeant)) {
    const whole = path.startsWith('/mgmt') ? `/v1.0/${cloud.projectId}${path}` : path
    const own = path.startsWith('/mgmt') ? whole.replace(cloud.projectId, largeProject.id) : path
    const figures = await besideOthers(server, own, { headers: { 'x-auth-token': admin } })
    const size = versions * associationsOfEach
    say(`${engine}: ${path} at ${size}`, { ...figures, usPerAssociation: (figures.seconds * 1e6) / size })
  }
}

async function pairOf(cloud: Cloud, versions: number): Promise<Pair> {
  const server = await cloud.startApi({ log: false })
  const member = await cloud.tokenOn(server)
  return { cloud, server, member, admin: (await cloud.adminOn(server.url)).token, versions }
}

for (const engine of engines)
  await onEngine(engine, async (small, newDatabase) => {
    const large = await makeCloud(await newDatabase())
    try {
      let before = 0
      for (const versions of sizes) {
        await enlarge(large, before, versions)
        before = versions
        const pair = await pairOf(large, versions)
        await readAll(engine, pair)
        await pair.server.stop()
      }
      const pairs = [await pairOf(small, 0), await pairOf(large, before)]
      await compare(engine, pairs)
      for (const { server } of pairs) await server.stop()
    } finally {
      await large.close()
    }
  })
writeJson(json, { scale: all })
