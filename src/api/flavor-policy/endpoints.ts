/**
 * The flavor policy of a datastore version over HTTP, for administrators: associations, requirements, restriction and
 * enforcement, and the events that record their changes. The decision is in `src/rules/allowed/flavor/`, the changes
 * are in `src/operations/flavors/`. Trove has the calls for associations only.
 */

import { findVersionNamedById } from '../../operations/datastores/find-datastore-version.ts'
import {
  associateFlavors,
  dissociateFlavors,
  listAssociations,
  listFlavorEvents,
} from '../../operations/flavors/associate-flavors.ts'
import { copyRules } from '../../operations/flavors/copy-rules.ts'
import { findTypedFlavors } from '../../operations/flavors/find-flavor.ts'
import {
  addRequirements,
  deleteRequirements,
  listRequirements,
  setRequirementLevel,
} from '../../operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../../operations/flavors/set-flavor-policy.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { versionIdInPath } from '../datastores/version-in-path.ts'
import { changeOptionsOf, changeQuery, dryRunView } from '../dry-run.ts'
import { endpoint } from '../route.ts'
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

export const associations = endpoint({
  operationId: 'listFlavorAssociations',
  summary: 'Lists the flavors associated with a version, including flavors that no longer exist.',
  params: ['id'],
  answers: [200, replies.associations],
  run: async call => associationsView(await listAssociations(call.ports, await versionIdInPath(call))),
})

/** Trove's clients cannot ask for a change that leaves no flavor, so their requests do as Trove does. */
const asTrove = { allowNone: true } as const

export const associate = endpoint({
  operationId: 'associateFlavors',
  summary:
    'Associates flavors with a version, by id or name: all or none. Flavors that do not meet the requirements are refused unless `force` is set.',
  params: ['id'],
  query: changeQuery,
  body: schemas.associateFlavors,
  answers: [200, replies.associationResult],
  emptyStatus: 202,
  run: async call => {
    const { flavors, flavor_ids, check = true, force = false } = call.body
    const requested = flavors ?? flavor_ids
    if (requested === undefined || (flavors && flavor_ids)) throw flavorRefusal.flavor_list_required({})
    const versionId = await versionIdInPath(call)
    const typed = requested.map(text => String(text).trim()).filter(text => text !== '')
    const { flavorIds } = await findTypedFlavors(call.ports, typed)
    const options = changeOptionsOf(call.query, call.body)
    const addition = { versionId, flavorIds, check, force, ...options, ...(flavor_ids ? asTrove : {}) }
    const result = await associateFlavors(call.ports, call.actor, addition)
    return flavor_ids && !result.dryRun ? undefined : associationResultView(call.url, versionId, result)
  },
})

export const dissociate = endpoint({
  operationId: 'dissociateFlavor',
  summary: 'Removes the association of a flavor with a version, by id or name.',
  params: ['id', 'flavor'],
  query: changeQuery,
  answers: [200, replies.flavorDeleted],
  emptyStatus: 204,
  run: async call => {
    const versionId = await versionIdInPath(call)
    const { flavorIds } = await findTypedFlavors(call.ports, [call.params.flavor], versionId)
    const input = { versionId, flavorIds }
    const options = { ...changeOptionsOf(call.query), ...asTrove }
    const { deleted, effect, dryRun } = await dissociateFlavors(call.ports, call.actor, { ...input, ...options })
    return dryRun && { deleted, effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const requirements = endpoint({
  operationId: 'listFlavorRequirements',
  summary: 'Lists the requirements of a version, including stored ones that cannot be parsed.',
  params: ['id'],
  answers: [200, replies.requirements],
  run: async call => requirementsView(await listRequirements(call.ports, await versionIdInPath(call))),
})

export const addRequirement = endpoint({
  operationId: 'addFlavorRequirements',
  summary: 'Adds requirements to a version: all or none.',
  params: ['id'],
  query: changeQuery,
  body: schemas.addRequirements,
  answers: [200, replies.requirementsAdded],
  run: async call => {
    const { requirements, level } = call.body
    const options = changeOptionsOf(call.query, call.body)
    const input = { versionId: await versionIdInPath(call), requirements, level, ...options }
    const { added, effect, dryRun } = await addRequirements(call.ports, call.actor, input)
    return { added, effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const setLevel = endpoint({
  operationId: 'setFlavorRequirementLevel',
  summary: 'Sets the level of a requirement of a version: whether flavors that do not meet it are refused.',
  params: ['id', 'requirement'],
  query: changeQuery,
  body: schemas.setLevel,
  answers: [200, replies.levelSet],
  run: async call => {
    const { level } = call.body
    const change = { versionId: await versionIdInPath(call), requirements: [call.params.requirement], level }
    const input = { ...change, ...changeOptionsOf(call.query, call.body) }
    const { changed, effect, dryRun } = await setRequirementLevel(call.ports, call.actor, input)
    return { changed, effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const deleteRequirement = endpoint({
  operationId: 'deleteFlavorRequirement',
  summary: 'Deletes a requirement of a version, by its id.',
  params: ['id', 'requirement'],
  query: changeQuery,
  answers: [200, replies.requirementDeleted],
  run: async call => {
    const change = { versionId: await versionIdInPath(call), requirements: [call.params.requirement] }
    const input = { ...change, ...changeOptionsOf(call.query) }
    const { deleted, effect, dryRun } = await deleteRequirements(call.ports, call.actor, input)
    return { deleted, effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const show = endpoint({
  operationId: 'showFlavorPolicy',
  summary: 'Shows the restriction, the enforcement and the level of the list of a version.',
  params: ['id'],
  answers: [200, replies.policy],
  run: async call => ({ policy: policyView(await showFlavorPolicy(call.ports, await versionIdInPath(call))) }),
})

export const set = endpoint({
  operationId: 'setFlavorPolicy',
  summary:
    'Sets whether only associated flavors are allowed, and whether flavors that break a rule are refused, admitted with a warning, or only logged.',
  params: ['id'],
  query: changeQuery,
  body: schemas.setPolicy,
  answers: [200, replies.policySet],
  run: async call => {
    const { restriction, enforcement, list_level: listLevel } = call.body
    const change = { versionId: await versionIdInPath(call), restriction, enforcement, listLevel }
    const input = { ...change, ...changeOptionsOf(call.query, call.body) }
    const { shown, effect, dryRun } = await setFlavorPolicy(call.ports, call.actor, input)
    return { policy: policyView(shown), effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const copy = endpoint({
  operationId: 'copyRules',
  summary:
    'Gives a version the rules of another one: flavors and volume types, requirements, restriction, enforcement and levels.',
  params: ['id'],
  query: changeQuery,
  body: schemas.copyRules,
  answers: [200, replies.rulesCopied],
  run: async call => {
    const { from, replace = false } = call.body
    const fromId = (await findVersionNamedById(call.ports.stores, call.caller, from)).id
    const options = changeOptionsOf(call.query, call.body)
    const copy = { fromId, versionId: await versionIdInPath(call), replace, ...options }
    const { effect, dryRun } = await copyRules(call.ports, call.actor, copy)
    return { effect: effectView(effect, dryRun), ...dryRunView(call.url, dryRun) }
  },
})

export const events = endpoint({
  operationId: 'listFlavorEvents',
  summary: 'Lists changes to the flavor policy of a version, newest first. They are kept after the version is deleted.',
  params: ['id'],
  answers: [200, replies.events],
  run: async ({ ports, params }) => eventsView(await listFlavorEvents(ports, params.id)),
})
