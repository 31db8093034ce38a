import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../identity/embedded/directory-file.ts'
import { listDatastores } from '../operations/datastores/list-datastores.ts'
import { createDatastoreVersion, listManagedVersions } from '../operations/datastores/manage-datastore-versions.ts'
import { associateFlavors, listAssociations } from '../operations/flavors/associate-flavors.ts'
import type { Ports } from '../ports/ports.ts'

/** The flavors of the starter file that each restricted version is associated with: large enough, but not larger than useful. */
const restrictedTo: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['12', '13', '14'],
  mariadb: ['13', '14', '2'],
  mysql: ['14', '2', '3'],
  redis: ['11', '12', '13'],
  valkey: ['11', '12', '13'],
}

/** This datastore also gets an unrestricted version, as an example. */
const withOpenVersion = 'postgresql'

/** A restricted version that the first start created, with the names to use in commands. */
export type SeededVersion = Readonly<{ datastore: string; version: string }>

/**
 * Fills a database without datastores with examples: for each engine on this machine, a datastore with a restricted version;
 * for PostgreSQL, which npm installs, also a version that is open to every flavor. An interrupted run leaves a file behind,
 * and the next start completes it. Examples that were deleted later are not created again. Does nothing if another Trove creates
 * the instances, because it cannot use the engines of this machine.
 *
 * @returns the restricted versions; undefined when there was nothing to do
 */
export async function seedCatalogue(ports: Ports, dataDir: string): Promise<readonly SeededVersion[] | undefined> {
  if (ports.settings.computeDriver === 'trove') return undefined
  const progressFile = join(dataDir, 'seeding')
  const isNew = (await listDatastores(ports, { isAdmin: true })).length === 0
  if (!isNew && !existsSync(progressFile)) return undefined
  const seeded: SeededVersion[] = []
  writePrivateFile(progressFile, '')
  for (const image of await ports.compute.images()) {
    const { suggests } = image
    // If there are several versions of an engine, the driver lists the preferred one first.
    if (!suggests || seeded.some(({ datastore }) => datastore === suggests.datastore)) continue
    const { datastore, version } = suggests
    const changes = { manager: image.manager, imageId: image.id, version: image.version, active: true }
    const restricted = await ensureVersion(ports, datastore, version, changes, true)
    if (datastore === withOpenVersion) await ensureVersion(ports, datastore, `${version}-dev`, changes, false)
    await ensureRestricted(ports, restricted, restrictedTo[datastore] ?? [])
    seeded.push(suggests)
  }
  rmSync(progressFile)
  return seeded
}

async function ensureVersion(
  ports: Ports,
  datastoreName: string,
  name: string,
  changes: Parameters<typeof createDatastoreVersion>[1]['changes'],
  isDefault: boolean,
): Promise<string> {
  const versions = await listManagedVersions(ports)
  const existing = versions.find(({ datastore, version }) => datastore.name === datastoreName && version.name === name)
  const { id } = existing?.version ?? (await createDatastoreVersion(ports, { datastoreName, name, changes, isDefault }))
  return id
}

async function ensureRestricted(ports: Ports, versionId: string, sizes: readonly string[]): Promise<void> {
  const existing = new Set((await ports.flavors.list()).map(flavor => flavor.id))
  const flavorIds = sizes.filter(id => existing.has(id))
  const { associations } = await listAssociations(ports, versionId)
  if (flavorIds.length === 0 || associations.length > 0) return
  await associateFlavors(ports, { id: 'first start', requestId: null }, { versionId, flavorIds, check: true })
}
