import type { Logger } from 'pino'
import { buildServer, type ServerMetrics } from '../api/http/server.ts'
import { type Config, ownSection, placesInWords } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { pendingMigrations } from '../db/migrations/index.ts'
import { answeredSoon } from '../db/reach.ts'
import { rememberReads } from '../db/stores/remembered-reads.ts'
import { Fault } from '../model/fault.ts'
import type { LoadConsole } from '../ports/console.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import type { Ports } from '../ports/ports.ts'
import { openIdentity } from './compose.ts'
import { limitConnections } from './connection-limit.ts'
import { forgetHourly, openDecisions, openGate } from './gate.ts'
import { openGateHealth } from './gate-health.ts'
import { refuseLoop } from './gate-place.ts'
import { openConsole } from './load-console.ts'
import type { Metrics } from './metrics.ts'
import { requireSchema } from './open-database.ts'
import { openConsoleLogin } from './openstack.ts'
import { ownUrl } from './own-url.ts'
import { openPolicies } from './policy-files.ts'
import { trustedProxies } from './trusted-proxies.ts'

type Server = Awaited<ReturnType<typeof buildServer>>

/**
 * Database options of a long-running program. A query times out after half the time of a request, so that the response
 * can name the cause when the database hangs.
 */
export const ofServer = ({ requestTimeoutSeconds }: Config, logger: Logger) => ({
  answerMs: requestTimeoutSeconds * 500,
  say: (sentence: string) => logger.warn(sentence),
})

/** Starts the API on a database whose schema is up to date. Resolves when it is listening. */
export async function serve(
  config: Config,
  database: Database,
  ports: Ports,
  logger: Logger,
  metrics: ServerMetrics & Pick<Metrics, 'gate'>,
): Promise<{ app: Server; url: string; loadConsole: LoadConsole }> {
  await requireSchema(database)
  const loadConsole = openConsole()
  const gate = await openGate(config, metrics.gate)
  await refuseLoop(config)
  const health = openHealth(config, database, ports.flavors)
  const app = await buildServer(
    {
      ports: { ...ports, stores: rememberReads(ports.stores) },
      ...openIdentity(config),
      clock: ports.clock,
      policies: openPolicies(config, problem => logger.warn(problem)),
      logger,
      metrics,
      gate,
      decisions: openDecisions(config, logger, metrics.gate),
      console: config.console ? { load: loadConsole, keystone: openConsoleLogin(config, ports.clock) } : undefined,
      checkHealth: health.check,
    },
    {
      region: config.region,
      serviceType: config.serviceType,
      identityUrl: config.keystonePublicUrl ?? config.keystoneAuthUrl,
      publicEndpoint: config.publicEndpoint,
      trustsProxy: trustedProxies(config),
      rates: ratesOf(config),
      requestTimeoutMs: config.requestTimeoutSeconds * 1000,
      bodyBytesMax: config.bodyBytesMax,
      headerBytesMax: config.headerBytesMax,
      urlLengthMax: config.urlLengthMax,
    },
  )
  const stopForgetting = forgetHourly(config, ports, logger)
  app.addHook('onClose', async () => {
    stopForgetting()
    health.close()
    await gate?.close()
  })
  limitConnections(app.server, sentence => logger.warn(sentence))
  tellIgnored(config, logger)
  try {
    await app.listen({
      host: config.bindHost,
      port: config.bindPort,
      listenTextResolver: address => `listening at ${address}`,
    })
  } catch (cause) {
    throw new Fault(listenSentence(config, cause), { cause })
  }
  const address = app.server.address()
  const bindPort = typeof address === 'object' && address ? address.port : config.bindPort
  return { app, url: ownUrl({ bindHost: config.bindHost, bindPort }), loadConsole }
}

function openHealth(config: Config, database: Database, flavors: FlavorSource) {
  const requireDatabase = async () => {
    if ((await answeredSoon(pendingMigrations(database))).length > 0)
      throw new Fault('The database is not up to date.', { status: 503 })
  }
  if (config.troveEndpoint !== undefined) return openGateHealth(config, requireDatabase, flavors)
  const check = async () => {
    await requireDatabase()
    return { isHealthy: true, text: 'OK' }
  }
  return { check, close() {} }
}

const ratesOf = ({ rateLimits, getRate, postRate, putRate, deleteRate, mgmtPostRate }: Config) =>
  rateLimits ? { get: getRate, post: postRate, put: putRate, delete: deleteRate, mgmtPost: mgmtPostRate } : undefined

function listenSentence({ bindHost, bindPort }: Config, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE')
    return `Port ${bindPort} on ${bindHost} is already in use by another program. Choose another port${otherPort(9000)}`
  if (code === 'EACCES')
    return `This user has no permission to listen on port ${bindPort}. Choose a port above 1023${otherPort(9000)}`
  return `Cannot listen on ${bindHost}:${bindPort}: ${(cause as Error).message}.`
}

/** npm takes options before `--` for itself, so the option alone would not help users of `npm start`. */
const otherPort = (port: number) =>
  process.env.npm_lifecycle_event === 'start' ? `: npm start -- --port ${port}` : ' with --port.'

/** Trove has many keys that are not used here; our own section has none. */
function tellIgnored(config: Config, logger: Logger): void {
  for (const key of config.ignored)
    if (key.startsWith(`[${ownSection}]`))
      logger.warn(
        `${key} is not a known key and was ignored. \`trove-manage config_check\` shows all keys and their values.`,
      )
    else logger.debug(`${placesInWords(config)}: ${key} is not used by this program`)
}
