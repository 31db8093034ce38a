import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../identity/embedded/directory-file.ts'
import { listDatastores } from '../operations/datastores/list-datastores.ts'
import { createDatastoreVersion, listManagedVersions } from '../operations/datastores/manage-datastore-versions.ts'
import { associateFlavors, listAssociations } from '../operations/flavors/associate-flavors.ts'
import type { Ports } from '../ports/ports.ts'

/** Sizes of the starter catalogue that the restricted version of a datastore is for: enough, and nothing to waste. */
const restrictedTo: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['12', '13', '14'],
  mariadb: ['13', '14', '2'],
  mysql: ['14', '2', '3'],
  redis: ['11', '12', '13'],
  valkey: ['11', '12', '13'],
}

/** The datastore that shows what a version is like that nobody restricted. */
const openToo = 'postgresql'

/** A restricted version of the seed, by the names that commands take. */
export type SeededVersion = Readonly<{ datastore: string; version: string }>

/**
 * Gives a database without datastores something to look at: for each kind of engine on this machine a datastore with a
 * restricted version, and for the one that is always there another one that is open to every flavor. A seeding that was
 * cut short is known by the file it leaves, and goes on at the next start; what somebody deleted later is never made again.
 *
 * @returns the restricted versions that it made sure of; undefined when there was nothing to seed
 */
export async function seedCatalogue(ports: Ports, dataDir: string): Promise<readonly SeededVersion[] | undefined> {
  const unfinished = join(dataDir, 'seeding')
  const isNew = (await listDatastores(ports, { isAdmin: true })).length === 0
  if (!isNew && !existsSync(unfinished)) return undefined
  const seeded: SeededVersion[] = []
  writePrivateFile(unfinished, '')
  for (const image of await ports.images.list()) {
    const { suggests } = image
    // Of several versions of an engine the first one is what the driver would rather run.
    if (!suggests || seeded.some(({ datastore }) => datastore === suggests.datastore)) continue
    const { datastore, version } = suggests
    const changes = { manager: image.manager, imageId: image.id, version: image.version, active: true }
    const restricted = await ensureVersion(ports, datastore, version, changes, true)
    if (datastore === openToo) await ensureVersion(ports, datastore, `${version}-dev`, changes, false)
    await ensureRestricted(ports, restricted, restrictedTo[datastore] ?? [])
    seeded.push(suggests)
  }
  rmSync(unfinished)
  return seeded
}

async function ensureVersion(
  ports: Ports,
  datastoreName: string,
  name: string,
  changes: Parameters<typeof createDatastoreVersion>[1]['changes'],
  isDefault: boolean,
): Promise<string> {
  const managed = await listManagedVersions(ports)
  const existing = managed.find(({ datastore, version }) => datastore.name === datastoreName && version.name === name)
  const { id } = existing?.version ?? (await createDatastoreVersion(ports, { datastoreName, name, changes, isDefault }))
  return id
}

async function ensureRestricted(ports: Ports, versionId: string, sizes: readonly string[]): Promise<void> {
  const known = new Set((await ports.flavors.list()).map(flavor => flavor.id))
  const flavorIds = sizes.filter(id => known.has(id))
  const { associations } = await listAssociations(ports, versionId)
  if (flavorIds.length === 0 || associations.length > 0) return
  await associateFlavors(ports, { id: 'first start', requestId: null }, { versionId, flavorIds, check: true })
}
