import type {
  DatastoreCatalogue,
  StatedDatastorePolicy,
  StatedPolicy,
  StatedWaiver,
} from '../../model/datastore-catalogue.ts'
import type { DatastoreRule, PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { volumeTypeNamed } from '../../model/volume-type.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
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

/**
 * Exports all datastores, or one of them, as a complete datastore catalogue. The order does not depend on the database
 * engine, so that an unchanged database always gives the same file.
 *
 * @param options.datastore id or name of the only datastore to export
 * @param options.byName true to write the names of flavors instead of their ids, if the names are unambiguous
 */
export async function exportCatalogue(
  { stores, flavors, volumeTypes: source, clock }: Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'clock'>,
  options: { datastore?: string | undefined; byName: boolean },
): Promise<{ catalogue: DatastoreCatalogue; remark: Remark }> {
  const only = options.datastore === undefined ? undefined : await findDatastore(stores, operator, options.datastore)
  const datastores = only ? [only] : await stores.datastores.list()
  const versions = await stores.versions.list(only?.id)
  const ids = only && versions.map(({ id }) => id)
  const rows = Map.groupBy(await stores.metadata.listOf(ids, Object.values(policyKeys).flat()), row => row.versionId)
  const rules = await stores.rules.ofVersions(versions)
  const datastoreRules = await stores.rules.ofDatastores(only?.id)
  const waivers = await stores.waivers.inForce(clock.now())
  const known = flavorNames(await flavors.list())
  const volumeTypes = await source.list()
  return {
    catalogue: {
      datastores: datastores.map(datastore => ({
        line: 0,
        name: datastore.name,
        policy: datastorePolicyOf(datastoreRules.filter(({ datastoreId }) => datastoreId === datastore.id)),
        waivers: statedWaivers(
          waivers.filter(({ versionId, datastoreId }) => versionId === null && datastoreId === datastore.id),
        ),
        versions: versions
          .filter(version => version.datastoreId === datastore.id)
          .map(version => ({
            line: 0,
            name: version.name,
            number: version.version,
            isDefault: version.id === datastore.defaultVersionId,
            properties: version,
            waivers: statedWaivers(waivers.filter(({ versionId }) => versionId === version.id)),
            policy: policyOf(
              rows.get(version.id) ?? [],
              rules.get(version.id) ?? [],
              options.byName ? known : undefined,
            ),
          })),
      })),
      managers: [],
    },
    remark(list, entry) {
      if (list === 'requirements') return readRequirement(entry) ? undefined : 'invalid, so it refuses every flavor'
      if (list === 'volume_types') return volumeTypeNamed(volumeTypes, entry) ? undefined : 'unknown volume type'
      const flavor = known.byId.get(entry)
      return flavor ? flavor.name : (known.byName.get(entry)?.[0]?.id ?? 'unknown flavor')
    },
  }
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
