import type { PlacedProblem, StatedWaiver } from '../../model/datastore-catalogue.ts'
import type { DatastoreId, DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  type MatchedCatalogue,
  type MatchedVersion,
  versionLabel,
} from '../../rules/datastore-catalogue/find-stated-versions.ts'
import { noWaivers, planWaivers, type WaiversPlan } from '../../rules/waivers/plan-waivers.ts'
import { endNow, insertWaivers, shortenTo } from '../waivers/write-waivers.ts'

type WaiverPlans = Readonly<{
  ofVersion(match: MatchedVersion): WaiversPlan
  ofDatastores: readonly Readonly<{ name: string; waivers: WaiversPlan }>[]
  /** The number of stated waivers whose time is over. */
  expired: number
  problems: readonly PlacedProblem[]
}>

/**
 * Plans the changes of waivers that a catalogue causes. With locks, no other process can change the waivers until the
 * transaction ends.
 */
export async function waiverPlans(
  stores: Pick<Stores, 'waivers' | 'instances'>,
  matched: MatchedCatalogue,
  { hold, now, daysMax }: { hold: unknown; now: Date; daysMax: number },
): Promise<WaiverPlans> {
  const all = [...matched.versions, ...matched.datastores.map(({ stated }) => stated)]
  if (all.every(({ waivers }) => waivers === undefined))
    return { ofVersion: () => noWaivers, ofDatastores: [], expired: 0, problems: [] }
  const stored = await stores.waivers.inForce(now, { lock: hold !== undefined })
  const ids = all.flatMap(({ waivers = [] }) => waivers.flatMap(({ instanceId }) => instanceId ?? []))
  const instances = await stores.instances.byIds([...new Set(ids)])
  const facts = { now, daysMax, projectOf: new Map(instances.map(({ id, projectId }) => [id, projectId])) }
  const problems: PlacedProblem[] = []
  let expired = 0
  const planned = (
    version: string,
    stated: readonly StatedWaiver[] | undefined,
    isMeant: (waiver: Waiver) => boolean,
  ): WaiversPlan => {
    const { plan, expired: over, problems: found } = planWaivers(stated, stored.filter(isMeant), facts)
    expired += over
    problems.push(...found.map(each => ({ ...each, version })))
    return plan
  }
  const ofVersions = new Map(
    matched.versions.map(match => {
      const label = versionLabel(match.datastoreName, match)
      return [match, planned(label, match.waivers, ({ versionId }) => versionId === match.version?.id)]
    }),
  )
  const ofDatastores = matched.datastores.map(({ stated, name, datastore }) => ({
    name,
    waivers: planned(
      name,
      stated.waivers,
      ({ versionId, datastoreId }) => versionId === null && datastoreId === datastore?.id,
    ),
  }))
  return { ofVersion: match => ofVersions.get(match)!, ofDatastores, expired, problems }
}

/** Makes the planned changes. Call it in a transaction. */
export async function writeWaivers(
  stores: Pick<Stores, 'waivers' | 'events'>,
  clock: Clock,
  actor: Actor,
  where: Readonly<{ datastoreId: DatastoreId; versionId: DatastoreVersionId | null }>,
  { add, shorten, end }: WaiversPlan,
): Promise<void> {
  for (const waiver of end) await endNow(stores, clock, actor, waiver)
  for (const { waiver, until } of shorten) await shortenTo(stores, clock, actor, waiver, until)
  if (add.length === 0) return
  const common = { created: clock.now(), author: actor.id, ...where, ended: null, endedBy: null }
  const waivers = add.map(waiver => ({ id: clock.newId(), ...common, ...waiver }))
  await insertWaivers(stores, clock, actor, waivers)
}
