import type { Flavor } from '../../src/model/flavor.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { versionWith } from '../fixtures/datastore-version.ts'
import { startWorld, type World } from '../world.ts'
import type { People } from '../world-files.ts'
import { remembered } from './replay.ts'

/** The ids of the installation whose answers are in `exchanges.json`: Trove 18.0.0 on Debian 12, 23 November 2026. */
export const recordedIds = {
  adminProject: '7740236a09cf4fa8afde91c309471d1e',
  demoProject: 'a49c9db718d14eb6b6ad80e4d244e10b',
  altProject: '411449aef93345d7bca582ace692d961',
  image: '9fe95958-e85a-4d63-b017-08ff4e174daf',
  uuidFlavor: '6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f10',
  mysql: '87290398-863a-473c-a458-6d45d64e5823',
  mysqlVersion: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99',
  postgresql: 'd231b5fb-68e0-4c45-91b2-8d7e914d12a4',
  postgresqlVersion: '30cac7db-0281-4985-aa3d-c5f6c9e9b44e',
  slowVolumeType: 'aaaaaaaa-0000-4000-8000-000000000001',
  fastVolumeType: 'aaaaaaaa-0000-4000-8000-000000000002',
  /** The version 5.7 that the recording creates, changes and deletes; here it gets another id. */
  createdVersion: '642278bb-912e-4ead-ab97-c1ada4f9d446',
} as const

const people: People = {
  admin: { projectId: recordedIds.adminProject, roles: ['admin'] },
  demo: { projectId: recordedIds.demoProject, roles: ['member'] },
  alt: { projectId: recordedIds.altProject, roles: ['member'] },
}

/** The flavors and volume types of the recorded installation. */
export const recordedFlavorFile = `flavors:
  - { id: "1", name: m1.tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: "2", name: m1.small, vcpus: 1, ram: 2048, disk: 20 }
  - { id: "3", name: m1.medium, vcpus: 2, ram: 4096, disk: 40 }
  - { id: "4", name: m1.large, vcpus: 4, ram: 8192, disk: 80 }
  - { id: "5", name: m1.xlarge, vcpus: 8, ram: 16384, disk: 160 }
  - id: ${recordedIds.uuidFlavor}
    name: db.highmem
    vcpus: 4
    ram: 32768
    disk: 10
    ephemeral: 5
    extra_specs: { "hw:cpu_policy": shared, "trove:tier": gold }
  - { id: "90", name: db.private, vcpus: 1, ram: 1024, disk: 10, projects: [${recordedIds.demoProject}] }
volume_types:
  - { id: ${recordedIds.slowVolumeType}, name: lvmdriver-1 }
  - { id: ${recordedIds.fastVolumeType}, name: fast-ssd }
`

/** The flavor that demo's project alone may use. */
export const privateFlavor: Pick<Flavor, 'id' | 'name' | 'vcpus' | 'ramMb' | 'diskGb' | 'ephemeralGb'> = {
  id: '90',
  name: 'db.private',
  vcpus: 1,
  ramMb: 1024,
  diskGb: 10,
  ephemeralGb: 0,
}

/** Glance is outside our walls: it holds the one image that the recorded versions name. */
const glance: Ports['images'] = {
  list: async () => [{ id: recordedIds.image, name: 'rig-tiny', manager: '', version: '', tags: [] }],
}

/** A world with the rows, flavors, people and rate limits of the recorded installation. */
export async function startRecordedWorld(options: {
  /** Requests a minute for each verb; the recording's own is 100000000, Trove ships 200. */
  perMinute: number
  ports?: Partial<Ports>
}): Promise<World> {
  const rates = ['get', 'post', 'put', 'delete', 'mgmt_post'].map(verb => `http_${verb}_rate = ${options.perMinute}`)
  const world = await startWorld({
    people,
    flavors: recordedFlavorFile,
    conf: { DEFAULT: rates, trovets: ['rate_limits = true'] },
    ports: { images: glance, ...options.ports },
  })
  await addDatastore(world, {
    id: recordedIds.mysql,
    name: 'mysql',
    versionId: recordedIds.mysqlVersion,
    number: '8.0',
  })
  await addDatastore(world, {
    id: recordedIds.postgresql,
    name: 'postgresql',
    versionId: recordedIds.postgresqlVersion,
    number: '14',
  })
  await addAssociations(world, recordedIds.mysqlVersion, ['2', '3', recordedIds.uuidFlavor])
  return { ...world, tokenOf: remembered(world.tokenOf) }
}

/** A datastore with one version, its default. */
async function addDatastore(world: World, row: { id: string; name: string; versionId: string; number: string }) {
  await world.ports.stores.datastores.insert({ id: row.id, name: row.name, defaultVersionId: row.versionId })
  const { versionId: id, id: datastoreId, number: name, name: manager } = row
  const version = versionWith({ id, datastoreId, name, manager, imageId: recordedIds.image, packages: '' })
  await world.ports.stores.versions.insert(version)
}

/** Association rows as Trove writes them: unchecked, so also for ids that no flavor has. */
export async function addAssociations(world: World, versionId: string, flavorIds: readonly string[]): Promise<void> {
  const { clock, stores } = world.ports
  const live = { key: 'flavor', created: clock.now(), deleted: false, deletedAt: null, updatedAt: null }
  await stores.metadata.insert(flavorIds.map(value => ({ ...live, id: clock.newId(), versionId, value })))
}

/** Ends associations as Trove does: the row stays, marked deleted. */
export async function endAssociations(world: World, versionId: string, flavorIds: readonly string[]): Promise<void> {
  const { clock, stores } = world.ports
  const rows = await stores.metadata.list(versionId, ['flavor'])
  for (const row of rows.filter(row => flavorIds.includes(row.value)))
    await stores.metadata.softDelete([row.id], clock.now())
}

/** A row such as the recording's `POST /instances` left behind. */
