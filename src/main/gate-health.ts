import type { Config } from '../config/config.ts'
import { within } from '../deadline/within.ts'
import { openHttp } from '../openstack/http.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { flavorSourceOf, identityOf } from './choose.ts'
import { openKeystoneHttp, pemIn } from './openstack.ts'

/** The health of a server for a load balancer: whether it should get requests, and a text for people. */
export type Health = Readonly<{ isHealthy: boolean; text: string }>

/** Load balancers wait only a few seconds, and must not give up a gate because one of these services hangs. */
const probeMs = 1000

/** A Trove that is slow must not lose its gates. */
const troveProbeMs = 5000

/**
 * Checks what a gate depends on. A gate is healthy as long as Trove answers: without the others it cannot check what gives
 * hardware, but everything else still passes.
 *
 * @param requireDatabase throws if the database is away or not up to date
 */
export function openGateHealth(
  config: Config,
  requireDatabase: () => Promise<void>,
  flavors: FlavorSource,
): Readonly<{ check(): Promise<Health>; close(): void }> {
  const { keystoneAuthUrl, troveEndpoint = '' } = config
  const toTrove = openHttp({ ca: pemIn(config.troveCafile), insecure: config.troveInsecure })
  const toKeystone = openKeystoneHttp(config)
  const probes: Record<string, () => Promise<boolean>> = {
    database: probe(probeMs, requireDatabase),
    ...(identityOf(config) === 'keystone' && keystoneAuthUrl !== undefined
      ? { keystone: probe(probeMs, () => answers(toKeystone, keystoneAuthUrl)) }
      : {}),
    // As long as its flavors may be used, requests can be checked without it.
    ...(flavorSourceOf(config) === 'nova' ? { nova: probe(probeMs, () => flavors.list()) } : {}),
    trove: probe(troveProbeMs, () => answers(toTrove, `${troveEndpoint.replace(/\/$/, '')}/healthcheck`)),
  }
  const check = async () => {
    const states = await Promise.all(
      Object.entries(probes).map(async ([name, ask]) => ({ name, isAvailable: await ask() })),
    )
    const isHealthy = states.every(({ name, isAvailable }) => isAvailable || name !== 'trove')
    const lines = states.map(({ name, isAvailable }) => `${name}: ${isAvailable ? 'available' : 'unavailable'}`)
    return { isHealthy, text: [isHealthy ? 'OK' : 'UNAVAILABLE', ...lines, ''].join('\n') }
  }
  const close = () => {
    toTrove.close()
    toKeystone.close()
  }
  return { check, close }
}

/** Whether a service answers in time. A question that it has not answered yet is not asked again. */
function probe(timeoutMs: number, ask: () => Promise<unknown>): () => Promise<boolean> {
  let pending: Promise<unknown> | undefined
  return async () => {
    pending ??= ask().finally(() => {
      pending = undefined
    })
    return within(timeoutMs, pending, 'no answer').then(
      () => true,
      () => false,
    )
  }
}

/** Any answer shows that a service is there, but for 5xx. */
async function answers(http: ReturnType<typeof openHttp>, url: string): Promise<void> {
  const { status } = await http.ask({ method: 'GET', url, signal: AbortSignal.timeout(2 * troveProbeMs) })
  if (status >= 500) throw new Error(`${url}: ${status}`)
}
