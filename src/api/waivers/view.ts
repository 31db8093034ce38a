import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { naiveUtc } from '../../model/naive-utc.ts'
import type { NamedWaiver } from '../../operations/waivers/list-waivers.ts'
import type { TriedWaiver } from '../../operations/waivers/waiver-effect.ts'
import { reasonData } from '../../rules/allowed/flavor/reason-data.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

export const waiverView = ({ waiver, datastore, version, state }: NamedWaiver): View<typeof schemas.waiver> => ({
  id: waiver.id,
  created: naiveUtc(waiver.created),
  author: waiver.author,
  project_id: waiver.projectId,
  instance_id: waiver.instanceId,
  datastore: { id: waiver.datastoreId, name: datastore?.name ?? null },
  version:
    waiver.versionId === null
      ? null
      : { id: waiver.versionId, name: version?.name ?? null, version: version?.version ?? null },
  only: waiver.only,
  until: naiveUtc(waiver.until),
  reason: waiver.reason,
  state,
  ended: waiver.ended && naiveUtc(waiver.ended),
  ended_by: waiver.endedBy,
})

/** A waiver that was only tried, with what it changes. */
export const triedWaiverView = (tried: TriedWaiver): View<typeof schemas.replies.changedWaiver> => ({
  waiver: waiverView(tried),
  dry_run: {
    changes: true,
    flavors: tried.effect.flavors.map(({ version, flavors }) => ({
      version: versionView(version),
      flavors: flavors.map(({ id, name }) => ({ id, name })),
    })),
    instance_count: tried.effect.instanceCount,
    instances: tried.effect.instances.map(({ instance, version, flavor, reasons }) => ({
      ...{ id: instance.id, name: instance.name, tenant_id: instance.projectId },
      version: versionView(version),
      flavor: { id: instance.flavorId, name: flavor?.name ?? null },
      reasons: reasons.map(reasonData),
    })),
  },
})

const versionView = ({ id, name, version }: DatastoreVersion) => ({ id, name, version })

/** A page of waivers, with a link to the next page if there is one. */
export function waiversView(
  url: URL,
  { waivers, next }: { waivers: readonly NamedWaiver[]; next: string | undefined },
): View<typeof schemas.replies.waivers> {
  const page = { waivers: waivers.map(waiverView) }
  if (next === undefined) return page
  const href = new URL(url)
  href.searchParams.set('marker', next)
  return { ...page, links: [{ rel: 'next', href: href.href }] }
}
