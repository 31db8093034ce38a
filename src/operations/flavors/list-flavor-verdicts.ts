import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion, NamedVersion } from '../../model/datastore-version.ts'
import { bySize, type Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { countOutcomes, type JudgedFlavor, judgeFlavors, type Outcome } from '../../rules/allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { eachFlavorPolicy, loadFlavorPolicy } from './load-flavor-policy.ts'

/** A version, with what it says to all flavors. */
export type VersionOverview = Readonly<{
  version: DatastoreVersion
  datastore: Datastore
  policy: FlavorPolicy
  counts: Readonly<Record<Outcome, number>>
}>

/**
 * Judges every flavor by every version, for an operator, and counts the verdicts: which versions allow nothing is seen
 * without a hundred thousand reasons. Flavors are sorted by size, versions by the name of their datastore, newest first.
 */
export async function listFlavorVerdicts({
  stores,
  flavors,
}: Pick<Ports, 'stores' | 'flavors'>): Promise<{ flavors: readonly Flavor[]; versions: readonly VersionOverview[] }> {
  const known = (await flavors.list()).toSorted(bySize)
  const { stores: ofMoment, giveWay, close } = await stores.openSnapshot()
  try {
    const datastores = new Map((await ofMoment.datastores.list()).map(datastore => [datastore.id, datastore]))
    const overviews: VersionOverview[] = []
    for await (const [version, policy] of eachFlavorPolicy(ofMoment, await ofMoment.versions.list())) {
      const datastore = datastores.get(version.datastoreId)
      const counts = countOutcomes(judgeFlavors(known, policy))
      if (datastore) overviews.push({ version, datastore, policy, counts })
      await giveWay()
    }
    return { flavors: known, versions: overviews.sort(byName) }
  } finally {
    await close()
  }
}

const collator = new Intl.Collator('en', { numeric: true })

const byName = (one: VersionOverview, other: VersionOverview) =>
  collator.compare(one.datastore.name, other.datastore.name) || collator.compare(other.version.name, one.version.name)

/** Judges every flavor by one version, for an operator: with every reason, and without waivers. Smallest first. */
export async function listVersionFlavorVerdicts(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
): Promise<{ judged: readonly JudgedFlavor[]; named: NamedVersion | undefined }> {
  const known = (await flavors.list()).toSorted(bySize)
  const judged = judgeFlavors(known, await loadFlavorPolicy(stores, versionId))
  return { judged, named: await nameVersion(stores, versionId) }
}
