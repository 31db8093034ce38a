import type { Logger } from 'pino'
import { breachWords } from '../allowed/flavor/refusals.ts'
import type { Objection } from '../ports/objection.ts'

/** What a tenant is refused is the tenant's affair, and told there; what is admitted with a warning is the operator's. */
export const logObjections =
  (logger: Logger) =>
  (objection: Objection): void =>
    logger[objection.outcome === 'warned' ? 'warn' : 'info']({ objection }, objectionWords(objection))

function objectionWords({ moment, outcome, datastore, version, ...breach }: Objection): string {
  const where = datastore === undefined ? 'a version that is gone' : `${datastore} ${version}`
  return `${moment} ${outcome} (${where}): ${breachWords(breach)}`
}
