import { namedVersion, versionWords } from '../model/datastore-version.ts'
import { utcText } from '../model/naive-utc.ts'
import type { NamedWaiver } from '../operations/waivers/list-waivers.ts'
import type { TriedWaiver, WaivedInstance } from '../operations/waivers/waiver-effect.ts'
import { reasonsWords } from '../rules/allowed/flavor/refusals.ts'
import type { Output } from './command.ts'
import { counted, type Mood } from './effect-words.ts'

export const onlyWords = (only: readonly string[]): string => (only.length === 0 ? 'every reason' : only.join(', '))

/** The id of a waiver, whom it is for, until when, and what it waives. A waiver that was only tried has no id. */
export function waiverWords(named: NamedWaiver, mood: Mood): string {
  const { waiver, datastore, version } = named
  const datastoreWords = datastore?.name ?? waiver.datastoreId
  const where =
    waiver.versionId === null
      ? `all versions of ${datastoreWords}`
      : `${datastoreWords} ${version?.name ?? waiver.versionId}`
  const waives = mood === 'would' ? 'would waive' : 'waives'
  return `for ${whomWords(named)} until ${utcText(waiver.until)}. It ${waives} ${onlyWords(waiver.only)} for ${where}.`
}

const whomWords = ({ waiver }: NamedWaiver) =>
  waiver.instanceId === null ? `project ${waiver.projectId}` : `instance ${waiver.instanceId}`

/** What a waiver does: `add` lets pass, `end` takes back. */
type Change = 'add' | 'end'

const flavorsWords: Readonly<Record<Change, (count: number, whom: string) => string>> = {
  add: (count, whom) => `${counted(count, 'more flavor', 'more flavors')} would be allowed for ${whom}, with a warning`,
  end: (count, whom) => `${counted(count, 'flavor', 'flavors')} would no longer be allowed for ${whom}`,
}
const noFlavorsWords: Readonly<Record<Change, (whom: string) => string>> = {
  add: whom => `No more flavors would be allowed for ${whom}.`,
  end: whom => `The same flavors would be allowed for ${whom} as before.`,
}
const instancesWords: Readonly<Record<Change, (count: number) => string>> = {
  add: count => `${counted(count, 'compliance finding', 'compliance findings')} would be waived:`,
  end: count => `${counted(count, 'compliance finding', 'compliance findings')} would no longer be waived:`,
}
const noInstancesWords: Readonly<Record<Change, string>> = {
  add: 'No compliance finding would be waived.',
  end: 'No compliance finding is waived by it alone.',
}

const flavorsShownMax = 5

/** What a dry run prints: what the waiver changes for its project or its instance. */
export function triedOutput(sentence: string, tried: TriedWaiver, change: Change): Output {
  const { effect } = tried
  const whom = whomWords(tried)
  const lines = [
    sentence,
    ...effect.flavors.map(({ version, flavors }) => {
      const named = tried.datastore ? versionWords(namedVersion(tried.datastore, version)) : version.name
      const names = flavors.slice(0, flavorsShownMax).map(({ id, name }) => `${name} (${id})`)
      const more = flavors.length > flavorsShownMax ? `, and ${flavors.length - flavorsShownMax} more` : ''
      return `${named}: ${flavorsWords[change](flavors.length, whom)}: ${names.join(', ')}${more}.`
    }),
    ...(effect.flavors.length === 0 ? [noFlavorsWords[change](whom)] : []),
  ]
  const end = 'Dry run, nothing was changed.'
  if (effect.instanceCount === 0) return { lines: [...lines, noInstancesWords[change], end], hasFindings: true }
  const { length } = effect.instances
  return {
    above: [...lines, instancesWords[change](effect.instanceCount)],
    columns: ['Project', 'Instance', 'Name', 'Version', 'Flavor', 'Reasons'],
    rows: effect.instances.map(cellsOf),
    lines: [...(length < effect.instanceCount ? [`Showing ${length} of ${effect.instanceCount} instances.`] : []), end],
    hasFindings: true,
  }
}

const cellsOf = ({ instance, version, flavor, reasons }: WaivedInstance) => [
  instance.projectId,
  instance.id,
  instance.name,
  version.name,
  flavor ? `${flavor.name} (${flavor.id})` : instance.flavorId,
  reasonsWords(
    reasons.map(({ waived: _, ...reason }) => reason),
    undefined,
  ),
]
