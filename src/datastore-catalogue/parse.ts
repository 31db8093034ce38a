import type {
  DatastoreCatalogue,
  PlacedProblem,
  StatedDatastore,
  StatedPolicy,
  StatedProperties,
  StatedRequirement,
  StatedVersion,
  StatedWaiver,
} from '../model/datastore-catalogue.ts'
import { type ShapeProblem, shapeProblems } from '../yaml-file/shape-problem.ts'
import { readYaml, type YamlText } from '../yaml-file/yaml-text.ts'
import {
  type CatalogueDocument,
  type DatastoreEntry,
  datastoreCatalogueSchema,
  type VersionEntry,
  type WaiverEntry,
} from './schema.ts'

type Path = readonly string[]

/**
 * Parses a datastore catalogue. Throws an Error with the places of the mistakes and what was expected there. Unknown fields
 * alone do not keep the rest from being read: they are returned, to be reported together with what is found later.
 */
export function parseDatastoreCatalogue(text: string): DatastoreCatalogue {
  const yaml = readYaml(text, { numbersAsTyped: true })
  if (isFlavorsFile(yaml.value))
    throw yaml.problem(
      ['flavors'],
      "this is a flavors file; a datastore catalogue has 'datastores:' or 'managers:' at the top",
    )
  const { unknownFields, other } = shapeProblems(datastoreCatalogueSchema, yaml.value)
  if (other) throw problemsIn(yaml, [...unknownFields, ...(isBeside(other, unknownFields) ? [other] : [])])
  const { datastores, managers } = yaml.value as CatalogueDocument
  if (datastores === undefined && managers === undefined) {
    if (unknownFields.length > 0) throw problemsIn(yaml, unknownFields)
    throw yaml.problem([], "expected a list under 'datastores:' or under 'managers:'")
  }
  refuseRepetition(yaml, ['datastores'], 'datastore', (datastores ?? []).map(nameOf))
  refuseRepetition(yaml, ['managers'], 'manager', (managers ?? []).map(nameOf))
  return {
    datastores: (datastores ?? []).map((entry, index) => readDatastore(yaml, entry, ['datastores', String(index)])),
    managers: (managers ?? []).map((entry, index) => ({
      line: yaml.lineOf(['managers', String(index)]),
      name: String(entry.name),
      minimum: { requirements: entry.requirements, level: entry.level ?? entry.enforcement },
    })),
    ...(unknownFields.length > 0
      ? { unknownFields: unknownFields.map(({ path, words }) => placed(yaml, path, words)) }
      : {}),
  }
}

const placed = (yaml: YamlText, path: Path, words: string): PlacedProblem => ({
  line: yaml.lineOf(path),
  version: undefined,
  problem: { code: 'field_unknown', words },
})

/** One error for several problems, each with its place. */
const problemsIn = (yaml: YamlText, problems: readonly ShapeProblem[]): Error =>
  new Error(problems.map(({ path, words }) => yaml.problem(path, words).message).join('; '))

/** False if a problem is only that of an unknown field below it, such as an entry that is neither of two shapes. */
const isBeside = ({ path, isMissing }: ShapeProblem, unknownFields: readonly ShapeProblem[]): boolean =>
  isMissing === true || !unknownFields.some(unknown => path.every((step, index) => unknown.path[index] === step))

const isFlavorsFile = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'flavors' in document && !('datastores' in document)

const nameOf = ({ name }: { name: string | number }): string => String(name)

/** Compares without regard to letter case, as names are matched everywhere. */
function refuseRepetition(yaml: YamlText, list: Path, title: string, names: readonly string[]): void {
  const earlierNames = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (earlierNames.has(name.toLowerCase()))
      throw yaml.problem([...list, String(index)], `${title} ${index + 1}: duplicate name '${name}'`)
    earlierNames.add(name.toLowerCase())
  }
}

function readDatastore(yaml: YamlText, entry: DatastoreEntry, path: Path): StatedDatastore {
  const { name, waivers, versions = [] } = entry
  const list = [...path, 'versions']
  const numbered = ({ name, number }: VersionEntry) => (number === undefined ? `${name}` : `${name} (${number})`)
  refuseRepetition(yaml, list, `datastore '${name}', version`, versions.map(numbered))
  const defaults = versions.flatMap((entry, index) => (entry.default ? [index] : []))
  if (defaults.length > 1)
    throw yaml.problem(
      [...list, String(defaults[1]), 'default'],
      `datastore '${name}': only one version can be the default`,
    )
  return {
    line: yaml.lineOf(path),
    name: String(name),
    policy: {
      requirements: entry.requirements?.map(readRequirement),
      restriction: entry.restriction,
      listLevel: entry.list_level,
    },
    waivers: readWaivers(yaml, waivers, [...path, 'waivers']),
    versions: versions.map((entry, index) => readVersion(yaml, entry, [...list, String(index)])),
  }
}

const readVersion = (yaml: YamlText, entry: VersionEntry, path: Path): StatedVersion => ({
  line: yaml.lineOf(path),
  name: String(entry.name),
  number: entry.number === undefined ? undefined : String(entry.number),
  isDefault: entry.default,
  properties: readProperties(entry),
  policy: readPolicy(entry),
  waivers: readWaivers(yaml, entry.waivers, [...path, 'waivers']),
})

const readWaivers = (yaml: YamlText, entries: readonly WaiverEntry[] | undefined, list: Path) =>
  entries?.map(
    (entry, index): StatedWaiver => ({
      line: yaml.lineOf([...list, String(index)]),
      projectId: String(entry.project),
      instanceId: entry.instance === undefined ? undefined : String(entry.instance),
      only: (entry.only ?? []).map(String),
      until: entry.until,
      reason: String(entry.reason),
    }),
  )

function readProperties(entry: VersionEntry): StatedProperties {
  const text = (value: string | number | null | undefined) => (typeof value === 'number' ? String(value) : value)
  const properties = {
    active: entry.active,
    manager: text(entry.manager),
    imageId: text(entry.image_id),
    imageTags: entry.image_tags?.map(tag => String(tag).trim()),
    packages: text(entry.packages),
    registryExt: text(entry.registry_ext),
    replStrategy: text(entry.repl_strategy),
  }
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}

const readRequirement = (entry: NonNullable<VersionEntry['requirements']>[number]): StatedRequirement =>
  typeof entry === 'string' ? { text: entry, level: undefined } : { text: entry.requirement, level: entry.level }

const readPolicy = (entry: VersionEntry): StatedPolicy => ({
  flavors: entry.flavors?.map(String),
  requirements: entry.requirements?.map(readRequirement),
  restriction: entry.restriction,
  enforcement: entry.enforcement,
  listLevel: entry.list_level,
  volumeTypes: entry.volume_types?.map(String),
})
