import type { Datastore } from '../../model/datastore.ts'
import type {
  StatedDatastore,
  StatedDatastorePolicy,
  StatedPolicy,
  StatedVersion,
  StatedWaiver,
} from '../../model/datastore-catalogue.ts'
import type { DatastoreRule, PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Snapshot } from '../../ports/stores.ts'
import { type FlavorNames, flavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import { readRequirement } from '../../rules/allowed/flavor/requirement.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import { comparePositions } from '../../rules/paging.ts'
import { listOf, requirementsOf } from '../../rules/version-rows/plan-datastore-rules.ts'
import { statePolicy } from '../../rules/version-rows/state-policy.ts'
import { printTime } from '../../rules/waivers/waiver-until.ts'
import { findDatastore } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'

/** Returns a comment to print beside an entry; undefined for none. */
type Remark = (list: 'flavors' | 'requirements' | 'volume_types', entry: string) => string | undefined

/** What is exported: the fields of a catalogue, with versions that are read when they are reached. Read everything once. */
type Exported = AsyncGenerator<
  Omit<StatedDatastore, 'versions'> & Readonly<{ versions: AsyncGenerator<StatedVersion> }>
>

/**
 * Exports all datastores, or one of them, as a complete datastore catalogue, as it is at one moment. The order does not depend on the database
 * engine, so that an unchanged database always gives the same file. A few versions are read at a time.
 *
 * @param options.datastore id or name of the only datastore to export
 * @param options.byName true to write the names of flavors instead of their ids, if the names are unambiguous
 */
export async function exportCatalogue(
  ports: Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'clock'>,
  options: { datastore?: string | undefined; byName: boolean },
): Promise<{ datastores: Exported; remark: Remark }> {
  const known = flavorNames(await ports.flavors.list())
  const volumeTypes = await ports.volumeTypes.list()
  const { stores, close } = await ports.stores.openSnapshot()
  try {
    const only = options.datastore === undefined ? undefined : await findDatastore(stores, operator, options.datastore)
    const facts: Facts = {
      stores,
      names: options.byName ? known : undefined,
      rules: await stores.rules.ofDatastores(only?.id),
      waivers: await stores.waivers.inForce(ports.clock.now()),
    }
    const datastores = only ? [only] : await stores.datastores.list()
    return { datastores: exported(facts, datastores, close), remark: remarks(known, volumeTypes) }
  } catch (error) {
    await close()
    throw error
  }
}

type Facts = Readonly<{
  stores: Snapshot['stores']
  /** The names to write for flavors; undefined to write their ids. */
  names: FlavorNames | undefined
  rules: readonly DatastoreRule[]
  waivers: readonly Waiver[]
}>

async function* exported(facts: Facts, datastores: readonly Datastore[], close: () => Promise<void>): Exported {
  const { rules, waivers } = facts
  try {
    for (const datastore of datastores)
      yield {
        line: 0,
        name: datastore.name,
        policy: datastorePolicyOf(rules.filter(({ datastoreId }) => datastoreId === datastore.id)),
        waivers: statedWaivers(
          waivers.filter(({ versionId, datastoreId }) => versionId === null && datastoreId === datastore.id),
        ),
        versions: exportedVersions(facts, datastore),
      }
  } finally {
    await close()
  }
}

/** So many versions are read together. */
const versionsAtOnce = 20

async function* exportedVersions({ stores, names, waivers }: Facts, datastore: Datastore) {
  const versions = await stores.versions.list(datastore.id)
  for (let from = 0; from < versions.length; from += versionsAtOnce) {
    const some = versions.slice(from, from + versionsAtOnce)
    const ids = some.map(({ id }) => id)
    const rows = Map.groupBy(await stores.metadata.listOf(ids, allKeys), row => row.versionId)
    const rules = await stores.rules.ofVersions(some)
    for (const version of some)
      yield {
        line: 0,
        name: version.name,
        number: version.version,
        isDefault: version.id === datastore.defaultVersionId,
        properties: version,
        waivers: statedWaivers(waivers.filter(({ versionId }) => versionId === version.id)),
        policy: policyOf(rows.get(version.id) ?? [], rules.get(version.id) ?? [], names),
      }
  }
}

const allKeys: readonly string[] = Object.values(policyKeys).flat()

const remarks =
  (known: FlavorNames, volumeTypes: readonly VolumeType[]): Remark =>
  (list, entry) => {
    if (list === 'requirements') return readRequirement(entry) ? undefined : 'invalid, so it refuses every flavor'
    if (list === 'volume_types') return volumeTypeNamed(volumeTypes, entry) ? undefined : 'unknown volume type'
    const flavor = known.byId.get(entry)
    return flavor ? flavor.name : (known.byName.get(entry)?.[0]?.id ?? 'unknown flavor')
  }

function datastorePolicyOf(rules: readonly DatastoreRule[]): StatedDatastorePolicy {
  const list = listOf(rules)
  const requirements = requirementsOf(rules).map(({ value, level }) => ({
    text: value,
    level: level === 'refuse' ? undefined : level,
  }))
  return {
    restriction: list ? 'listed' : 'open',
    listLevel: list?.level,
    requirements: requirements.sort((a, b) => (a.text < b.text ? -1 : 1)),
  }
}

/** In an order that does not depend on when they were added. */
function statedWaivers(waivers: readonly Waiver[]): StatedWaiver[] {
  const stated = waivers.map(({ projectId, instanceId, only, until, reason }) => ({
    line: 0,
    ...{ projectId, instanceId: instanceId ?? undefined, only, until: printTime(until), reason },
  }))
  const at = (each: StatedWaiver) => [each.projectId, each.instanceId ?? '', each.until, ...each.only, each.reason]
  return stated.sort((a, b) => comparePositions(at(a), at(b)))
}

/** @param names the names to write for flavors; undefined to write their ids */
function policyOf(
  rows: readonly VersionMetadata[],
  rules: readonly PolicyRow[],
  names: FlavorNames | undefined,
): StatedPolicy {
  const policy = statePolicy(rows, rules)
  const associated = new Set(policy.flavors)
  return names ? { ...policy, flavors: [...associated].map(id => nameOf(id, associated, names)) } : policy
}

/** Returns the name of a flavor, or its id if the name could also mean another flavor. */
function nameOf(id: string, associated: ReadonlySet<string>, { byId, byName }: FlavorNames): string {
  const name = byId.get(id)?.name ?? ''
  const isClear = byName.get(name)?.length === 1 && !byId.has(name) && !associated.has(name)
  return isClear && name !== '' ? name : id
}
