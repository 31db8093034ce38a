import type { Logger } from 'pino'
import { versionWords } from '../model/datastore-version.ts'
import type { Objection } from '../ports/objection.ts'
import type { Ports } from '../ports/ports.ts'
import { breachWords } from '../rules/allowed/flavor/refusals.ts'
import type { Metrics } from './metrics.ts'

/** What a tenant is refused is the tenant's affair, and told there; what is admitted with a warning is the operator's. */
export const logObjections =
  (logger: Logger) =>
  (objection: Objection): void =>
    logger[objection.outcome === 'warned' ? 'warn' : 'info']({ objection }, objectionWords(objection))

/** Into the log, and into the count. */
export function logAndCountObjections(logger: Logger, metrics: Pick<Metrics, 'objected'>): Ports['objected'] {
  const log = logObjections(logger)
  return objection => {
    log(objection)
    metrics.objected(objection)
  }
}

function objectionWords({ moment, outcome, datastore, version, number, ...breach }: Objection): string {
  const named = datastore === undefined || version === undefined ? undefined : { datastore, version, number }
  const where = named ? versionWords(named) : 'a version that is gone'
  return `${moment} ${outcome} (${where}): ${breachWords({ ...breach, named })}`
}
