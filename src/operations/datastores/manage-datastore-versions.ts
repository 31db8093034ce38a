import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import { imagesToName } from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'
import { changeOrTry } from '../dry-run.ts'
import { findDatastore, findVersion, findVersionById } from './find-datastore-version.ts'
import { lookUpImage } from './find-image.ts'
import { noteActivity } from './note-activity.ts'
import { operator } from './visible-datastores.ts'
import { insertVersion, updateVersion } from './write-version.ts'

/** A version with its datastore, as the management calls show it. */
export type ManagedVersion = Readonly<{ version: DatastoreVersion; datastore: Datastore }>

/** Lists all versions, sorted by datastore and version. */
export async function listManagedVersions({ stores }: Pick<Ports, 'stores'>): Promise<ManagedVersion[]> {
  const [datastores, versions] = [await stores.datastores.list(), await stores.versions.list()]
  const below = Map.groupBy(versions, version => version.datastoreId)
  return datastores.flatMap(datastore => (below.get(datastore.id) ?? []).map(version => ({ version, datastore })))
}

export async function showManagedVersion({ stores }: Pick<Ports, 'stores'>, id: string): Promise<ManagedVersion> {
  const version = await findVersionById(stores, operator, id)
  return { version, datastore: await findDatastore(stores, operator, version.datastoreId) }
}

/** The changes of a version. Omitted fields stay as they are. */
export type VersionChanges = Partial<Omit<DatastoreVersion, 'id' | 'datastoreId'>>

/** The noun for each text, and the length of its column in characters. */
const texts = {
  name: ['name', 255],
  version: ['number', 255],
  manager: ['manager', 255],
  packages: ['package list', 511],
  imageId: ['image id', 36],
  imageTags: ['image tag list', 255],
  registryExt: ['registry extension', 255],
  replStrategy: ['replication strategy', 255],
} as const

/** Returns the problem of the first text that cannot be stored in its column; undefined if there is none. */
export function textProblem(changes: VersionChanges): { what: string; problem: string } | undefined {
  const columns = { ...changes, imageTags: changes.imageTags?.join(',') }
  for (const [field, [what, lengthMax]] of Object.entries(texts)) {
    const text = columns[field as keyof typeof texts]
    const problem = typeof text === 'string' ? columnTextProblem(text, lengthMax) : undefined
    if (problem) return { what: `datastore version ${what}`, problem }
  }
  return undefined
}

function checkTexts(changes: VersionChanges) {
  const unusable = textProblem(changes)
  if (unusable) throw refusal.text_unusable(unusable)
}

/** Refuses an unknown image, or tags that no image has. */
async function checkImage({ images: source }: Pick<Ports, 'images'>, changes: VersionChanges) {
  const { imageId = null, imageTags = [] } = changes
  if (!imageId && imageTags.length === 0) return
  if (await lookUpImage(source, { imageId, imageTags })) return
  if (!imageId) throw refusal.image_tags_not_found({ tags: imageTags })
  throw refusal.image_not_found({ image: imageId, alternatives: imagesToName(await source.list()) })
}

/** Finds the datastore, or adds it. In Trove, adding the first version of a datastore also adds the datastore. */
async function datastoreNamed(
  stores: Pick<Stores, 'datastores'>,
  clock: Ports['clock'],
  name: string,
): Promise<Datastore> {
  const existing = await stores.datastores.byName(name)
  if (existing) return existing
  const problem = name === '' ? 'is empty' : columnTextProblem(name, 255)
  if (problem) throw refusal.text_unusable({ what: 'datastore name', problem })
  const added = { id: clock.newId(), name, defaultVersionId: null }
  await stores.datastores.insert(added)
  return added
}

const blank = {
  manager: null,
  imageId: null,
  imageTags: [],
  packages: null,
  active: false,
  registryExt: null,
  replStrategy: null,
}

/** Adds a version, and its datastore if that does not exist yet. The number defaults to the name. */
export async function createDatastoreVersion(
  ports: Pick<Ports, 'stores' | 'images' | 'clock'>,
  input: { datastoreName: string; name: string; changes: VersionChanges; isDefault: boolean },
): Promise<DatastoreVersion> {
  const { changes } = input
  if (!changes.imageId && !changes.imageTags?.length) throw refusal.image_not_given({})
  checkTexts({ ...changes, name: input.name })
  await checkImage(ports, changes)
  return ports.stores.transaction(async stores => {
    await stores.datastores.lockAll()
    const datastore = await datastoreNamed(stores, ports.clock, input.datastoreName)
    const version: DatastoreVersion = {
      ...blank,
      ...changes,
      id: ports.clock.newId(),
      datastoreId: datastore.id,
      name: input.name,
      version: changes.version ?? input.name,
    }
    await refuseNamesake(stores, version)
    await insertVersion(stores, version)
    if (input.isDefault) await stores.datastores.setDefaultVersion(datastore.id, version.id)
    return version
  })
}

async function refuseNamesake(stores: Pick<Stores, 'versions'>, version: DatastoreVersion) {
  const namesakes = await stores.versions.byName(version.datastoreId, version.name)
  if (namesakes.some(other => other.id !== version.id && other.version === version.version))
    throw refusal.datastore_version_exists({ name: version.name, version: version.version })
}

/**
 * Changes a version. Image tags without an image replace the image, and an image without tags replaces the tags
 * (trove@4cdc0cd extensions/mgmt/datastores/service.py:140).
 */
export async function updateDatastoreVersion(
  ports: Pick<Ports, 'stores' | 'images' | 'clock'>,
  actor: Actor,
  input: { id: string; changes: VersionChanges; isDefault?: boolean },
): Promise<void> {
  checkTexts(input.changes)
  await checkImage(ports, input.changes)
  await ports.stores.transaction(async stores => {
    await stores.datastores.lockAll()
    const { id } = await findVersionById(stores, operator, input.id)
    const version = await stores.versions.lock(id)
    if (!version) throw refusal.datastore_version_not_found({ version: input.id })
    const changed = { ...version, ...input.changes }
    if (input.changes.imageTags && input.changes.imageId === undefined) changed.imageId = null
    if (input.changes.imageId && input.changes.imageTags === undefined) changed.imageTags = []
    await refuseNamesake(stores, changed)
    await updateVersion(stores, changed)
    const { active } = input.changes
    if (active !== undefined) await noteActivity(stores, ports.clock, actor, version, active)
    if (input.isDefault === undefined) return
    const datastore = await stores.datastores.byId(version.datastoreId)
    if (input.isDefault) await stores.datastores.setDefaultVersion(version.datastoreId, id)
    else if (datastore?.defaultVersionId === id) await stores.datastores.setDefaultVersion(version.datastoreId, null)
  })
}

/**
 * Deletes a version that is not in use, including the rows of what it allows. The events stay.
 *
 * @param options.isDryRun only tries it
 */
export async function deleteDatastoreVersion(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  actor: Actor,
  idText: string,
  { isDryRun = false }: { isDryRun?: boolean } = {},
): Promise<void> {
  await changeOrTry(stores, isDryRun, async stores => {
    const { id } = await findVersionById(stores, operator, idText)
    const version = await stores.versions.lock(id)
    if (!version) throw refusal.datastore_version_not_found({ version: idText })
    const by = await stores.instances.userOfVersion(id)
    if (by) throw refusal.datastore_version_in_use({ by })
    const rows = await stores.metadata.list(id, Object.values(policyKeys).flat())
    const datastore = await stores.datastores.byId(version.datastoreId)
    if (datastore?.defaultVersionId === id) await stores.datastores.setDefaultVersion(datastore.id, null)
    await stores.versions.remove(id)
    const common = {
      created: clock.now(),
      actor: actor.id,
      requestId: actor.requestId,
      versionId: id,
      datastoreId: version.datastoreId,
    }
    await stores.events.append(
      rows.map(row => ({ ...common, id: clock.newId(), action: 'version_deleted', key: row.key, value: row.value })),
    )
  })
}

/**
 * Adds a datastore, or sets the default version of an existing one (`trove-manage datastore_update`).
 *
 * @param input.defaultVersion id or name of an active version; '' for no default version
 */
export async function updateDatastore(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  input: { name: string; defaultVersion: string },
): Promise<{ created: boolean }> {
  return stores.transaction(async stores => {
    await stores.datastores.lockAll()
    const existing = await stores.datastores.byName(input.name)
    if (!existing && input.defaultVersion !== '')
      throw refusal.datastore_version_not_found({ version: input.defaultVersion })
    const datastore = existing ?? (await datastoreNamed(stores, clock, input.name))
    const version =
      input.defaultVersion === '' ? undefined : await findVersion(stores, operator, datastore, input.defaultVersion)
    if (version && !version.active) throw refusal.datastore_version_inactive({ name: version.name })
    await stores.datastores.setDefaultVersion(datastore.id, version?.id ?? null)
    return { created: !existing }
  })
}

/**
 * Adds a version to an existing datastore, or changes everything about a version except its name and number
 * (`trove-manage datastore_version_update`). As in Trove, the number defaults to the name, and any image id is accepted,
 * because the image may be added later.
 *
 * @param input.isDryRun only tries it
 * @returns `changes`: whether a property of the version changes; true for a new version
 */
export async function upsertDatastoreVersion(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  actor: Actor,
  input: {
    datastoreName: string
    name: string
    number: string | undefined
    changes: VersionChanges
    isDryRun?: boolean
  },
): Promise<{ created: boolean; changes: boolean }> {
  const version = input.number ?? input.name
  checkTexts({ ...input.changes, name: input.name, version })
  if (input.name === '') throw refusal.text_unusable({ what: 'datastore version name', problem: 'is empty' })
  const { result } = await changeOrTry(stores, input.isDryRun === true, async stores => {
    await stores.datastores.lockAll()
    const datastore = await findDatastore(stores, operator, input.datastoreName)
    const namesakes = await stores.versions.byName(datastore.id, input.name)
    const existing = namesakes.find(other => other.version === version)
    if (existing) {
      await updateVersion(stores, { ...existing, ...input.changes })
      const { active } = input.changes
      if (active !== undefined) await noteActivity(stores, clock, actor, existing, active)
      return {
        created: false,
        changes: JSON.stringify(await stores.versions.byId(existing.id)) !== JSON.stringify(existing),
      }
    }
    await insertVersion(stores, {
      ...blank,
      ...input.changes,
      id: clock.newId(),
      datastoreId: datastore.id,
      name: input.name,
      version,
    })
    return { created: true, changes: true }
  })
  return result
}
