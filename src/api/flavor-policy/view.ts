import { naiveUtc } from '../../model/naive-utc.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import type { associateFlavors, listAssociations } from '../../operations/flavors/associate-flavors.ts'
import type { listRequirements, StoredRequirement } from '../../operations/flavors/manage-flavor-requirements.ts'
import type { PolicyEffect } from '../../operations/flavors/policy-effect.ts'
import type { ShownPolicy } from '../../operations/flavors/set-flavor-policy.ts'
import { isRestricted } from '../../rules/allowed/flavor/policy-rows.ts'
import { misfitWords } from '../../rules/allowed/flavor/refusals.ts'
import { unitOf } from '../../rules/allowed/flavor/requirement.ts'
import { dryRunView } from '../dry-run.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'
import { changedFlavorsMax } from './schemas.ts'

/** A flavor that no longer exists in the flavor source is shown with its id and without a name. */
export const associationsView = ({
  associations,
  policy,
}: Awaited<ReturnType<typeof listAssociations>>): View<typeof schemas.replies.associations> => ({
  flavor_ids: associations.map(({ flavorId }) => flavorId),
  restricted: isRestricted(policy),
  flavors: associations.map(({ flavorId, flavor, since }) => ({
    id: flavorId,
    name: flavor === 'unknown' ? null : flavor.name,
    exists: flavor !== 'unknown',
    associated_at: naiveUtc(since),
  })),
})

/** @param dryRun undefined if the change was made; flavors are shown by name only before */
export const effectView = (effect: PolicyEffect, dryRun: object | undefined): View<typeof schemas.effect> => ({
  became: effect.became ?? null,
  flavors_allowed: effect.flavorsAllowed,
  flavors_fell_out: effect.flavorsFellOut,
  flavors_came_in: effect.flavorsCameIn,
  flavors_warned: effect.flavorsWarned,
  flavors_audited: effect.flavorsAudited,
  instances_on_them: effect.instancesOnThem,
  instances_out_of_line: effect.instancesOutOfLine,
  ...(dryRun
    ? {
        flavors_changed: effect.changed.slice(0, changedFlavorsMax).map(changedFlavorView),
        flavors_changed_count: effect.changed.length,
      }
    : {}),
})

const changedFlavorView = ({ flavor: { id, name }, before, after }: PolicyEffect['changed'][number]) => ({
  ...{ id, name, allowed: after !== 'refused' },
  ...{ outcome: after, outcome_before: before },
})

type AssociationResult = Awaited<ReturnType<typeof associateFlavors>>

export const associationResultView = (
  url: URL,
  versionId: string,
  { added, effect, misfits, dryRun }: AssociationResult,
): View<typeof schemas.replies.associationResult> => ({
  added: added.map(({ id, name }) => ({ id, name: name ?? null })),
  effect: effectView(effect, dryRun),
  ...(misfits.length > 0
    ? { warnings: misfits.map(({ flavorId, verdict }) => misfitWords({ flavorId, versionId, ...verdict })) }
    : {}),
  ...dryRunView(url, dryRun),
})

export const requirementsView = ({
  requirements,
}: Awaited<ReturnType<typeof listRequirements>>): View<typeof schemas.replies.requirements> => ({
  requirements: requirements.map(requirementView),
})

export function requirementView({
  id,
  text,
  since,
  requirement,
  metBy,
  level,
  source,
}: StoredRequirement): View<typeof schemas.requirement> {
  const subject = requirement?.subject
  return {
    id,
    requirement: text,
    readable: requirement !== undefined,
    property: subject && 'property' in subject ? subject.property : null,
    extra_spec: subject && 'extraSpec' in subject ? subject.extraSpec : null,
    operator: requirement?.operator ?? null,
    value: requirement?.value ?? null,
    unit: requirement ? unitOf(requirement) : null,
    flavors_meeting: metBy,
    level,
    source,
    set_at: naiveUtc(since),
  }
}

export const policyView = ({
  restriction,
  enforcement,
  listLevel,
  policy,
}: ShownPolicy): View<typeof schemas.policy> => ({
  restriction,
  enforcement,
  list_level: listLevel,
  restricted: isRestricted(policy),
  associations: policy.associated.size,
  requirements: policy.own.requirementTexts,
})

export const eventsView = (events: readonly PolicyEvent[]): View<typeof schemas.replies.events> => ({
  events: events.map(event => ({
    id: event.id,
    created: naiveUtc(event.created),
    actor: event.actor,
    request_id: event.requestId,
    action: event.action,
    key: event.key,
    value: event.value,
    level: event.level ?? null,
    level_before: event.levelBefore ?? null,
    flavor_name: event.flavorName ?? null,
  })),
})
