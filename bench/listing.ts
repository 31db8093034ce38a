import { spawnSync } from 'node:child_process'
import { updateDatastore, upsertDatastoreVersion } from '../src/operations/datastores/manage-datastore-versions.ts'
import { associateFlavors } from '../src/operations/flavors/associate-flavors.ts'
import { startWorld } from '../test/world.ts'

/*
 * Every figure is a ratio to another one of the same run, since timings vary between runs. Measurements take turns for
 * several rounds, and the median counts.
 */
const rounds = 5
const secondsEach = 1
const connections = 8

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!

async function requestsPerSecond(url: string, token: string): Promise<number> {
  const until = performance.now() + secondsEach * 1000
  let count = 0
  const connection = async () => {
    while (performance.now() < until) {
      const answer = await fetch(url, { headers: { 'x-auth-token': token } })
      if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
      await answer.arrayBuffer()
      count++
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  return count / secondsEach
}

function secondsOf(args: readonly string[]): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return (performance.now() - began) / 1000
}

async function inTurn(measures: Readonly<Record<string, () => Promise<number>>>): Promise<Record<string, number>> {
  const figures: Record<string, number[]> = Object.fromEntries(Object.keys(measures).map(name => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, measure] of Object.entries(measures)) figures[name]!.push(await measure())
  return Object.fromEntries(Object.entries(figures).map(([name, list]) => [name, median(list)]))
}

function show(title: string, figures: Readonly<Record<string, number>>, unit: string, to: string) {
  console.log(`\n${title}`)
  for (const [name, figure] of Object.entries(figures))
    console.log(
      `${name.padEnd(48)} ${figure.toFixed(2).padStart(9)} ${unit}  ${(figure / figures[to]!).toFixed(2)} × ${to}`,
    )
}

const world = await startWorld()
try {
  await updateDatastore(world.ports, { name: 'mysql', defaultVersion: '' })
  const version = { manager: 'mysql', imageId: 'image', active: true }
  await upsertDatastoreVersion(
    world.ports,
    { id: 'cli:bench', requestId: null },
    {
      datastoreName: 'mysql',
      name: '8.0',
      number: undefined,
      changes: version,
    },
  )
  const [stored] = await world.ports.stores.versions.list()
  const input = { versionId: stored!.id, flavorIds: ['1', '2', '3'], check: true }
  await associateFlavors(world.ports, { id: 'bench', requestId: null }, input)
  const token = await world.tokenOf('demo')
  const below = `${world.url}/v1.0/${world.projectOf('demo')}`
  const paths = { versions: `${world.url}/`, flavors: `${below}/flavors`, datastores: `${below}/datastores` }
  const measures = Object.fromEntries(
    Object.entries({
      ...paths,
      'flavors of a version': `${below}/datastores/mysql/versions/${stored!.id}/flavors`,
    }).map(([name, url]) => [name, () => requestsPerSecond(url, token)]),
  )
  show(
    `requests per second over ${connections} connections, with the client in the same process`,
    await inTurn(measures),
    '/s',
    'versions',
  )

  const manage = ['bin/trove-manage.js', '--config-file', world.configFile]
  const starts = {
    'node -e 0': async () => secondsOf(['-e', '0']),
    'trove-manage --help': async () => secondsOf([...manage, '--help']),
    'trove-manage datastore_list': async () => secondsOf([...manage, 'datastore_list']),
  }
  show('seconds from the start to the end of a process', await inTurn(starts), 's', 'node -e 0')
} finally {
  await world.stop()
}
