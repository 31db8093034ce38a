import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { several } from '../../test/extent.ts'
import { type Element, readXml } from '../../test/fixtures/read-xml.ts'
import { anyResult, reportOf, resultWith, wholeText } from '../../test/fixtures/report.ts'
import { checkJunit } from '../../test/schemas/junit.ts'
import { writeJunit } from './junit.ts'
import type { ReportResult } from './report.ts'

const textOf = (results: readonly ReportResult[]) => wholeText(writeJunit(reportOf(results)))

const childrenNamed = (element: Element, name: string) => element.children.filter(each => each.name === name)
const shape = ({ attributes, children }: Element) => [
  attributes.classname,
  attributes.name,
  children.map(each => each.name),
]

/** Each suite states what is in it; of the elements and attributes, only those that Jenkins and GitLab read occur. */
function checkSuites(report: Element) {
  equal(report.name, 'testsuites')
  const names = report.children.map(({ attributes }) => attributes.name)
  equal(new Set(names).size, names.length, 'two suites have the same name')
  for (const suite of report.children) {
    const cases = childrenNamed(suite, 'testcase')
    equal(cases.length, suite.children.length)
    const holding = (name: string) => String(cases.filter(each => childrenNamed(each, name).length === 1).length)
    const { name, ...counts } = suite.attributes
    ok(name !== undefined)
    deepEqual(counts, {
      tests: String(cases.length),
      failures: holding('failure'),
      errors: '0',
      skipped: holding('skipped'),
    })
    for (const { children } of cases) ok(children.length <= 1)
  }
}

const checked = async (results: readonly ReportResult[]) => {
  const report = readXml(await textOf(results))
  checkSuites(report)
  return report
}

describe('JUnit', () => {
  test('without results, each rule is a test case that passes', async () => {
    const { children } = await checked([])
    deepEqual(children.flatMap(suite => suite.children).map(shape), [
      ['too_small', 'Too small', []],
      ['too_old', 'Too old', []],
    ])
  })

  test('an error is a failure, with the command that mends it, its place and its facts', async () => {
    const { children } = await checked([
      resultWith({ command: 'resize shop', file: { path: 'main.tf', line: 2, column: 7 }, facts: { project: 'demo' } }),
    ])
    equal(children[0]!.attributes.name, 'mysql 8.0')
    const [found] = children[0]!.children
    deepEqual(shape(found!), ['refused.too_small', 'instance shop', ['failure']])
    deepEqual(found!.children[0]!.attributes, { type: 'too_small', message: 'It has 512 MiB.' })
    equal(found!.children[0]!.text, 'Resize it.\nRun: resize shop\nAt: main.tf:2:7\nproject: demo')
  })

  test('warnings and notes are skipped test cases of their own group', async () => {
    const { children } = await checked([
      resultWith({ level: 'warning', group: 'warned' }),
      resultWith({ level: 'note', group: 'audited' }),
    ])
    deepEqual(children[0]!.children.map(shape), [
      ['warned.too_small', 'instance shop', ['skipped']],
      ['audited.too_small', 'instance shop', ['skipped']],
    ])
    ok(children[0]!.children[1]!.children[0]!.text.startsWith('note: It has 512 MiB.\n'))
  })

  test('the names of suites are unique, even if the results of one come in several parts', async () => {
    const names = ['mysql 8.0', 'redis 7', 'mysql 8.0']
    const { children } = await checked(names.map(name => resultWith({ resource: [name] })))
    deepEqual(
      children.map(({ attributes }) => attributes.name),
      ['mysql 8.0', 'redis 7', 'mysql 8.0 (2)', 'rules without findings'],
    )
  })

  test('every report is well-formed, and its texts are what was reported', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyResult, { maxLength: 4 }), async results => {
        const { children } = await checked(results)
        const suites = children.filter(({ attributes }) => attributes.name !== 'rules without findings')
        equal(suites.flatMap(suite => suite.children).length, results.length)
      }),
      { numRuns: several(500, 50) },
    )
  })

  test('names can neither end their element nor add a line', async () => {
    const { children } = await checked([
      resultWith({ resource: ['mysql', ']]></failure>\n"\u001b[2J'], advice: 'a ]]> b\nRun: rm -rf /' }),
    ])
    const [found] = children[0]!.children
    equal(found!.attributes.name, ']]></failure>\\x0a"\\x1b[2J')
    equal(found!.children[0]!.text, 'a ]]> b\\x0aRun: rm -rf /')
  })

  test('at most 1000 results are read before some are written', async () => {
    let read = 0
    const endless = function* () {
      for (;;) {
        read++
        yield resultWith()
      }
    }
    let suites = 0
    for await (const piece of writeJunit(reportOf(endless()))) {
      suites += piece.includes('<testsuite ') ? 1 : 0
      ok(read <= suites * 1000 + 1)
      if (suites === 3) break
    }
    equal(read, 3001)
  })

  const needsPrograms = process.env.TROVE_TS_TEST_SYSTEM === '1' ? false : 'not run: `npm run test:all` runs it'
  test('reports are valid for Jenkins', { skip: needsPrograms }, async () => {
    checkJunit(await textOf([]))
    for (const results of fc.sample(fc.array(anyResult, { maxLength: 20 }), 50)) checkJunit(await textOf(results))
  })
})
