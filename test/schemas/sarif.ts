import { deepEqual } from 'node:assert/strict'
import draft04 from 'ajv-draft-04'
import formats from 'ajv-formats'
import schema from './sarif-2.1.0-rtm.5.json' with { type: 'json' }

// One pattern of the schema is invalid as a Unicode pattern.
const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false })
formats.default(ajv)
const validate = ajv.compile(schema)

/** What the tests look at in a SARIF log. */
export type SarifLog = Readonly<{
  runs: readonly Readonly<{ tool: { driver: { rules: readonly { id: string }[] } }; results: readonly SarifResult[] }>[]
}>
export type SarifResult = Readonly<{
  ruleId: string
  ruleIndex: number
  level: string
  message: { text: string }
  locations: readonly unknown[]
  partialFingerprints: Readonly<Record<string, string>>
  properties: Readonly<Record<string, string>>
}>

/**
 * Reads a SARIF log, and checks it against the schema that SchemaStore publishes for 2.1.0. The copy beside this file is
 * from the package `@microsoft/jest-sarif` 1.0.0-beta.0 (MIT).
 */
export function readSarif(text: string): SarifLog {
  const log = JSON.parse(text)
  validate(log)
  deepEqual(validate.errors ?? [], [])
  return log
}
