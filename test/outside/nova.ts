import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from './listen.ts'

export type FakeFlavor = {
  id: string
  name: string
  vcpus?: number
  ram?: number
  disk?: number
  swap?: number
  ephemeral?: number
  extraSpecs?: Record<string, string>
  /** Set: the flavor is private, and these may use it. */
  projects?: string[]
}

/**
 * Stands in for Nova, where a real one cannot be had: as much of its flavors as we ask, with what goes wrong on demand. The
 * real one is asked the same in `npm run test:openstack`.
 */
export type FakeNova = Readonly<{
  url: string
  flavors: FakeFlavor[]
  /** `old` speaks no microversion above 2.60, and says so; `ancient` none at all. */
  mode: { now: 'answer' | 'hang' | 'fail' | 'forbid' }
  speaks: { min: string; max: string }
  /** How many flavors a page has. */
  page: { size: number }
  /** Called before a page is answered: what changes while somebody reads. */
  onPage: { now: (marker: string | null) => void }
  /** Whose token is good. */
  isGood: { now: (token: string) => boolean }
  asked: { pages: number; access: number; extraSpecs: number; versions: string[] }
  stop(): Promise<void>
  start(): Promise<void>
}>

export async function startFakeNova(): Promise<FakeNova> {
  const server = createServer((request, response) => {
    answer(fake, request, response)
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const fake: FakeNova = {
    url: `http://127.0.0.1:${port}/v2.1`,
    flavors: [],
    mode: { now: 'answer' },
    speaks: { min: '2.1', max: '2.96' },
    page: { size: 1000 },
    onPage: { now: () => {} },
    isGood: { now: () => true },
    asked: { pages: 0, access: 0, extraSpecs: 0, versions: [] },
    start: () => listen(server, port),
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return fake
}

function reply(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answer(fake: FakeNova, request: IncomingMessage, response: ServerResponse) {
  if (fake.mode.now === 'hang') return
  if (fake.mode.now === 'fail') return reply(response, 500, { computeFault: { code: 500, message: 'Unexpected.' } })
  if (!fake.isGood.now(String(request.headers['x-auth-token'])))
    return reply(response, 401, { error: { message: 'no' } })
  const url = new URL(request.url!, fake.url)
  const path = url.pathname.replace(/^\/v2\.1/, '')
  if (path === '/') {
    const { min, max } = fake.speaks
    return reply(response, 200, { version: { id: 'v2.1', version: max, min_version: min } })
  }
  if (fake.mode.now === 'forbid')
    return reply(response, 403, { forbidden: { code: 403, message: "Policy doesn't allow this." } })
  const version = String(request.headers['openstack-api-version'] ?? 'compute 2.1').replace('compute ', '')
  fake.asked.versions.push(version)
  if (path === '/flavors/detail') return page(fake, url, version, response)
  const [, id, what] = /^\/flavors\/([^/]+)\/(os-flavor-access|os-extra_specs)$/.exec(path) ?? []
  const flavor = fake.flavors.find(flavor => flavor.id === decodeURIComponent(id ?? ''))
  if (!flavor) return reply(response, 404, { itemNotFound: { code: 404, message: 'Flavor could not be found.' } })
  if (what === 'os-extra_specs') {
    fake.asked.extraSpecs++
    return reply(response, 200, { extra_specs: flavor.extraSpecs ?? {} })
  }
  fake.asked.access++
  const access = (flavor.projects ?? []).map(project => ({ flavor_id: flavor.id, tenant_id: project }))
  reply(response, 200, { flavor_access: access })
}

function page(fake: FakeNova, url: URL, version: string, response: ServerResponse) {
  fake.asked.pages++
  const marker = url.searchParams.get('marker')
  fake.onPage.now(marker)
  const shown =
    url.searchParams.get('is_public') === 'None' ? fake.flavors : fake.flavors.filter(each => !each.projects)
  const sorted = shown.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const from = marker === null ? 0 : sorted.findIndex(({ id }) => id === marker) + 1
  if (marker !== null && from === 0)
    return reply(response, 400, { badRequest: { code: 400, message: `marker [${marker}] not found` } })
  const size = Math.min(fake.page.size, Number(url.searchParams.get('limit') ?? 1000))
  const part = sorted.slice(from, from + size)
  const withSpecs = Number(version.split('.')[1]) >= 61
  reply(response, 200, {
    flavors: part.map(flavor => ({
      id: flavor.id,
      name: flavor.name,
      ram: flavor.ram ?? 512,
      vcpus: flavor.vcpus ?? 1,
      disk: flavor.disk ?? 1,
      swap: flavor.swap ?? '',
      'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeral ?? 0,
      'os-flavor-access:is_public': flavor.projects === undefined,
      ...(withSpecs ? { extra_specs: flavor.extraSpecs ?? {} } : {}),
      links: [],
    })),
    ...(from + size < sorted.length
      ? { flavors_links: [{ rel: 'next', href: `http://wrong.example.org/?marker=${part.at(-1)!.id}` }] }
      : {}),
  })
}
