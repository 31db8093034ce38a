import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { idLengthMax, isUuidLike } from '../../model/ids.ts'
import { cliPrefix, type PolicyEvent, type PolicyEventFilter } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { type Paging, pageOf } from '../../rules/paging.ts'
import { waiverIdOf } from '../../rules/policy-history/event-keys.ts'
import { parseSince } from '../../rules/policy-history/since.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion, findVersionById } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'

/** What a history is limited to. Omitted fields do not limit it. */
export type HistoryFilter = Readonly<{
  /** Id or name. A datastore that was deleted is found by its id. */
  datastore?: string | undefined
  /** Id, or a name together with `datastore`. A version that was deleted is found by its id. */
  version?: string | undefined
  /** Selects one of several versions with the same name. */
  number?: string | undefined
  /** A date, a time or an age. */
  since?: string | undefined
  /** The author as recorded; of a user of the operating system also without `cli:`. */
  actor?: string | undefined
}>

/** An event with the names that still exist. */
export type HistoryEntry = Readonly<{
  event: PolicyEvent
  datastore: Datastore | undefined
  version: DatastoreVersion | undefined
  /** The waiver that an event about one is about. */
  waiver: Waiver | undefined
}>

export type HistoryPage = Readonly<{
  entries: readonly HistoryEntry[]
  /** The marker of the next page; undefined on the last page. */
  next: string | undefined
}>

/**
 * Lists a page of the recorded changes of all versions and datastores, newest first, also of those that were deleted since.
 * Refuses an unknown name, an invalid time and an invalid marker.
 */
export async function listPolicyEvents(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  filter: HistoryFilter,
  { size, marker }: Paging,
): Promise<HistoryPage> {
  if (marker !== undefined && columnTextProblem(marker, idLengthMax)) throw refusal.marker_unusable({ marker })
  const problem = filter.actor === undefined ? undefined : columnTextProblem(filter.actor, 255)
  if (problem) throw refusal.text_unusable({ what: 'user', problem })
  const since = filter.since === undefined ? undefined : parseSince(filter.since, clock.now())
  if (since instanceof Refused) throw since
  const scope = { ...(await scopeOf(stores, filter)), since, actors: actorsNamed(filter.actor) }
  const { page, next } = pageOf(await stores.events.page(scope, marker, size + 1), size)
  return { entries: await named(stores, page), next }
}

/** A user of the operating system can be named as the system does. */
const actorsNamed = (actor: string | undefined) => (actor === undefined ? undefined : [actor, `${cliPrefix}${actor}`])

/** Lists the authors of all changes, at most `limit`. */
export const listAuthors = ({ events }: Pick<Stores, 'events'>, limit: number): Promise<string[]> =>
  events.actors(limit)

type Scope = Pick<PolicyEventFilter, 'datastoreId' | 'versionId' | 'ownerId'>

async function scopeOf(stores: Stores, filter: HistoryFilter): Promise<Scope> {
  const { datastore: datastoreText, version: versionText, number } = filter
  // An id is enough, and it is all that is left of what was deleted.
  const goneVersion = async () =>
    versionText !== undefined && isUuidLike(versionText) && !(await stores.versions.byId(versionText))
  if (await goneVersion()) return { versionId: versionText }
  if (datastoreText === undefined)
    return versionText === undefined ? {} : versionScope(await findVersionById(stores, operator, versionText))
  const isGone = isUuidLike(datastoreText) && !(await stores.datastores.byId(datastoreText))
  if (isGone && versionText === undefined) return { datastoreId: datastoreText }
  const datastore = await findDatastore(stores, operator, datastoreText)
  if (versionText === undefined) return { datastoreId: datastore.id }
  return versionScope(await findVersion(stores, operator, datastore, versionText, number))
}

/** The rules of its datastore apply to a version, too. */
const versionScope = ({ id, datastoreId }: DatastoreVersion): Scope => ({ versionId: id, ownerId: datastoreId })

async function named(stores: Stores, events: readonly PolicyEvent[]): Promise<HistoryEntry[]> {
  const versionIds = new Set(events.flatMap(({ versionId }) => versionId ?? []))
  const versions = new Map((await stores.versions.byIds([...versionIds])).map(version => [version.id, version]))
  const owners = new Set([
    ...events.flatMap(({ datastoreId }) => datastoreId ?? []),
    ...[...versions.values()].map(({ datastoreId }) => datastoreId),
  ])
  const datastores = new Map((await stores.datastores.byIds([...owners])).map(datastore => [datastore.id, datastore]))
  const ids = new Set(events.flatMap(event => waiverIdOf(event) ?? []))
  const waivers = new Map((await stores.waivers.byIds([...ids])).map(waiver => [waiver.id, waiver]))
  return events.map(event => {
    const version = versions.get(event.versionId ?? '')
    const waiver = waivers.get(waiverIdOf(event) ?? '')
    return { event, version, waiver, datastore: datastores.get(event.datastoreId ?? version?.datastoreId ?? '') }
  })
}
