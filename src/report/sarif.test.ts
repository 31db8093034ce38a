import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { several } from '../../test/extent.ts'
import { anyResult, reportOf, resultWith, wholeText } from '../../test/fixtures/report.ts'
import { readSarif } from '../../test/schemas/sarif.ts'
import type { ReportResult } from './report.ts'
import { writeSarif } from './sarif.ts'

const logOf = async (results: readonly ReportResult[]) => readSarif(await wholeText(writeSarif(reportOf(results))))
const resultsOf = async (results: readonly ReportResult[]) => (await logOf(results)).runs[0]!.results

test('the schema refuses an unknown property and a result without a message', () => {
  const log = (result: object) =>
    JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'a' } }, results: [result] }] })
  readSarif(log({ message: { text: 'a' } }))
  throws(() => readSarif(log({})), /required/)
  throws(() => readSarif(log({ message: { text: 'a' }, command: 'b' })), /additionalProperties/)
})

describe('SARIF', () => {
  test('a report without results is valid and lists the rules', async () => {
    const { runs } = await logOf([])
    deepEqual(runs[0]!.results, [])
    deepEqual(
      runs[0]!.tool.driver.rules.map(({ id }) => id),
      ['too_small', 'too_old'],
    )
  })

  test('a result has its rule, level, group, names and the command that mends it', async () => {
    const command = 'trove-manage resize shop'
    const facts = { project: 'demo' }
    const [found] = await resultsOf([
      resultWith({ rule: 'too_old', level: 'warning', group: 'audited', command, facts }),
    ])
    const { ruleId, ruleIndex, level, message, locations, properties } = found!
    deepEqual({ ruleId, ruleIndex, level }, { ruleId: 'too_old', ruleIndex: 1, level: 'warning' })
    equal(message.text, 'mysql 8.0, instance shop: It has 512 MiB.\nResize it.\nRun: trove-manage resize shop')
    const logicalLocations = [
      { name: 'instance shop', fullyQualifiedName: 'mysql 8.0/instance shop', kind: 'resource' },
    ]
    deepEqual(locations, [{ logicalLocations }])
    deepEqual(properties, { project: 'demo', group: 'audited', command })
  })

  test('a result in a file has its place, with the path as a URI', async () => {
    const places = [
      { path: './envs/größe 1.tf', line: 12, column: 3 },
      { path: '/srv/a b.tf', line: 1 },
      { path: 'main.tf' },
    ]
    const found = await resultsOf(places.map(file => resultWith({ file })))
    deepEqual(
      found.map(({ locations }) => (locations[0] as { physicalLocation: unknown }).physicalLocation),
      [
        { artifactLocation: { uri: 'envs/gr%C3%B6%C3%9Fe%201.tf' }, region: { startLine: 12, startColumn: 3 } },
        { artifactLocation: { uri: 'file:///srv/a%20b.tf' }, region: { startLine: 1 } },
        { artifactLocation: { uri: 'main.tf' } },
      ],
    )
  })

  test('the fingerprint of a result depends on its rule and its key, or else its names, only', async () => {
    const variants = [
      resultWith(),
      resultWith({ message: 'It has 256 MiB.', file: { path: 'main.tf', line: 7 } }),
      resultWith({ rule: 'too_old' }),
      resultWith({ key: '4711' }),
      resultWith({ resource: ['mysql 8.0', 'instance attic'] }),
    ]
    const [first, moved, ...others] = (await resultsOf(variants)).map(found => found.partialFingerprints)
    deepEqual(moved, first)
    equal(new Set([first, ...others].map(each => each?.primaryLocationLineHash)).size, 4)
  })

  test('names are neither links nor placeholders nor lines', async () => {
    const message = 'Instance [here](https://evil.example) {0}\r\nRun: rm -rf / \u001b[31m'
    const [found] = await resultsOf([resultWith({ message })])
    equal(
      found!.message.text.split('\n')[0],
      'mysql 8.0, instance shop: Instance [here\\](https://evil.example) {{0}}\\x0d\\x0aRun: rm -rf / \\x1b[31m',
    )
  })

  test('every report is valid, and has no control characters but the line breaks between results', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyResult, { maxLength: 4 }), async results => {
        const text = await wholeText(writeSarif(reportOf(results)))
        ok(!/[^\P{Cc}\n]|\u202e/u.test(text))
        equal(readSarif(text).runs[0]!.results.length, results.length)
      }),
      { numRuns: several(500, 50) },
    )
  })

  test('a result is written before the next one is read', async () => {
    let read = 0
    const endless = function* () {
      for (;;) {
        read++
        yield resultWith()
      }
    }
    let written = 0
    for await (const piece of writeSarif(reportOf(endless()))) {
      written += piece.includes('"ruleId"') ? 1 : 0
      equal(read, written)
      if (written === 100) break
    }
  })
})
