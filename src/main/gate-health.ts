import type { Config } from '../config/config.ts'
import { within } from '../deadline/within.ts'
import { openHttp } from '../openstack/http.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { flavorSourceOf, identityOf } from './choose.ts'
import { openKeystoneHttp, pemIn } from './openstack.ts'

/** The health of a server for a load balancer: whether it should get requests, and a text for people. */
export type Health = Readonly<{ isHealthy: boolean; text: string }>

/**
 * Timeout of a check. Load balancers wait only a few seconds, and should not drop a gate because one of these services
 * hangs.
 */
const probeMs = 1000

/** Timeout of the check of Trove: longer, so that no gate is dropped when Trove is only slow. */
const troveProbeMs = 5000

/**
 * Checks the services that a gate depends on. A gate is healthy as long as Trove responds. Without the others, it
 * cannot check requests that ask for hardware, but everything else still passes.
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
    // While the cached flavors are recent enough, requests can be checked without Nova.
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

/** Whether a service responds in time. While a request to it is pending, no further one is sent. */
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

/** Every response except 5xx shows that a service is available. */
async function answers(http: ReturnType<typeof openHttp>, url: string): Promise<void> {
  const { status } = await http.ask({ method: 'GET', url, signal: AbortSignal.timeout(2 * troveProbeMs) })
  if (status >= 500) throw new Error(`${url}: ${status}`)
}
