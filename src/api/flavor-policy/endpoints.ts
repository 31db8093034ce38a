import {
  associateFlavors,
  dissociateFlavors,
  listAssociations,
  listFlavorEvents,
} from '../../operations/associate-flavors.ts'
import { findVersionById } from '../../operations/find-datastore-version.ts'
import { addRequirements, deleteRequirements, listRequirements } from '../../operations/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../../operations/set-flavor-policy.ts'
import { type Call, endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import {
  associationResultView,
  associationsView,
  effectView,
  eventsView,
  policyView,
  requirementsView,
} from './view.ts'

/** The id of the version that the path names. Refuses with `datastore_version_not_found`. */
const versionOf = async ({ ports, params }: Call<'id'>) => (await findVersionById(ports.stores, params.id)).id

const associations = endpoint({
  operationId: 'listFlavorAssociations',
  summary: 'The associations of a version, those with flavors that are gone included.',
  params: ['id'],
  answers: [200, replies.associations],
  run: async call => associationsView(await listAssociations(call.ports, await versionOf(call))),
})

const associate = endpoint({
  operationId: 'associateFlavors',
  summary:
    'Associate flavors with a version: all of them or none. What breaks its requirements is refused, but for `force`.',
  params: ['id'],
  body: schemas.associateFlavors,
  answers: [200, replies.associationResult],
  run: async call => {
    const { flavors, check = true, force = false } = call.body
    const versionId = await versionOf(call)
    const flavorIds = [...new Set(flavors.map(id => String(id).trim()).filter(id => id !== ''))]
    const result = await associateFlavors(call.ports, call.actor, { versionId, flavorIds, check, force })
    return associationResultView(versionId, result)
  },
})

const dissociate = endpoint({
  operationId: 'dissociateFlavor',
  summary: 'End the association of a flavor with a version.',
  params: ['id', 'flavor'],
  answers: [200, replies.effect],
  run: async call => {
    const input = { versionId: await versionOf(call), flavorIds: [call.params.flavor] }
    return { effect: effectView(await dissociateFlavors(call.ports, call.actor, input)) }
  },
})

const requirements = endpoint({
  operationId: 'listFlavorRequirements',
  summary: 'The requirements of a version, those that nobody can read included.',
  params: ['id'],
  answers: [200, replies.requirements],
  run: async call => requirementsView(await listRequirements(call.ports, await versionOf(call))),
})

const addRequirement = endpoint({
  operationId: 'addFlavorRequirements',
  summary: 'Add requirements to a version: all of them or none.',
  params: ['id'],
  body: schemas.addRequirements,
  answers: [200, replies.requirementsAdded],
  run: async call => {
    const input = { versionId: await versionOf(call), requirements: call.body.requirements }
    const { added, effect } = await addRequirements(call.ports, call.actor, input)
    return { added, effect: effectView(effect) }
  },
})

const deleteRequirement = endpoint({
  operationId: 'deleteFlavorRequirement',
  summary: 'Delete a requirement of a version, by its id.',
  params: ['id', 'requirement'],
  answers: [200, replies.requirementDeleted],
  run: async call => {
    const input = { versionId: await versionOf(call), requirements: [call.params.requirement] }
    const { deleted, effect } = await deleteRequirements(call.ports, call.actor, input)
    return { deleted, effect: effectView(effect) }
  },
})

const show = endpoint({
  operationId: 'showFlavorPolicy',
  summary: 'How a version takes its associations and requirements.',
  params: ['id'],
  answers: [200, replies.policy],
  run: async call => ({ policy: policyView(await showFlavorPolicy(call.ports, await versionOf(call))) }),
})

const set = endpoint({
  operationId: 'setFlavorPolicy',
  summary: 'Say whether only listed flavors will do, and whether what breaks the rule is refused or only warned of.',
  params: ['id'],
  body: schemas.setPolicy,
  answers: [200, replies.policySet],
  run: async call => {
    const { restriction, enforcement } = call.body
    const versionId = await versionOf(call)
    const effect = await setFlavorPolicy(call.ports, call.actor, { versionId, restriction, enforcement })
    return { policy: policyView(await showFlavorPolicy(call.ports, versionId)), effect: effectView(effect) }
  },
})

const events = endpoint({
  operationId: 'listFlavorEvents',
  summary: 'Who changed what the version allows, newest first; kept when the version is gone.',
  params: ['id'],
  answers: [200, replies.events],
  run: async ({ ports, params }) => eventsView(await listFlavorEvents(ports, params.id)),
})

/** What an operator says about which flavors a datastore version may use. */
export const flavorPolicy = {
  associations,
  associate,
  dissociate,
  requirements,
  addRequirement,
  deleteRequirement,
  show,
  set,
  events,
}
