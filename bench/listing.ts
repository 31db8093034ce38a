import { besideBare, type Compared, show } from './beside-bare.ts'
import { type Cloud, onEngine } from './cloud.ts'
import type { Asked } from './load.ts'
import { readBenchArgs, writeJson } from './report.ts'

/*
 * Requests that read, beside a bare server that gives the same answers: on each engine, with a line in the log for each
 * request and without a log.
 */

const { effort, engines, isMeant, json } = readBenchArgs()
const all: Record<string, Compared[]> = {}

function readsOf({ version, instanceId, projectId }: Cloud, token: string): Record<string, Asked> {
  const below = `/v1.0/${projectId}`
  const ofVersion = `${below}/datastores/${version.datastore}/versions/${version.id}/flavors`
  const headers = { 'x-auth-token': token }
  const get = (path: string): Asked => ({ method: 'GET', path, headers, status: 200 })
  const paths = {
    'flavors of a version, 50': ofVersion,
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
        const compared = await besideBare(api, readsOf(cloud, await cloud.tokenOn(api)), cloud.dataDir, effort)
        const title = `${engine}, ${log ? 'with' : 'without'} log`
        show(title, compared)
        all[title] = compared
      } finally {
        await api.stop()
      }
    }
  })
writeJson(json, { listing: all })
