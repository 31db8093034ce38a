import type { Database } from '../../src/db/database.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { systemClock } from '../../src/main/system-clock.ts'
import { versionWith } from '../fixtures/datastore-version.ts'

/** The content of the database when a story or a transcript begins. `default.world.yaml` explains the keys. */
export type CataloguePlan = Readonly<{
  images: readonly Readonly<{ id: string; name: string; tags: readonly string[]; manager?: string }>[]
  catalogue: Readonly<Record<string, readonly VersionPlan[]>>
  instances: readonly InstancePlan[]
}>

export type InstancePlan = Readonly<{
  version: string
  flavor: string
  count?: number
  name?: string
  project?: string
  /** True if this server manages it (no worker touches it); otherwise another Trove does. */
  ours?: boolean
}>

export type VersionPlan = Readonly<{
  name: string
  id?: string
  number?: string
  default?: boolean
  active?: boolean
  image?: string
  image_tags?: readonly string[]
  flavors?: readonly string[]
  /** Rows of `datastore_version_metadata`, as key and value. */
  rows?: readonly (readonly [key: string, value: string])[]
}>

/** Ids contain a counter, so that they are the same in every run. */
const countedId = (letter: string, count: number) =>
  `${letter}0000000-0000-4000-8000-${String(count).padStart(12, '0')}`

const variableName = (...parts: readonly string[]) => parts.join('_').replaceAll(/\W/g, '_').toUpperCase()

/**
 * Writes a plan directly into the database, without operations, and returns the ids: MYSQL, MYSQL_8_0, IMAGE, IMAGE_2 …
 */
export async function writeCatalogue(database: Database, plan: CataloguePlan): Promise<Map<string, string>> {
  const stores = openStores(database)
  const ids = new Map(plan.images.map(({ id }, index) => [index === 0 ? 'IMAGE' : `IMAGE_${index + 1}`, id]))
  let count = 0
  for (const [index, [name, versions]] of Object.entries(plan.catalogue).entries()) {
    const datastoreId = countedId('d', index + 1)
    await stores.datastores.insert({ id: datastoreId, name, defaultVersionId: null })
    ids.set(variableName(name), datastoreId)
    for (const version of versions) {
      const id = version.id ?? countedId('e', ++count)
      ids.set(variableName(name, version.number ?? version.name), id)
      await stores.versions.insert(
        versionWith({
          id,
          datastoreId,
          name: version.name,
          version: version.number ?? version.name,
          manager: name,
          imageId: version.image_tags ? null : (version.image ?? plan.images[0]!.id),
          imageTags: version.image_tags ?? [],
          active: version.active ?? true,
        }),
      )
      await stores.metadata.insert(rowsOf(version).map(([key, value]) => liveRow(id, key, value)))
      if (version.default) await stores.datastores.setDefaultVersion(datastoreId, id)
    }
  }
  await writeInstances(database, plan, ids)
  return ids
}

const rowsOf = ({ flavors = [], rows = [] }: VersionPlan) => [...flavors.map(id => ['flavor', id] as const), ...rows]

const liveRow = (versionId: string, key: string, value: string) => ({
  id: systemClock.newId(),
  versionId,
  key,
  value,
  created: systemClock.now(),
  deleted: false,
  deletedAt: null,
  updatedAt: null,
})

async function writeInstances({ kysely, dialect }: Database, plan: CataloguePlan, ids: Map<string, string>) {
  for (const { version, flavor, count = 1, name, project = 'demo-project', ours = false } of plan.instances) {
    for (let index = 0; index < count; index++) {
      const id = systemClock.newId()
      if (name !== undefined) ids.set(variableName(name), id)
      const row = {
        id,
        name: name ?? `of Trove ${index + 1}`,
        created: '2026-11-20 08:00:00',
        updated: '2026-11-20 08:00:00',
        task_id: 1,
        server_status: 'ACTIVE',
        volume_size: 2,
        flavor_id: flavor,
        tenant_id: project,
        deleted: dialect.flag(false),
        datastore_version_id: ids.get(version.slice(1))!,
      }
      await kysely.insertInto('instances').values(row).execute()
      if (ours) await writeIntent(kysely, id, flavor, plan.images[0]!.id)
    }
  }
}

/** Makes an instance ours and healthy, on another machine, so that no worker of this test touches it. */
async function writeIntent(kysely: Database['kysely'], id: string, flavor: string, imageId: string) {
  const status = { id, instance_id: id, status_id: 0x21, status_description: 'healthy', updated_at: null }
  await kysely.insertInto('service_statuses').values(status).execute()
  const blank = { from_flavor_id: null, from_vcpus: null, from_ram_mb: null, restart_of: null, process: null }
  const unclaimed = { preparation: null, claimed_by: null, claimed_until: null, next_at: null, failures: 0 }
  const placed = { place: 'elsewhere', host: '127.0.0.1', port: 20_000, admin_password: 'sealed' }
  const size = { flavor_id: flavor, vcpus: 1, ram_mb: 512, volume_size: 2 }
  const base = { instance_id: id, image_id: imageId, manager: 'postgresql', action: 'keep' as const, generation: 1 }
  await kysely
    .insertInto('trovets_instances')
    .values({ ...base, ...size, ...placed, ...blank, ...unclaimed })
    .execute()
}
