import { besideBare, type Compared, show } from './beside-bare.ts'
import { type Cloud, onEngine, refusedFlavor } from './cloud.ts'
import type { Asked } from './load.ts'
import { readBenchArgs, writeJson } from './report.ts'

/* Requests that ask for hardware, beside a bare server that reads the same bodies and gives the same answers. */

const { effort, engines, isMeant, json } = readBenchArgs()
const all: Record<string, Compared[]> = {}

function decisionsOf({ version, projectId }: Cloud, token: string): Record<string, Asked> {
  const headers = { 'x-auth-token': token, 'content-type': 'application/json' }
  const ask = (path: string, flavorRef: string, status: number): Asked => {
    const datastore = { type: version.datastore, version: version.id }
    const body = JSON.stringify({ instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore } })
    return { method: 'POST', path: `/v1.0/${projectId}${path}`, headers, body, status }
  }
  const decide = (flavorRef: string): Asked => {
    const asked = ask('/instances', flavorRef, 200)
    const body_base64 = Buffer.from(asked.body!).toString('base64')
    const question = { method: 'POST', path: asked.path, content_type: 'application/json', body_base64 }
    return { ...asked, path: `/v1.0/${projectId}/decisions`, body: JSON.stringify(question) }
  }
  const asks = {
    'dry run, allowed': ask('/instances/dry-run', '1', 200),
    'dry run, refused': ask('/instances/dry-run', refusedFlavor, 400),
    'create, refused': ask('/instances', refusedFlavor, 400),
    'decision, admitted': decide('1'),
    'decision, refused': decide(refusedFlavor),
  }
  return Object.fromEntries(Object.entries(asks).filter(([what]) => isMeant(what)))
}

for (const engine of engines)
  await onEngine(engine, async cloud => {
    const api = await cloud.startApi({ log: true })
    try {
      const asked = decisionsOf(cloud, await cloud.tokenOn(api))
      const compared = await besideBare(api, asked, cloud.dataDir, effort)
      show(`${engine}, with log`, compared)
      all[engine] = compared
    } finally {
      await api.stop()
    }
  })
writeJson(json, { write: all })
