import type { Static } from 'typebox'
import {
  associateFlavors,
  dissociateFlavors,
  listAssociations,
  listFlavorEvents,
} from '../operations/associate-flavors.ts'
import { findVersionById } from '../operations/find-datastore-version.ts'
import { addRequirements, deleteRequirements, listRequirements } from '../operations/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../operations/set-flavor-policy.ts'
import * as schemas from './policy-schemas.ts'
import { policyReplies } from './policy-schemas.ts'
import { type Call, ok, type Route } from './route.ts'
import {
  associationResultView,
  associationsView,
  effectView,
  eventsView,
  policyView,
  requirementsView,
} from './views/flavor-policy.ts'

/** The id of the version that the path names. Refuses with `datastore_version_not_found`. */
const versionOf = async (call: Call) => (await findVersionById(call.ports.stores, call.params.id!)).id

/** What an operator says about which flavors a datastore version may use. */
export const flavorPolicyRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/mgmt/datastore-versions/:id/flavors',
    policy: 'mgmt:datastore_version_flavor_index',
    operationId: 'listFlavorAssociations',
    summary: 'The associations of a version, those with flavors that are gone included.',
    answers: [200, policyReplies.associations],
    run: async call => {
      return ok(associationsView(await listAssociations(call.ports, await versionOf(call))))
    },
  },
  {
    method: 'POST',
    path: '/mgmt/datastore-versions/:id/flavors',
    policy: 'mgmt:datastore_version_flavor_add',
    operationId: 'associateFlavors',
    summary:
      'Associate flavors with a version: all of them or none. What breaks its requirements is refused, but for `force`.',
    body: schemas.associateFlavors,
    answers: [200, policyReplies.associationResult],
    run: async call => {
      const { flavors, check = true, force = false } = call.body as Static<typeof schemas.associateFlavors>
      const versionId = await versionOf(call)
      const flavorIds = [...new Set(flavors.map(id => String(id).trim()).filter(id => id !== ''))]
      const result = await associateFlavors(call.ports, call.actor, { versionId, flavorIds, check, force })
      return ok(associationResultView(versionId, result))
    },
  },
  {
    method: 'DELETE',
    path: '/mgmt/datastore-versions/:id/flavors/:flavor',
    policy: 'mgmt:datastore_version_flavor_delete',
    operationId: 'dissociateFlavor',
    summary: 'End the association of a flavor with a version.',
    answers: [200, policyReplies.effect],
    run: async call => {
      const input = { versionId: await versionOf(call), flavorIds: [call.params.flavor!] }
      return ok({ effect: effectView(await dissociateFlavors(call.ports, call.actor, input)) })
    },
  },
  {
    method: 'GET',
    path: '/mgmt/datastore-versions/:id/flavor-requirements',
    policy: 'mgmt:datastore_version_flavor_requirement_index',
    operationId: 'listFlavorRequirements',
    summary: 'The requirements of a version, those that nobody can read included.',
    answers: [200, policyReplies.requirements],
    run: async call => ok(requirementsView(await listRequirements(call.ports, await versionOf(call)))),
  },
  {
    method: 'POST',
    path: '/mgmt/datastore-versions/:id/flavor-requirements',
    policy: 'mgmt:datastore_version_flavor_requirement_add',
    operationId: 'addFlavorRequirements',
    summary: 'Add requirements to a version: all of them or none.',
    body: schemas.addRequirements,
    answers: [200, policyReplies.requirementsAdded],
    run: async call => {
      const { requirements } = call.body as Static<typeof schemas.addRequirements>
      const input = { versionId: await versionOf(call), requirements }
      const { added, effect } = await addRequirements(call.ports, call.actor, input)
      return ok({ added, effect: effectView(effect) })
    },
  },
  {
    method: 'DELETE',
    path: '/mgmt/datastore-versions/:id/flavor-requirements/:requirement',
    policy: 'mgmt:datastore_version_flavor_requirement_delete',
    operationId: 'deleteFlavorRequirement',
    summary: 'Delete a requirement of a version, by its id.',
    answers: [200, policyReplies.requirementDeleted],
    run: async call => {
      const input = { versionId: await versionOf(call), requirements: [call.params.requirement!] }
      const { deleted, effect } = await deleteRequirements(call.ports, call.actor, input)
      return ok({ deleted, effect: effectView(effect) })
    },
  },
  {
    method: 'GET',
    path: '/mgmt/datastore-versions/:id/flavor-policy',
    policy: 'mgmt:datastore_version_flavor_policy_show',
    operationId: 'showFlavorPolicy',
    summary: 'How a version takes its associations and requirements.',
    answers: [200, policyReplies.policy],
    run: async call => ok({ policy: policyView(await showFlavorPolicy(call.ports, await versionOf(call))) }),
  },
  {
    method: 'PUT',
    path: '/mgmt/datastore-versions/:id/flavor-policy',
    policy: 'mgmt:datastore_version_flavor_policy_update',
    operationId: 'setFlavorPolicy',
    summary: 'Say whether only listed flavors will do, and whether what breaks the rule is refused or only warned of.',
    body: schemas.setPolicy,
    answers: [200, policyReplies.policySet],
    run: async call => {
      const { restriction, enforcement } = call.body as Static<typeof schemas.setPolicy>
      const versionId = await versionOf(call)
      const effect = await setFlavorPolicy(call.ports, call.actor, { versionId, restriction, enforcement })
      return ok({ policy: policyView(await showFlavorPolicy(call.ports, versionId)), effect: effectView(effect) })
    },
  },
  {
    method: 'GET',
    path: '/mgmt/datastore-versions/:id/flavor-events',
    policy: 'mgmt:datastore_version_flavor_event_index',
    operationId: 'listFlavorEvents',
    summary: 'Who changed what the version allows, newest first; kept when the version is gone.',
    answers: [200, policyReplies.events],
    run: async call => ok(eventsView(await listFlavorEvents(call.ports, call.params.id!))),
  },
]
