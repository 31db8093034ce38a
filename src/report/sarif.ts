import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { invisible, visibleText } from '../model/visible-text.ts'
import type { FilePlace, Report, ReportResult, ReportRule } from './report.ts'

/**
 * Writes a report as SARIF 2.1.0, one result on each line.
 *
 * @returns the text, piece by piece
 */
export async function* writeSarif({ tool, rules, results }: Report): AsyncGenerator<string> {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const driver = {
    name: tool.name,
    version: tool.version,
    ...(tool.url === undefined ? {} : { informationUri: tool.url }),
    rules: rules.map(descriptorOf),
  }
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  yield `{"$schema":${json(schema)},"version":"2.1.0","runs":[{"tool":${json({ driver })},`
  yield '"columnKind":"utf16CodeUnits","results":['
  let separator = '\n'
  for await (const result of results) {
    yield `${separator}${json(resultObject(result, indexes.get(result.rule)))}`
    separator = ',\n'
  }
  yield '\n]}]}\n'
}

/** JSON in which no character acts on a terminal that shows it. */
const json = (value: unknown) =>
  JSON.stringify(value).replaceAll(
    invisible,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const descriptorOf = ({ id, title, description, help, level }: ReportRule) => ({
  id,
  shortDescription: { text: title },
  fullDescription: { text: description },
  help: { text: help },
  defaultConfiguration: { level },
})

function resultObject(result: ReportResult, ruleIndex: number | undefined) {
  const { rule, level, group, message, advice, accepted, command, resource, key, file, facts } = result
  const names = resource.map(visibleText)
  // GitHub shows the text, and not the names.
  const sentences = [`${names.join(', ')}: ${message}`, advice, ...(command === undefined ? [] : [`Run: ${command}`])]
  return {
    ruleId: rule,
    ruleIndex,
    level,
    message: { text: messageText(sentences) },
    locations: [
      {
        ...(file ? { physicalLocation: physicalLocation(file) } : {}),
        logicalLocations: [{ name: names.at(-1), fullyQualifiedName: names.join('/'), kind: 'resource' }],
      },
    ],
    // GitHub combines the results of a rule that have the same line, unless this says that they differ.
    partialFingerprints: {
      primaryLocationLineHash: `${fingerprint([rule, ...(key === undefined ? resource : [key])])}:1`,
    },
    ...(accepted === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: visibleText(accepted) }] }),
    properties: { ...facts, group, ...(command === undefined ? {} : { command }) },
  }
}

/** In SARIF, braces make placeholders, and `[text](target)` is a link. Names that tenants chose must be neither. */
const messageText = (sentences: readonly string[]) =>
  sentences.map(visibleText).join('\n').replaceAll(/[{}]/g, '$&$&').replaceAll('](', '\\](')

function physicalLocation({ path, line, column }: FilePlace) {
  const region =
    line === undefined ? undefined : { startLine: line, ...(column === undefined ? {} : { startColumn: column }) }
  return { artifactLocation: { uri: uriOf(path) }, ...(region ? { region } : {}) }
}

const uriOf = (path: string) =>
  isAbsolute(path)
    ? pathToFileURL(path).href
    : path
        .replace(/^(?:\.\/)+/, '')
        .toWellFormed()
        .split('/')
        .map(encodeURIComponent)
        .join('/')

const fingerprint = (parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
