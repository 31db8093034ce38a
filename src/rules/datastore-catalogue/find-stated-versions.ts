import type { Datastore } from '../../model/datastore.ts'
import type {
  CatalogueProblem,
  DatastoreCatalogue,
  PlacedProblem,
  StatedDatastore,
  StatedMinimum,
  StatedPolicy,
  StatedProperties,
  StatedVersion,
  StatedWaiver,
} from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'

/**
 * Matches the entries of a datastore catalogue with the versions in the database. Names match in any letter case, and the
 * number can be left out if the name is clear. Nothing is written here: `plan-properties.ts`, `plan-defaults.ts` and
 * `../version-rows/` plan the changes, and `operations/datastore-catalogue/` makes them.
 */

/** An entry of a catalogue, together with the version in the database that it matches. */
export type MatchedVersion = Readonly<{
  line: number
  datastoreName: string
  name: string
  number: string
  /** Undefined if the version must be created. */
  version: DatastoreVersion | undefined
  isDefault: boolean | undefined
  properties: StatedProperties
  policy: StatedPolicy
  /** The waivers for this version alone; undefined to leave them as they are. */
  waivers: readonly StatedWaiver[] | undefined
  /** The requirements that the catalogue adds to every version with this manager. */
  minimum: StatedMinimum | undefined
}>

export type MatchedCatalogue = Readonly<{
  versions: readonly MatchedVersion[]
  /** Each entry of a datastore, with the datastore that it matches; undefined if it must be created. */
  datastores: readonly Readonly<{ stated: StatedDatastore; name: string; datastore: Datastore | undefined }>[]
  /** Datastores to create. */
  newDatastores: readonly string[]
  /** Managers in the catalogue that no version has. */
  idleManagers: readonly string[]
  /** Versions that have no entry, although their datastore has one. */
  untouched: readonly DatastoreVersion[]
  problems: readonly PlacedProblem[]
}>

type NameAndNumber = Readonly<{ name: string; number: string }>

/** Labels a version below its datastore. The number is included only if it differs from the name. */
export const shortLabel = ({ name, number }: NameAndNumber): string =>
  number === '' || isSame(number, name) ? name : `${name} (${number})`

export const versionLabel = (datastore: string, version: NameAndNumber): string => `${datastore} ${shortLabel(version)}`

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Returns the thing with exactly this text, otherwise one with the text in another letter case. */
const named = <Thing>(things: readonly Thing[], text: string, textOf: (thing: Thing) => string): Thing | undefined =>
  things.find(thing => textOf(thing) === text) ?? things.find(thing => isSame(textOf(thing), text))

/** Matches every entry of a catalogue with the existing datastores and versions. */
export function findStatedVersions(
  catalogue: DatastoreCatalogue,
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
): MatchedCatalogue {
  const problems: PlacedProblem[] = []
  const newDatastores: string[] = []
  const matchedDatastores: MatchedCatalogue['datastores'][number][] = []
  const matches: MatchedVersion[] = []
  const below = Map.groupBy(versions, version => version.datastoreId)
  const touched = new Set<DatastoreVersion>()
  const names = new Set<string>()
  const namedDatastores = new Set<string>()
  for (const stated of catalogue.datastores) {
    const datastore = named(datastores, stated.name, ({ name }) => name)
    matchedDatastores.push({ stated, name: datastore?.name ?? stated.name, datastore })
    if (datastore) namedDatastores.add(datastore.id)
    else newDatastores.push(stated.name)
    for (const each of stated.versions) {
      const known = datastore ? (below.get(datastore.id) ?? []) : []
      const match = findVersion(datastore?.name ?? stated.name, known, each)
      const problem = 'problem' in match ? match.problem : problemOf(match, names)
      if (problem) problems.push({ line: each.line, version: labelOf(stated.name, each), problem })
      if ('problem' in match) continue
      matches.push(match)
      if (match.version) touched.add(match.version)
    }
  }
  const { ofManagers, idleManagers } = findByManager(catalogue, datastores, versions, touched)
  for (const { version } of ofManagers) touched.add(version!)
  const untouched = versions.filter(version => namedDatastores.has(version.datastoreId) && !touched.has(version))
  return {
    versions: [...matches, ...ofManagers],
    datastores: matchedDatastores,
    newDatastores,
    idleManagers,
    untouched,
    problems,
  }
}

const labelOf = (datastore: string, { name, number }: StatedVersion) =>
  versionLabel(datastore, { name, number: number ?? name })

/**
 * Finds a version by name and number. The name alone is enough if only one version has it, or if it is also the number of
 * one.
 */
function findVersion(
  datastoreName: string,
  known: readonly DatastoreVersion[],
  stated: StatedVersion,
): MatchedVersion | { problem: CatalogueProblem } {
  const { line, name, isDefault, properties, policy, waivers } = stated
  const namesakes = known.filter(version => isSame(version.name, name))
  const isClear = stated.number === undefined && namesakes.length === 1
  const version = isClear ? namesakes[0] : named(namesakes, stated.number ?? name, each => each.version)
  if (!version && stated.number === undefined && namesakes.length > 1)
    return { problem: { code: 'versions_several', numbers: namesakes.map(each => each.version) } }
  const label = { name: version?.name ?? name, number: version?.version ?? stated.number ?? name }
  return { line, datastoreName, ...label, version, isDefault, properties, policy, waivers, minimum: undefined }
}

/**
 * An entry without a manager is not meant to create a version. If no such version exists, this database most likely has
 * it under another name.
 */
function problemOf(match: MatchedVersion, names: Set<string>): CatalogueProblem | undefined {
  const name = [match.datastoreName, match.name, match.number].join('\n').toLowerCase()
  if (names.has(name)) return { code: 'version_named_twice' }
  names.add(name)
  return match.version || match.properties.manager !== undefined ? undefined : { code: 'version_unknown' }
}

/** Finds the versions of each manager in a catalogue, except those that have an entry of their own. */
function findByManager(
  { managers }: DatastoreCatalogue,
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
  touched: ReadonlySet<DatastoreVersion>,
): { ofManagers: MatchedVersion[]; idleManagers: string[] } {
  const datastoreNames = new Map(datastores.map(({ id, name }) => [id, name]))
  const idleManagers: string[] = []
  const ofManagers = managers.flatMap(({ line, name: manager, minimum }) => {
    const managed = versions.filter(version => isSame(version.manager ?? '', manager))
    if (managed.length === 0) idleManagers.push(manager)
    return managed
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
        waivers: undefined,
        minimum,
      }))
  })
  return { ofManagers, idleManagers }
}
