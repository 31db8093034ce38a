import { isRestricted } from '../../allowed/flavor/policy-rows.ts'
import { naiveUtc } from '../../model/naive-utc.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import type { AssociationEffect, listAssociations } from '../../operations/associate-flavors.ts'

/** A flavor that the flavor source no longer has keeps its id and has no name. */
export const associationsView = ({ associations, policy }: Awaited<ReturnType<typeof listAssociations>>) => ({
  restricted: isRestricted(policy),
  flavors: associations.map(({ flavorId, flavor, since }) => ({
    id: flavorId,
    name: flavor === 'unknown' ? null : flavor.name,
    exists: flavor !== 'unknown',
    associated_at: naiveUtc(since),
  })),
})

export const effectView = (effect: AssociationEffect) => ({
  effect: {
    became: effect.became ?? null,
    flavors_allowed: effect.flavorsAllowed,
    flavors_fell_out: effect.flavorsFellOut,
    instances_on_them: effect.instancesOnThem,
  },
})

export const eventsView = (events: readonly PolicyEvent[]) => ({
  events: events.map(event => ({
    id: event.id,
    created: naiveUtc(event.created),
    actor: event.actor,
    request_id: event.requestId,
    action: event.action,
    key: event.key,
    value: event.value,
  })),
})
