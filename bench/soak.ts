import { readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { onEngine } from './cloud.ts'
import { load } from './load.ts'
import { residentMb } from './processes.ts'
import { readBenchArgs, writeJson } from './report.ts'

/*
 * Memory, open files and times of a server that is asked at 70 % of what it can answer, for an hour: `--minutes` for another
 * time. A line each 30 seconds.
 */
const share = 0.7
const tickMs = 10
const lineMs = 30_000

const { effort, engines, minutes, json } = readBenchArgs()
const lines: object[] = []

for (const engine of engines.slice(0, 1))
  await onEngine(engine, async cloud => {
    const api = await cloud.startApi({ log: true })
    const token = await cloud.tokenOn(api)
    const { version, projectId } = cloud
    const path = `/v1.0/${projectId}/datastores/${version.datastore}/versions/${version.id}/flavors`
    const headers = { 'x-auth-token': token }
    await load(api, { method: 'GET', path, headers, status: 200 }, effort.warmSeconds)
    const { perSecond } = await load(api, { method: 'GET', path, headers, status: 200 }, effort.seconds)
    const dispatcher = new Agent({ connections: 64, pipelining: 1 })
    let times: number[] = []
    let failed = 0
    const ask = async () => {
      const beganMs = performance.now()
      const answer = await request(api.url + path, { dispatcher, headers }).catch(() => undefined)
      await answer?.body.dump()
      if (answer?.statusCode === 200) times.push(performance.now() - beganMs)
      else failed++
    }
    const endMs = performance.now() + minutes * 60_000
    const perTick = (perSecond * share * tickMs) / 1000
    let owed = 0
    let asked = 0
    let lineAtMs = performance.now() + lineMs
    console.log('     asked  failed  p50 ms  p99 ms  RSS MiB  files')
    while (performance.now() < endMs) {
      for (owed += perTick; owed >= 1; owed--, asked++) void ask()
      await setTimeout(tickMs)
      if (performance.now() < lineAtMs) continue
      lineAtMs += lineMs
      times.sort((a, b) => a - b)
      const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN
      const line = {
        asked,
        failed,
        p50: at(0.5),
        p99: at(0.99),
        rss: residentMb(api.pid),
        files: readdirSync(`/proc/${api.pid}/fd`).length,
      }
      lines.push(line)
      console.log(
        `${String(asked).padStart(10)} ${String(failed).padStart(7)} ${line.p50.toFixed(2).padStart(7)} ${line.p99.toFixed(2).padStart(7)} ${line.rss.toFixed(0).padStart(8)} ${String(line.files).padStart(6)}`,
      )
      times = []
    }
    await dispatcher.close()
    await api.stop()
  })
writeJson(json, { soak: lines })
