import { visibleText } from '../model/visible-text.ts'
import { placeWords, type Report, type ReportResult, type ReportRule } from './report.ts'

/** A suite states its number of test cases before them, so it is kept in memory until it is whole. */
const suiteResultsMax = 1000

/**
 * Writes a report as JUnit XML: a test suite for each outermost name, a test case for each result. Errors are failures;
 * warnings, notes and what is accepted are skipped test cases. A rule without results is a test case that passes, because Jenkins and GitLab
 * take a report without test cases for a mistake.
 *
 * @returns the text, piece by piece
 */
export async function* writeJunit({ tool, rules, results }: Report): AsyncGenerator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name=${quoted(tool.name)}>\n`
  const broken = new Set<string>()
  const suites = new Map<string, number>()
  const suite = (name: string, results: readonly ReportResult[]) => {
    const number = (suites.get(name) ?? 0) + 1
    suites.set(name, number)
    // Jenkins ignores a suite whose name it has read before.
    return suiteText(number === 1 ? name : `${name} (${number})`, results.map(caseOf))
  }
  let name = ''
  let collected: ReportResult[] = []
  for await (const result of results) {
    broken.add(result.rule)
    if (collected.length > 0 && (result.resource[0] !== name || collected.length === suiteResultsMax)) {
      yield suite(name, collected)
      collected = []
    }
    name = result.resource[0]
    collected.push(result)
  }
  if (collected.length > 0) yield suite(name, collected)
  const passed = rules.filter(({ id }) => !broken.has(id))
  if (passed.length > 0) yield suiteText('rules without findings', passed.map(passedCase))
  yield '</testsuites>\n'
}

type Case = Readonly<{ text: string; outcome: 'passed' | 'failed' | 'skipped' }>

function suiteText(name: string, cases: readonly Case[]): string {
  const count = (outcome: Case['outcome']) => cases.filter(each => each.outcome === outcome).length
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`
  return `  <testsuite name=${quoted(name)} ${counts}>\n${cases.map(({ text }) => text).join('')}  </testsuite>\n`
}

function passedCase({ id, title }: ReportRule): Case {
  return { text: `    <testcase classname=${quoted(id)} name=${quoted(title)}/>\n`, outcome: 'passed' }
}

function caseOf(result: ReportResult): Case {
  const { rule, level, group, message, accepted, resource } = result
  const [outermost, ...inner] = resource
  const name = inner.length > 0 ? inner.join(', ') : outermost
  const begin = `    <testcase classname=${quoted(`${group}.${rule}`)} name=${quoted(name)}>\n`
  const end = '    </testcase>\n'
  if (level === 'error' && accepted === undefined) {
    const failure = `      <failure type=${quoted(rule)} message=${quoted(message)}>${details(result)}</failure>\n`
    return { text: `${begin}${failure}${end}`, outcome: 'failed' }
  }
  const skipped = `      <skipped>${escaped(`${accepted ?? level}: ${message}`)}\n${details(result)}</skipped>\n`
  return { text: `${begin}${skipped}${end}`, outcome: 'skipped' }
}

const details = ({ advice, command, file, facts = {} }: ReportResult) =>
  [
    advice,
    ...(command === undefined ? [] : [`Run: ${command}`]),
    ...(file ? [`At: ${placeWords(file)}`] : []),
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
  ]
    .map(escaped)
    .join('\n')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML forbids most control characters, even as references, and ends a text that contains `]]>`. */
const escaped = (text: string) => visibleText(text).replaceAll(/[&<>"]/g, character => entities[character]!)
const quoted = (text: string) => `"${escaped(text)}"`
