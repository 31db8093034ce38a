import type { Logger } from 'pino'
import { versionWords } from '../model/datastore-version.ts'
import type { Objection } from '../ports/objection.ts'
import type { Ports } from '../ports/ports.ts'
import { breachWords } from '../rules/allowed/flavor/refusals.ts'
import type { Metrics } from './metrics.ts'

/**
 * Refusals are logged as information, because the tenant sees them. Flavors that were allowed although they violate the
 * flavor policy are logged as warnings, for the operator.
 */
export const logObjections =
  (logger: Logger) =>
  (objection: Objection): void =>
    logger[loggedAsWarnings.includes(objection.outcome) ? 'warn' : 'info']({ objection }, objectionWords(objection))

const loggedAsWarnings: readonly Objection['outcome'][] = ['warned', 'waived', 'bypassed']

/** Logs each objection and counts it. */
export function logAndCountObjections(logger: Logger, metrics: Pick<Metrics, 'objected'>): Ports['objected'] {
  const log = logObjections(logger)
  return objection => {
    log(objection)
    metrics.objected(objection)
  }
}

function objectionWords({ moment, outcome, datastore, version, number, ...breach }: Objection): string {
  const named = datastore === undefined || version === undefined ? undefined : { datastore, version, number }
  const where = named ? versionWords(named) : 'a deleted version'
  return `${moment} ${outcome} (${where}): ${breachWords({ ...breach, named })}`
}
