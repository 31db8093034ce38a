import { Document, isScalar, isSeq, type YAMLSeq } from 'yaml'
import type {
  DatastoreCatalogue,
  StatedPolicy,
  StatedRequirement,
  StatedVersion,
  StatedWaiver,
} from '../model/datastore-catalogue.ts'

/** Returns a comment for an entry of a list; undefined for none. */
export type Remark = (list: 'flavors' | 'requirements' | 'volume_types', entry: string) => string | undefined

const head =
  ' A datastore catalogue. `trove-manage catalog_apply` changes the database to match it.\n Anything that is not listed here stays unchanged. See docs/reference/datastore-catalogue.md.'

/** Prints a catalogue as the text of a file, in its own order. The same catalogue always results in the same text. */
export function printDatastoreCatalogue({ datastores }: DatastoreCatalogue, remark: Remark): string {
  const document = new Document({
    datastores: datastores.map(({ name, policy, waivers, versions }) => ({
      ...{ name, restriction: policy.restriction, list_level: policy.listLevel },
      ...{ requirements: policy.requirements?.map(printableRequirement) },
      ...{ waivers: waivers?.map(printableWaiver), versions: versions.map(printable) },
    })),
  })
  document.commentBefore = head
  for (const [list, seq] of listsOf(document)) annotate(seq, entry => remark(list, entry))
  return document.toString({ lineWidth: 0 })
}

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

function* listsOf(document: Document): Generator<[List, YAMLSeq]> {
  const datastores = document.get('datastores') as YAMLSeq<{ get(key: string): unknown }>
  for (const datastore of datastores.items) {
    const requirements = datastore.get('requirements')
    if (isSeq(requirements)) yield ['requirements', requirements]
    for (const version of (datastore.get('versions') as YAMLSeq<{ get(key: string): unknown }>).items)
      for (const list of ['flavors', 'requirements', 'volume_types'] as const) {
        const seq = version.get(list)
        if (isSeq(seq)) yield [list, seq]
      }
  }
}

function annotate(seq: YAMLSeq, remark: (entry: string) => string | undefined): void {
  for (const item of seq.items) {
    const words = isScalar(item) ? remark(String(item.value)) : undefined
    if (isScalar(item) && words !== undefined) item.comment = ` ${words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}`
  }
}
