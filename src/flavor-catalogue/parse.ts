import { byId, type Flavor } from '../model/flavor.ts'
import { byVolumeTypeName, type VolumeType } from '../model/volume-type.ts'
import { shapeProblem } from '../yaml-file/shape-problem.ts'
import { readYaml, type YamlText } from '../yaml-file/yaml-text.ts'
import {
  type CatalogueDocument,
  catalogueSchema,
  type FlavorEntry,
  standardVolumeType,
  type VolumeTypeEntry,
} from './schema.ts'

export type CatalogueContent = Readonly<{
  /** Sorted by id, as in Nova. */
  flavors: readonly Flavor[]
  /** Sorted by name; always includes 'standard'. */
  volumeTypes: readonly VolumeType[]
}>

/**
 * Parses a flavors file. Throws an Error with the place of the mistake and what was expected there.
 *
 * @param options.flavorsElsewhere true if the list of flavors may be missing
 */
export function parseCatalogue(text: string, { flavorsElsewhere = false } = {}): CatalogueContent {
  const yaml = readYaml(text, { isText })
  const value = flavorsElsewhere ? withFlavors(yaml.value) : yaml.value
  const problem = shapeProblem(catalogueSchema, value)
  if (problem) throw yaml.problem(problem.path, problem.words)
  const { flavors, volume_types: volumeTypes = [] } = value as CatalogueDocument
  refuseMany(yaml, 'flavors', flavors)
  refuseMany(yaml, 'volume_types', volumeTypes)
  refuseRepetition(
    yaml,
    { list: 'flavors', title: 'flavor', key: 'id' },
    flavors.map(({ id }) => [id]),
  )
  refuseRepetition(
    yaml,
    { list: 'volume_types', title: 'volume type', key: 'name or id' },
    volumeTypes.map(({ id, name }) => [name, id ?? name]),
  )
  return { flavors: flavors.map(toFlavor).sort(byId), volumeTypes: withStandard(yaml, volumeTypes) }
}

/** Ids, names and extra specs are texts, as they are typed: 1.0 is not 1, and True is not true. */
const isText = (key: string, holder: string) => holder === 'extra_specs' || textFields.has(key)
const textFields: ReadonlySet<string> = new Set(['id', 'name', 'description', 'projects'])

/** Four times as many as the largest clouds have. There is a limit because each list request goes through all entries. */
export const entriesMax = 20_000

function refuseMany(yaml: YamlText, list: string, entries: readonly unknown[]): void {
  if (entries.length > entriesMax)
    throw yaml.problem(
      [list, String(entriesMax)],
      `${entries.length} entries under '${list}:'; at most ${entriesMax} are allowed`,
    )
}

const withFlavors = (value: unknown): unknown =>
  value === null || value === undefined
    ? { flavors: [] }
    : typeof value === 'object' && !Array.isArray(value)
      ? { flavors: [], ...value }
      : value

/** @param ids all identifiers of each entry */
function refuseRepetition(
  yaml: YamlText,
  { list, title, key }: Readonly<{ list: string; title: string; key: string }>,
  ids: readonly (readonly (string | number)[])[],
): void {
  const earlier = new Set<string>()
  for (const [index, each] of ids.entries()) {
    const own = new Set(each.map(String))
    for (const id of own)
      if (earlier.has(id)) throw yaml.problem([list, String(index)], `${title} ${index + 1}: duplicate ${key} '${id}'`)
    for (const id of own) earlier.add(id)
  }
}

/** An entry is public unless it names projects. */
const visibilityOf = ({ projects }: { projects?: readonly (string | number)[] }) => ({
  isPublic: projects === undefined,
  projects: (projects ?? []).map(String),
})

const toFlavor = (entry: FlavorEntry): Flavor => ({
  id: String(entry.id),
  name: String(entry.name),
  vcpus: entry.vcpus,
  ramMb: entry.ram,
  diskGb: entry.disk ?? 0,
  ephemeralGb: entry.ephemeral ?? 0,
  swapMb: entry.swap ?? 0,
  extraSpecs: Object.fromEntries(Object.entries(entry.extra_specs ?? {}).map(([key, value]) => [key, String(value)])),
  ...visibilityOf(entry),
})

const toVolumeType = (entry: VolumeTypeEntry): VolumeType => ({
  id: String(entry.id ?? entry.name),
  name: String(entry.name),
  description: entry.description ?? null,
  isDefault: entry.name === standardVolumeType,
  ...visibilityOf(entry),
})

/**
 * Adds the type 'standard', which always exists. An entry with that name can describe it, but not restrict it to
 * projects.
 */
function withStandard(yaml: YamlText, entries: readonly VolumeTypeEntry[]): VolumeType[] {
  const types = entries.map(toVolumeType)
  for (const [index, type] of types.entries()) {
    const path = ['volume_types', String(index)]
    const subject = `volume type ${index + 1}: '${standardVolumeType}'`
    if (type.isDefault && !type.isPublic)
      throw yaml.problem([...path, 'projects'], `${subject} is available to every project; remove 'projects'`)
    if (type.id === standardVolumeType && !type.isDefault)
      throw yaml.problem([...path, 'id'], `${subject} is the name of the built-in type; choose another id`)
  }
  if (!types.some(type => type.isDefault)) types.push(toVolumeType({ name: standardVolumeType }))
  return types.sort(byVolumeTypeName)
}
