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
  /** By id ascending, Nova's order. */
  flavors: readonly Flavor[]
  /** By name ascending; 'standard' is always among them. */
  volumeTypes: readonly VolumeType[]
}>

/**
 * Reads a catalogue. Throws an Error that says where it is wrong, and what was expected there.
 *
 * @param options.flavorsElsewhere whether it may do without a list of flavors
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
    'flavors',
    'flavor',
    flavors.map(({ id }) => [id]),
  )
  refuseRepetition(
    yaml,
    'volume_types',
    'volume type',
    volumeTypes.map(({ id, name }) => [name, id ?? name]),
  )
  return { flavors: flavors.map(toFlavor).sort(byId), volumeTypes: withStandard(yaml, volumeTypes) }
}

/** Ids, names and extra specs are texts, as they are typed: 1.0 is not 1, and True is not true. */
const isText = (key: string, holder: string) => holder === 'extra_specs' || textFields.has(key)
const textFields: ReadonlySet<string> = new Set(['id', 'name', 'description', 'projects'])

/** Four times as many as the largest clouds have; each listing goes through all of them. */
export const entriesMax = 20_000

function refuseMany(yaml: YamlText, list: string, entries: readonly unknown[]): void {
  if (entries.length > entriesMax)
    throw yaml.problem(
      [list, String(entriesMax)],
      `${entries.length} entries under '${list}:', and ${entriesMax} are allowed`,
    )
}

const withFlavors = (value: unknown): unknown =>
  value === null || value === undefined
    ? { flavors: [] }
    : typeof value === 'object' && !Array.isArray(value)
      ? { flavors: [], ...value }
      : value

/** @param ids of each entry: everything that it is called by */
function refuseRepetition(
  yaml: YamlText,
  list: string,
  what: string,
  ids: readonly (readonly (string | number)[])[],
): void {
  const seen = new Set<string>()
  for (const [index, each] of ids.entries()) {
    const own = new Set(each.map(String))
    for (const id of own)
      if (seen.has(id)) throw yaml.problem([list, String(index)], `${what} ${index + 1}: '${id}' is given twice`)
    for (const id of own) seen.add(id)
  }
}

/** Public unless it names projects. */
const offeredTo = ({ projects }: { projects?: readonly (string | number)[] }) => ({
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
  ...offeredTo(entry),
})

const toVolumeType = (entry: VolumeTypeEntry): VolumeType => ({
  id: String(entry.id ?? entry.name),
  name: String(entry.name),
  description: entry.description ?? null,
  isDefault: entry.name === standardVolumeType,
  ...offeredTo(entry),
})

/** An entry called 'standard' describes the type that is there anyhow; for whom it is, it cannot say. */
function withStandard(yaml: YamlText, entries: readonly VolumeTypeEntry[]): VolumeType[] {
  const types = entries.map(toVolumeType)
  for (const [index, type] of types.entries()) {
    const path = ['volume_types', String(index)]
    const who = `volume type ${index + 1}: '${standardVolumeType}'`
    if (type.isDefault && !type.isPublic)
      throw yaml.problem([...path, 'projects'], `${who} is for every project; leave projects out`)
    if (type.id === standardVolumeType && !type.isDefault)
      throw yaml.problem([...path, 'id'], `${who} is the name of the type that is always there; choose another id`)
  }
  if (!types.some(type => type.isDefault)) types.push(toVolumeType({ name: standardVolumeType }))
  return types.sort(byVolumeTypeName)
}
