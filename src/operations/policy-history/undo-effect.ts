import type { Datastore } from '../../model/datastore.ts'
import { type DatastoreVersion, namedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import {
  readVolumeTypePolicy,
  type VolumeTypePolicy,
  volumeTypeKeys,
} from '../../rules/allowed/volume-type/policy-rows.ts'
import { comparePositions } from '../../rules/paging.ts'
import { historyRefusal } from '../../rules/policy-history/refusals.ts'
import { type ChangeOptions, effectOf, type PolicyEffect, refuseNoneLeft } from '../flavors/policy-effect.ts'
import { readTouched, type Touched, touchedFlavors } from '../flavors/touched-instances.ts'
import { type VolumeTypeEffect, volumeTypeEffectOf } from '../volume-types/associate-volume-types.ts'

type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/** All flavors and volume types. */
export type Known = Readonly<{ flavors: readonly Flavor[]; volumeTypes: readonly VolumeType[] }>

/** The effect of an undo on one version. */
export type UndoEffect = Readonly<{
  datastore: Datastore
  version: DatastoreVersion
  /** Undefined if its flavor policy was not concerned. `isListOnly`: true if nothing but associations changed. */
  flavors: (PolicyEffect & Readonly<{ isListOnly: boolean }>) | undefined
  /** Undefined if its volume type policy was not concerned. */
  volumeTypes: VolumeTypeEffect | undefined
}>

type Policies = ReadonlyMap<DatastoreVersionId, Readonly<{ flavors: FlavorPolicy; volumeTypes: VolumeTypePolicy }>>

/**
 * Locks what events concern: their versions, and for the rules of a datastore all its versions. Refuses an event whose
 * version or datastore no longer exists. Always locks in the same order, so that two processes cannot deadlock.
 *
 * @returns the versions
 */
export async function lockScope(stores: Writable, events: readonly PolicyEvent[]): Promise<DatastoreVersion[]> {
  const ids = new Set(events.flatMap(({ versionId }) => versionId ?? []))
  const ofDatastores = events.filter(({ versionId }) => versionId === null)
  if (ofDatastores.length > 0) await stores.datastores.lockAll()
  for (const event of ofDatastores) {
    const datastore = await stores.datastores.byId(event.datastoreId!)
    if (!datastore) throw historyRefusal.event_datastore_gone({ event })
    for (const { id } of await stores.versions.list(datastore.id)) ids.add(id)
  }
  const versions: DatastoreVersion[] = []
  for (const id of [...ids].sort()) {
    const version = await stores.versions.lock(id)
    const event = events.find(({ versionId }) => versionId === id)
    if (!version && event) throw historyRefusal.event_version_gone({ event })
    if (version) versions.push(version)
  }
  return versions
}

/** Reads what versions allow. */
export async function policiesOf(stores: Writable, versions: readonly DatastoreVersion[]): Promise<Policies> {
  const ids = versions.map(({ id }) => id)
  const rows = Map.groupBy(
    await stores.metadata.listOf(ids, Object.values(policyKeys).flat()),
    ({ versionId }) => versionId,
  )
  const rules = await stores.rules.ofVersions(versions)
  return new Map(
    ids.map(id => {
      const own = rows.get(id) ?? []
      const flavors = readFlavorPolicy([...own, ...(rules.get(id) ?? [])])
      return [id, { flavors, volumeTypes: readVolumeTypePolicy(own) }]
    }),
  )
}

/** An undo of events, with what the versions that it concerns allow before and after. */
type UndoChange = Readonly<{
  events: readonly PolicyEvent[]
  versions: readonly DatastoreVersion[]
  before: Policies
  after: Policies
}>

/**
 * Returns the effect on each version that events concern, sorted by datastore and version. Refuses a change after which no
 * flavor is allowed, unless `allowNone` is set.
 *
 * @returns `touched`: undefined if it is no dry run
 */
export async function effectsBetween(
  stores: Writable,
  { events, versions, before, after }: UndoChange,
  known: Known,
  { dryRun, allowNone }: ChangeOptions,
): Promise<{ effects: UndoEffect[]; touched: Touched | undefined }> {
  const effects: UndoEffect[] = []
  const verdicts = new Map<DatastoreVersionId, ReturnType<typeof touchedFlavors>>()
  for (const version of versions) {
    const { id, datastoreId } = version
    const datastore = (await stores.datastores.byId(datastoreId))!
    const keys = events.filter(isAbout(version)).map(({ key }) => key)
    const touches = (some: readonly string[]) => keys.some(key => some.includes(key))
    const [was, is] = [before.get(id)!, after.get(id)!]
    const onFlavor = await stores.instances.countByFlavor(id)
    const flavors = effectOf(known.flavors, was.flavors, is.flavors, onFlavor)
    if (!allowNone) refuseNoneLeft(namedVersion(datastore, version), was.flavors, is.flavors, flavors)
    verdicts.set(id, touchedFlavors(known.flavors, was.flavors, is.flavors, onFlavor))
    const isListOnly = keys.every(key => key === flavorKey || !(flavorKeys as readonly string[]).includes(key))
    effects.push({
      ...{ datastore, version },
      flavors: touches(flavorKeys) ? { ...flavors, isListOnly } : undefined,
      volumeTypes: touches(volumeTypeKeys)
        ? volumeTypeEffectOf(known.volumeTypes, was.volumeTypes, is.volumeTypes)
        : undefined,
    })
  }
  const placeOf = ({ datastore, version }: UndoEffect) => [datastore.name.toLowerCase(), version.name, version.version]
  return {
    effects: effects.sort((a, b) => comparePositions(placeOf(a), placeOf(b))),
    touched: dryRun && (await readTouched(stores, known.flavors, verdicts, dryRun)),
  }
}

const isAbout =
  (version: DatastoreVersion) =>
  ({ versionId, datastoreId }: PolicyEvent): boolean =>
    versionId === null ? datastoreId === version.datastoreId : versionId === version.id
