import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { associateFlavors } from '../src/operations/flavors/associate-flavors.ts'
import { addRequirements } from '../src/operations/flavors/manage-flavor-requirements.ts'
import { deploy, startProgram } from '../test/servers/deployment.ts'

/*
 * What the gate adds to a request that it passes on and to one that it judges, beside `@fastify/http-proxy`, which only
 * passes on. Behind both is a bare server in the place of a Trove. Measurements take turns for several rounds, and the
 * median of the rounds counts.
 */
const rounds = 5
const secondsEach = 2
const connectionCounts = [1, 32]
/** Units of /proc/PID/stat per second (sysconf(_SC_CLK_TCK), which is 100 on Linux). */
const ticksPerSecond = 100

type Server = Readonly<{ url: string; pid: number }>
type Case = Readonly<{ server: Server; method: 'GET' | 'POST'; path: string; body?: string; status: number }>
/** Milliseconds, and requests per second of the server's CPU. */
type Figures = Readonly<{ p50: number; p99: number; perCpuSecond: number }>

const peers = join(import.meta.dirname, 'gate-peers.ts')
const ends: (() => Promise<void>)[] = []
const scope = { after: (end: () => Promise<void>) => void ends.push(end) }

async function startPeer(...args: readonly string[]): Promise<Server> {
  const { child, ended, match } = await startProgram(peers, args, /ready at (\S+)/)
  ends.push(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return { url: match[1]!, pid: child.pid! }
}

/** Seconds of CPU that a process has taken. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

async function measure({ server, method, path, body, status }: Case, connections: number, token: string) {
  const dispatcher = new Agent({ connections, pipelining: 1 })
  const headers = { 'x-auth-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const times: number[] = []
  const untilMs = performance.now() + secondsEach * 1000
  const before = cpuSeconds(server.pid)
  const connection = async () => {
    for (let beganMs = performance.now(); beganMs < untilMs; beganMs = performance.now()) {
      const answer = await request(server.url + path, { dispatcher, method, headers, body: body ?? null })
      const text = await answer.body.text()
      if (answer.statusCode !== status) throw new Error(`${method} ${server.url}${path}: ${answer.statusCode} ${text}`)
      times.push(performance.now() - beganMs)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const cpu = cpuSeconds(server.pid) - before
  await dispatcher.close()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  return { p50: at(0.5), p99: at(0.99), perCpuSecond: times.length / cpu } satisfies Figures
}

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!

async function inTurn(cases: Readonly<Record<string, Case>>, connections: number, token: string) {
  const all: Record<string, Figures[]> = Object.fromEntries(Object.keys(cases).map(name => [name, []]))
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++)
    for (const [name, each] of Object.entries(cases)) {
      const figures = await measure(each, connections, token)
      if (round > 0) all[name]!.push(figures)
    }
  const medianOf = (figures: readonly Figures[]): Figures => ({
    p50: median(figures.map(({ p50 }) => p50)),
    p99: median(figures.map(({ p99 }) => p99)),
    perCpuSecond: median(figures.map(({ perCpuSecond }) => perCpuSecond)),
  })
  return Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, medianOf(figures)]))
}

const signed = (ms: number) => `${ms < 0 ? '' : '+'}${ms.toFixed(2)}`

/** Each case, with what it adds to its direct way, and its CPU beside the one of the proxy. */
function show(connections: number, figures: Readonly<Record<string, Figures>>) {
  console.log(`\n${connections === 1 ? 'one connection' : `${connections} connections`}`)
  console.log(`${''.padEnd(36)}   p50 ms   added   p99 ms   added   requests/CPU-s   × proxy`)
  for (const [name, { p50, p99, perCpuSecond }] of Object.entries(figures)) {
    const method = name.slice(0, name.indexOf(' '))
    const [direct, proxy] = [figures[`${method} direct`]!, figures[`${method} proxy`]!]
    const cells = [
      p50.toFixed(2).padStart(8),
      signed(p50 - direct.p50).padStart(7),
      p99.toFixed(2).padStart(8),
      signed(p99 - direct.p99).padStart(7),
      perCpuSecond.toFixed(0).padStart(16),
      (perCpuSecond / proxy.perCpuSecond).toFixed(2).padStart(9),
    ]
    console.log(`${name.padEnd(36)} ${cells.join(' ')}`)
  }
}

try {
  const direct = await startPeer('trove')
  const proxy = await startPeer('proxy', direct.url)
  const { ports, urls, apis, tokenOf, projectOf } = await deploy(scope, {
    ...{ apis: 1, workers: 0 },
    conf: { trovets: ['rate_limits = false', `trove_endpoint = ${direct.url}`] },
  })
  const [version] = await ports.stores.versions.list()
  const actor = { id: 'bench', requestId: null }
  await associateFlavors(ports, actor, { versionId: version!.id, flavorIds: ['1', '2', '3'], check: true, force: true })
  await addRequirements(ports, actor, { versionId: version!.id, requirements: ['ram>=1024'] })
  const gate = { url: urls[0]!, pid: apis[0]!.child.pid! }
  const below = `/v1.0/${projectOf('demo')}/instances`
  const create = (flavorRef: string) => {
    const datastore = { type: 'postgresql', version: version!.name }
    return JSON.stringify({ instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore } })
  }
  const get = (server: Server): Case => ({ server, method: 'GET', path: below, status: 200 })
  const post = (server: Server, flavor: string, status = 200): Case => ({
    ...{ server, method: 'POST', path: below, body: create(flavor), status },
  })
  const cases = {
    'GET direct': get(direct),
    'GET proxy': get(proxy),
    'GET gate, passed': get(gate),
    'POST direct': post(direct, '2'),
    'POST proxy': post(proxy, '2'),
    'POST gate, judged and passed': post(gate, '2'),
    'POST gate, judged and refused': post(gate, '4', 400),
  }
  const token = await tokenOf('demo')
  for (const connections of connectionCounts) show(connections, await inTurn(cases, connections, token))
} finally {
  for (const end of ends.reverse()) await end()
}
