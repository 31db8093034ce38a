import { besideBare, type Compared, show, showHalf } from './beside-bare.ts'
import { type Cloud, onEngine } from './cloud.ts'
import type { Asked } from './load.ts'
import { type Measured, residentMb } from './processes.ts'
import { readBenchArgs, writeJson } from './report.ts'
import { compareProcesses, type OfProcesses, showProcesses } from './two-processes.ts'

/*
 * Requests that read, beside a bare server that gives the same answers: on each engine, with a line in the log for each
 * request and without a log; with the times at half of the throughput, the memory, and what a second process costs.
 */

const { effort, engines, isMeant, json } = readBenchArgs()
const all: Record<string, Compared[]> = {}
const memory: Record<string, { idleMb: number; afterMb: number }> = {}
const processes: Record<string, OfProcesses[]> = {}
const listing = 'flavors of a version, 50'

function readsOf({ version, instanceId, projectId }: Cloud, token: string): Record<string, Asked> {
  const below = `/v1.0/${projectId}`
  const ofVersion = `${below}/datastores/${version.datastore}/versions/${version.id}/flavors`
  const headers = { 'x-auth-token': token }
  const get = (path: string): Asked => ({ method: 'GET', path, headers, status: 200 })
  const paths = {
    [listing]: ofVersion,
    'GET /': '/',
    '/flavors, 51': `${below}/flavors`,
    '/datastores': `${below}/datastores`,
    '?verdicts=true, 51': `${ofVersion}?verdicts=true`,
    '/instances/{id}': `${below}/instances/${instanceId}`,
    '/instances, a page of 20': `${below}/instances?limit=20`,
  }
  return Object.fromEntries(
    Object.entries(paths)
      .filter(([what]) => isMeant(what))
      .map(([what, path]) => [what, get(path)]),
  )
}

for (const engine of engines)
  await onEngine(engine, async cloud => {
    for (const log of [true, false]) {
      const api = await cloud.startApi({ log })
      try {
        const idleMb = residentMb(api.pid)
        const reads = readsOf(cloud, await cloud.tokenOn(api))
        const compared = await besideBare(api, reads, cloud.dataDir, effort, { atHalf: log })
        const title = `${engine}, ${log ? 'with' : 'without'} log`
        show(title, compared)
        if (log) showHalf(compared)
        all[title] = compared
        memory[title] = { idleMb, afterMb: residentMb(api.pid) }
        console.log(`Memory: ${idleMb.toFixed(0)} MiB at the start, ${memory[title].afterMb.toFixed(0)} MiB afterwards`)
      } finally {
        await api.stop()
      }
    }
    const ask = async (server: Measured) => readsOf(cloud, await cloud.tokenOn(server))[listing]!
    if (!isMeant(listing)) return
    processes[engine] = await compareProcesses(cloud, ask, effort)
    showProcesses(processes[engine])
  })
writeJson(json, { listing: all, memory, processes })
