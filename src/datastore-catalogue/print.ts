import { Document, isScalar, isSeq, type YAMLSeq } from 'yaml'
import type {
  StatedDatastore,
  StatedPolicy,
  StatedRequirement,
  StatedVersion,
  StatedWaiver,
} from '../model/datastore-catalogue.ts'

/** Returns a comment for an entry of a list; undefined for none. */
export type Remark = (list: 'flavors' | 'requirements' | 'volume_types', entry: string) => string | undefined

const head =
  ' A datastore catalogue. `trove-manage catalog_apply` changes the database to match it.\n Anything that is not listed here stays unchanged. See docs/reference/datastore-catalogue.md.'

/** A datastore whose versions are read one at a time. */
export type PrintedDatastore = Omit<StatedDatastore, 'versions'> & Readonly<{ versions: AsyncIterable<StatedVersion> }>

/**
 * Prints a catalogue as the text of a file, in its own order: the head, and then each datastore and each version. Only one
 * version is kept in memory. The same catalogue always results in the same text.
 */
export async function* printDatastoreCatalogue(
  datastores: AsyncIterable<PrintedDatastore>,
  remark: Remark,
): AsyncGenerator<string> {
  let hasDatastores = false
  for await (const datastore of datastores) {
    if (!hasDatastores) yield headText(true)
    hasDatastores = true
    let hasVersions = false
    for await (const version of datastore.versions) {
      if (!hasVersions) yield datastoreText(datastore, true, remark)
      hasVersions = true
      yield versionText(version, remark)
    }
    if (!hasVersions) yield datastoreText(datastore, false, remark)
  }
  if (!hasDatastores) yield headText(false)
}

function headText(hasDatastores: boolean): string {
  const document = new Document({ datastores: [] })
  document.commentBefore = head
  const text = document.toString(format)
  return hasDatastores ? text.replace(/ \[\]\n$/, '\n') : text
}

const format = { lineWidth: 0 } as const

function datastoreText({ name, policy, waivers }: PrintableDatastore, hasVersions: boolean, remark: Remark): string {
  const document = new Document([
    {
      ...{ name, restriction: policy.restriction, list_level: policy.listLevel },
      ...{ requirements: policy.requirements?.map(printableRequirement) },
      ...{ waivers: waivers?.map(printableWaiver), versions: [] },
    },
  ])
  annotateLists(document, ['requirements'], remark)
  const text = document.toString(format)
  return indented(hasVersions ? text.replace(/ \[\]\n$/, '\n') : text, 2)
}

type PrintableDatastore = Pick<StatedDatastore, 'name' | 'policy' | 'waivers'>

function versionText(version: StatedVersion, remark: Remark): string {
  const document = new Document([printable(version)])
  annotateLists(document, ['flavors', 'requirements', 'volume_types'], remark)
  return indented(document.toString(format), 6)
}

/** Lines of a longer text in an entry are indented together with it. */
const indented = (text: string, spaces: number) => text.replaceAll(/(?<=^|\n)(?=[^\n])/g, ' '.repeat(spaces))

/** Includes every field, so that the file is a complete description; entries of lists are written in full. */
const printable = ({ name, number, isDefault, properties, policy, waivers }: StatedVersion) => ({
  name,
  number,
  default: isDefault,
  active: properties.active,
  manager: properties.manager,
  image_id: properties.imageId,
  image_tags: properties.imageTags,
  packages: properties.packages,
  registry_ext: properties.registryExt,
  repl_strategy: properties.replStrategy,
  ...printablePolicy(policy),
  waivers: waivers?.map(printableWaiver),
})

const printableWaiver = ({ projectId, instanceId, only, until, reason }: StatedWaiver) => ({
  project: projectId,
  ...(instanceId === undefined ? {} : { instance: instanceId }),
  ...(only.length === 0 ? {} : { only }),
  until,
  reason,
})

const printableRequirement = ({ text, level }: StatedRequirement) =>
  level === undefined ? text : { requirement: text, level }

const printablePolicy = (policy: StatedPolicy) => ({
  flavors: policy.flavors,
  restriction: policy.restriction,
  requirements: policy.requirements?.map(printableRequirement),
  enforcement: policy.enforcement,
  list_level: policy.listLevel,
  volume_types: policy.volumeTypes,
})

type List = Parameters<Remark>[0]

/** Adds the remarks to the lists of the only entry of a document. */
function annotateLists(document: Document, lists: readonly List[], remark: Remark): void {
  const [entry] = (document.contents as unknown as YAMLSeq<{ get(key: string): unknown }>).items
  for (const list of lists) {
    const seq = entry!.get(list)
    if (isSeq(seq)) annotate(seq, value => remark(list, value))
  }
}

function annotate(seq: YAMLSeq, remark: (entry: string) => string | undefined): void {
  for (const item of seq.items) {
    const words = isScalar(item) ? remark(String(item.value)) : undefined
    if (isScalar(item) && words !== undefined) item.comment = ` ${words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}`
  }
}
