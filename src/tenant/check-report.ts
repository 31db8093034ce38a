import { visibleText } from '../model/visible-text.ts'
import { placeWords, type Report, type ReportResult, type ReportRule } from '../report/report.ts'
import type { Judged, Outcome } from './judge.ts'
import type { RequestedInstance } from './requested-instance.ts'

/** An instance of a file, with what the API says about it. */
export type Finding = Readonly<{ instance: RequestedInstance; judged: Judged }>

/** The rules of a report, by the outcome that they report. Ids are public: they are never renamed or reused. */
const rules = {
  refused: {
    id: 'instance_refused',
    title: 'The database service would refuse the instance',
    description: 'The create or the resize that the file asks for would be answered with an error.',
    help: 'Change the file as the message says, most often to one of the flavors that it names.',
    level: 'error',
  },
  warned: {
    id: 'instance_warned',
    title: 'The database service would admit the instance with a warning',
    description:
      'The flavor breaks a rule of the datastore version that warns and does not refuse, or that is waived for a while.',
    help: 'Choose another flavor before the rule refuses, or before its waiver ends.',
    level: 'warning',
  },
  'not judged': {
    id: 'instance_not_judged',
    title: 'The instance was not judged, or not in full',
    description: 'The file does not say a value that the check needs, for example because it is known after apply.',
    help: 'Write the value into the file, or check again when it is known.',
    level: 'note',
  },
} as const satisfies Readonly<Record<Exclude<Outcome, 'allowed'>, ReportRule>>

/** What is missing in a judgement that is no refusal: undefined when it is whole. */
const omissionWords = ({ instance: { omissions }, judged: { outcome } }: Finding): string | undefined =>
  omissions.length === 0 || outcome === 'refused' ? undefined : `Not judged in full: ${omissions.join('; ')}.`

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

/** What the user can do about a refusal or a warning. */
export function adviceOf({ instance, judged }: Finding): string | undefined {
  const { suitable } = judged
  if (judged.outcome !== 'refused' || suitable === undefined) return undefined
  if (suitable.length === 0) return 'Contact your cloud operator.'
  const [first] = suitable
  const warned = first!.warned ? ', which is admitted with a warning' : ''
  return `Set ${instance.flavorField} to ${suitable.length === 1 || warned ? '' : 'one of the suitable flavors, for example '}'${first!.id}' (${first!.name})${warned}.`
}

/** @param shownIn the file of a repository at which findings without a line are shown, such as those of a plan */
export const reportOf = (
  findings: readonly Finding[],
  { version, url }: { version: string; url?: string | undefined },
  shownIn: string | undefined,
): Report => ({
  tool: { name: 'trovets', version, ...(url === undefined ? {} : { url }) },
  rules: Object.values(rules),
  results: findings.flatMap(finding => resultsOf(finding, shownIn)),
})

function resultsOf(finding: Finding, shownIn: string | undefined): ReportResult[] {
  const { instance, judged } = finding
  const omitted = omissionWords(finding)
  const outcome = judged.outcome === 'allowed' && omitted !== undefined ? 'not judged' : judged.outcome
  if (outcome === 'allowed') return []
  const { id, level, help } = rules[outcome]
  const { path, line } = instance.place
  return [
    {
      rule: id,
      level,
      group: outcome.replace(' ', '_'),
      message: [messageOf(judged), omitted].filter(text => text !== undefined).join(' '),
      advice: adviceOf(finding) ?? help,
      resource: [path, instance.address],
      file: line === undefined && shownIn !== undefined ? { path: shownIn } : instance.place,
      facts: factsOf(finding),
    },
  ]
}

const messageOf = ({ outcome, message }: Judged) =>
  message === null ? undefined : outcome === 'not judged' ? `Not judged: ${sentence(message)}` : message

const factsOf = ({ instance, judged }: Finding): Record<string, string> => ({
  address: instance.address,
  ...requestFacts(instance),
  ...(judged.suitable?.length ? { suitable_flavors: judged.suitable.map(({ id }) => id).join(' ') } : {}),
})

/** What was asked for, as far as the file says it. */
export function requestFacts({ request }: RequestedInstance): Record<string, string> {
  if (request.kind === 'none') return {}
  if (request.kind === 'resize') return { flavor: request.flavorId, instance: request.instanceId }
  const { flavorRef, datastore } = request.body
  return Object.fromEntries(
    Object.entries({ flavor: flavorRef, datastore: datastore?.type, version: datastore?.version }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, String(value)]]),
    ),
  )
}

/** One line of a finding for people, like that of a compiler. */
export function findingLine(finding: Finding): string | undefined {
  const { instance, judged } = finding
  const omitted = omissionWords(finding)
  if (judged.outcome === 'allowed' && omitted === undefined) return undefined
  const { message } = judged
  const said = {
    refused: `would be refused: ${message}`,
    warned: judged.waivedUntil
      ? `is admitted because it is waived, until ${judged.waivedUntil}Z: ${message}`
      : `is admitted with a warning: ${message}`,
    'not judged': `not judged: ${sentence(message ?? '')}`,
    allowed: undefined,
  }[judged.outcome]
  const words = [said, omitted, adviceOf(finding)]
  return visibleText(
    `${placeWords(instance.place)}: ${instance.address}: ${words.filter(each => each !== undefined).join(' ')}`,
  )
}
