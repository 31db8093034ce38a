import type { Datastore } from '../../model/datastore.ts'
import type {
  CatalogueProblem,
  DatastoreCatalogue,
  PlacedProblem,
  StatedMinimum,
  StatedPolicy,
  StatedProperties,
  StatedVersion,
} from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'

/** A version that a catalogue speaks of, beside what there is of it. */
export type FoundVersion = Readonly<{
  line: number
  datastoreName: string
  name: string
  number: string
  /** Undefined: the version is to be made. */
  version: DatastoreVersion | undefined
  isDefault: boolean | undefined
  properties: StatedProperties
  policy: StatedPolicy
  /** What its manager adds to it. */
  minimum: StatedMinimum | undefined
}>

export type FoundCatalogue = Readonly<{
  versions: readonly FoundVersion[]
  /** Datastores to make. */
  newDatastores: readonly string[]
  /** Managers that the catalogue names and no version has. */
  idleManagers: readonly string[]
  /** Versions of the datastores it names that it says nothing of. */
  untouched: readonly DatastoreVersion[]
  problems: readonly PlacedProblem[]
}>

type Called = Readonly<{ name: string; number: string }>

/** What a version is called below its datastore; its number only where the name does not say it. */
export const shortLabel = ({ name, number }: Called): string =>
  number === '' || isSame(number, name) ? name : `${name} (${number})`

export const versionLabel = (datastore: string, called: Called): string => `${datastore} ${shortLabel(called)}`

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** The one with exactly this text, else the one that has it in another letter case. */
const named = <Thing>(things: readonly Thing[], text: string, textOf: (thing: Thing) => string): Thing | undefined =>
  things.find(thing => textOf(thing) === text) ?? things.find(thing => isSame(textOf(thing), text))

/** Finds what a catalogue speaks of among what there is. */
export function findStatedVersions(
  catalogue: DatastoreCatalogue,
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
): FoundCatalogue {
  const problems: PlacedProblem[] = []
  const newDatastores: string[] = []
  const found: FoundVersion[] = []
  const below = Map.groupBy(versions, version => version.datastoreId)
  const touched = new Set<DatastoreVersion>()
  const names = new Set<string>()
  const namedDatastores = new Set<string>()
  for (const stated of catalogue.datastores) {
    const datastore = named(datastores, stated.name, ({ name }) => name)
    if (datastore) namedDatastores.add(datastore.id)
    else newDatastores.push(stated.name)
    for (const each of stated.versions) {
      const known = datastore ? (below.get(datastore.id) ?? []) : []
      const one = findVersion(datastore?.name ?? stated.name, known, each)
      const problem = 'problem' in one ? one.problem : problemOf(one, names)
      if (problem) problems.push({ line: each.line, version: labelOf(stated.name, each), problem })
      if ('problem' in one) continue
      found.push(one)
      if (one.version) touched.add(one.version)
    }
  }
  const { ofManagers, idleManagers } = findByManager(catalogue, datastores, versions, touched)
  for (const { version } of ofManagers) touched.add(version!)
  const untouched = versions.filter(version => namedDatastores.has(version.datastoreId) && !touched.has(version))
  return { versions: [...found, ...ofManagers], newDatastores, idleManagers, untouched, problems }
}

const labelOf = (datastore: string, { name, number }: StatedVersion) =>
  versionLabel(datastore, { name, number: number ?? name })

/** By name and number; the name alone will do where it is clear, or where one version has it for its number, too. */
function findVersion(
  datastoreName: string,
  known: readonly DatastoreVersion[],
  stated: StatedVersion,
): FoundVersion | { problem: CatalogueProblem } {
  const { line, name, isDefault, properties, policy } = stated
  const namesakes = known.filter(version => isSame(version.name, name))
  const isClear = stated.number === undefined && namesakes.length === 1
  const version = isClear ? namesakes[0] : named(namesakes, stated.number ?? name, each => each.version)
  if (!version && stated.number === undefined && namesakes.length > 1)
    return { problem: { code: 'versions_several', numbers: namesakes.map(each => each.version) } }
  const called = { name: version?.name ?? name, number: version?.version ?? stated.number ?? name }
  return { line, datastoreName, ...called, version, isDefault, properties, policy, minimum: undefined }
}

/** What does not even speak of a manager was not written to make a version: it is most likely called otherwise than here. */
function problemOf(found: FoundVersion, names: Set<string>): CatalogueProblem | undefined {
  const name = [found.datastoreName, found.name, found.number].join('\n').toLowerCase()
  if (names.has(name)) return { code: 'version_named_twice' }
  names.add(name)
  return found.version || found.properties.manager !== undefined ? undefined : { code: 'version_unknown' }
}

/** The versions that the managers of a catalogue speak for: what it says of a version itself comes first. */
function findByManager(
  { managers }: DatastoreCatalogue,
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
  touched: ReadonlySet<DatastoreVersion>,
): { ofManagers: FoundVersion[]; idleManagers: string[] } {
  const datastoreNames = new Map(datastores.map(({ id, name }) => [id, name]))
  const idleManagers: string[] = []
  const ofManagers = managers.flatMap(({ line, name: manager, minimum }) => {
    const having = versions.filter(version => isSame(version.manager ?? '', manager))
    if (having.length === 0) idleManagers.push(manager)
    return having
      .filter(version => !touched.has(version))
      .map(version => ({
        line,
        datastoreName: datastoreNames.get(version.datastoreId) ?? version.datastoreId,
        name: version.name,
        number: version.version,
        version,
        isDefault: undefined,
        properties: {},
        policy: {},
        minimum,
      }))
  })
  return { ofManagers, idleManagers }
}
