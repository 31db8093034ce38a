import fc from 'fast-check'
import type { VolumeType } from '../../src/model/volume-type.ts'
import type { Waiver } from '../../src/model/waiver.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { isHeldEqual } from '../../src/rules/version-rows/plan-association.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { waiverWith } from '../fixtures/waiver.ts'
import { newId } from './clock.ts'
import type { Fresh } from './fresh-database.ts'
import { addDatastore, metadataOf, versionOf } from './rows.ts'

/** Those with negative days have expired. */
type RandomWaiver = Readonly<{
  projectId: string
  only: readonly string[]
  days: number
  endsWithDay: boolean
  reason: string
  isEnded: boolean
}>

/** What a database holds of datastores, as the tests think of it. */
export type State = readonly Readonly<{
  datastore: string
  versions: readonly Readonly<{
    name: string
    number: string
    properties: {
      active: boolean
      manager: string | null
      imageId: string | null
      imageTags: string[]
      packages: string | null
    }
    rows: readonly Readonly<{ key: string; value: string; deleted: boolean }>[]
    waivers: readonly RandomWaiver[]
  }>[]
  waivers: readonly RandomWaiver[]
  /** The number of the version in the list that is the default; none, or one that is gone, when there is no such. */
  defaultVersion: number
}>[]

const flavor = (id: string, name: string, vcpus: number) =>
  flavorWith({
    id,
    name,
    vcpus,
    ramMb: 1024 * vcpus,
    diskGb: 10,
  })

export const someFlavors = [
  flavor('1', 'tiny', 1),
  flavor('2', 'small', 2),
  flavor('M1', 'twin', 4),
  flavor('m1', 'twin', 8),
  flavor('small', '7', 16),
]
export const someVolumeTypes: readonly VolumeType[] = [
  { id: 'f-1', name: 'fast', description: null, isDefault: false, isPublic: true, projects: [] },
]
export const settings = { waiverDaysMax: 90 } as Ports['settings']
export const sources = {
  flavors: { list: async () => someFlavors },
  volumeTypes: { list: async () => someVolumeTypes },
}

/** Values that are told apart by code point, that fold alike on MySQL, that are gone, that nobody can read. */
const values: Readonly<Record<string, readonly string[]>> = {
  flavor: ['1', '2', 'M1', 'm1', 'small', 'gone', ' 7 ', 'ä', 'A'],
  flavor_requirement: ['vcpus>=2', 'ram<=4096', 'cores>=2', 'ram >= 1', 'extra_specs[a]=B', 'extra_specs[a]=b'],
  flavor_restriction: ['listed', 'LISTED', 'strict'],
  flavor_enforcement: ['warn', 'Warn', 'notify'],
  volume_type: ['fast', 'f-1', 'gone'],
  owner: ['me'],
}

/** Rows that every engine can hold at once. */
const rowsWith = (isPossible: (value: string) => boolean) =>
  fc.tuple(
    ...Object.entries(values).map(([key, values]) =>
      fc.uniqueArray(
        fc.record({
          key: fc.constant(key),
          value: fc.constantFrom(...values.filter(isPossible)),
          deleted: fc.boolean(),
        }),
        { comparator: (a, b) => isHeldEqual(a.value, b.value), maxLength: 4 },
      ),
    ),
  )

/** A requirement in a spelling that no command of ours stores. */
const isUnreadable = (value: string) => ['cores>=2', 'ram >= 1'].includes(value)

const someWaivers: fc.Arbitrary<RandomWaiver[]> = fc.array(
  fc.record({
    projectId: fc.constantFrom('p', 'P', 'größe'),
    only: fc.subarray(['extra_specs[a]=b,c', 'not_associated', 'ram>=2048']),
    days: fc.oneof(fc.integer({ min: -3, max: -1 }), fc.integer({ min: 1, max: 80 })),
    endsWithDay: fc.boolean(),
    reason: fc.constantFrom('migration', 'true', 'ticket: 4711 # "x"'),
    isEnded: fc.boolean(),
  }),
  { maxLength: 3 },
)

const versionWith = (isPossible: (value: string) => boolean) =>
  fc.record({
    name: fc.constantFrom('8.0', '5.7', 'rc'),
    number: fc.constantFrom('8.0', '8.0.39', ''),
    properties: fc.record({
      active: fc.boolean(),
      manager: fc.constantFrom('mysql', 'redis', null),
      imageId: fc.constantFrom('an-image', '', null),
      imageTags: fc.subarray(['trove', '8.0', 'true']),
      packages: fc.constantFrom('größe, 8.0', '', null),
    }),
    rows: rowsWith(isPossible).map(lists => lists.flat()),
    waivers: someWaivers,
  })

/**
 * @param options.spelling of the names of datastores, which mean the same in any letter case
 * @param options.readable whether there is no requirement that nobody can read
 */
export const aState = ({
  spelling = name => name,
  readable = false,
}: {
  spelling?: (name: string) => string
  readable?: boolean
} = {}): fc.Arbitrary<State> =>
  fc.uniqueArray(
    fc.record({
      datastore: fc.constantFrom('mysql', 'redis', 'größe').map(spelling),
      versions: fc.uniqueArray(
        versionWith(value => !readable || !isUnreadable(value)),
        { selector: ({ name, number }) => `${name} ${number}`, maxLength: 3 },
      ),
      waivers: someWaivers,
      defaultVersion: fc.integer({ min: -2, max: 2 }),
    }),
    { selector: ({ datastore }) => datastore.toLowerCase(), maxLength: 3 },
  )

function waiverFrom(
  { projectId, only, days, endsWithDay, reason, isEnded }: RandomWaiver,
  where: Pick<Waiver, 'datastoreId' | 'versionId'>,
): Waiver {
  const until = new Date(Date.now() + days * 24 * 60 * 60_000)
  if (endsWithDay) until.setUTCHours(23, 59, 59)
  until.setUTCMilliseconds(0)
  const ended = isEnded ? new Date('2026-11-23T12:00:00Z') : null
  return waiverWith({ id: newId(), ...where, projectId, only, until, reason, ended, endedBy: ended && 'ann' })
}

/** Takes everything out, and writes a state past every operation. */
export async function writeState({ database, stores }: Fresh, state: State): Promise<void> {
  for (const table of [
    'trovets_policy_events',
    'trovets_waivers',
    'datastore_version_metadata',
    'datastore_versions',
    'datastores',
  ] as const)
    await database.kysely.deleteFrom(table).execute()
  for (const { datastore, versions, waivers, defaultVersion } of state) {
    const { id } = await addDatastore(stores, datastore)
    const ids: string[] = []
    await stores.waivers.insert(waivers.map(each => waiverFrom(each, { datastoreId: id, versionId: null })))
    for (const { name, number, properties, rows, waivers } of versions) {
      const made = versionOf(id, name, { version: number, ...properties })
      ids.push(made.id)
      await stores.versions.insert(made)
      const where = { datastoreId: id, versionId: made.id }
      await stores.waivers.insert(waivers.map(each => waiverFrom(each, where)))
      await stores.metadata.insert(
        rows.map(({ key, value, deleted }) =>
          metadataOf(made.id, value, { key, deleted, deletedAt: deleted ? new Date('2026-11-23T12:00:00Z') : null }),
        ),
      )
    }
    const gone = defaultVersion === -2 ? '00000000-0000-4000-8000-000000000000' : null
    await stores.datastores.setDefaultVersion(id, ids[defaultVersion] ?? gone)
  }
}
