import { associateFlavors } from '../operations/associate-flavors.ts'
import { listDatastores } from '../operations/list-datastores.ts'
import { createDatastoreVersion } from '../operations/manage-datastore-versions.ts'
import type { Ports } from '../ports/ports.ts'

const actor = { id: 'first start', requestId: null }

/**
 * Gives a database without datastores something to look at: for each engine of this machine a datastore with one
 * restricted version and one that is open to every flavor.
 */
export async function seedCatalogue(ports: Ports): Promise<void> {
  if ((await listDatastores(ports, { isAdmin: true })).length > 0) return
  const known = new Set((await ports.flavors.list()).map(flavor => flavor.id))
  const flavorIds = ['12', '13', '14'].filter(id => known.has(id))
  for (const image of await ports.compute.images()) {
    const major = image.version.split('.', 1)[0]!
    const changes = { manager: image.manager, imageId: image.id, version: image.version, active: true }
    const version = { datastoreName: image.manager, changes }
    const restricted = await createDatastoreVersion(ports, { ...version, name: major, isDefault: true })
    if (flavorIds.length > 0) await associateFlavors(ports, actor, { versionId: restricted.id, flavorIds, check: true })
    await createDatastoreVersion(ports, { ...version, name: `${major}-dev`, isDefault: false })
  }
}
