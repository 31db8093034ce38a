/**
 * The rules of a datastore over HTTP, for administrators: requirements, and whether its versions allow only what is on
 * their lists. They apply to all versions, those to come included. The changes are in
 * `src/operations/flavors/datastore-rules.ts`. Trove has no such calls.
 */

import {
  addDatastoreRequirements,
  type DatastoreEffect,
  deleteDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
  showDatastorePolicy,
} from '../../operations/flavors/datastore-rules.ts'
import { changeOptionsOf, changeQuery, dryRunView } from '../dry-run.ts'
import { setLevel as levelBody } from '../flavor-policy/schemas.ts'
import { type Call, endpoint, type View } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { effectsView, policyView, requirementsView } from './view.ts'

const shown = ({ ports, caller, params }: Call<'datastore'>) => showDatastorePolicy(ports, caller, params.datastore)

const changeOf = ({ actor, caller, params, query }: Call<'datastore', View<typeof changeQuery>>, body?: Allowing) => ({
  ...{ actor, viewer: caller, datastore: params.datastore },
  ...changeOptionsOf(query, body),
})
type Allowing = Parameters<typeof changeOptionsOf>[1]

/** The effect of a change, which every answer to one has. */
const effectOf = (url: URL, effect: DatastoreEffect) => ({
  versions: effectsView(effect),
  ...dryRunView(url, effect.dryRun),
})

export const show = endpoint({
  operationId: 'showDatastoreFlavorPolicy',
  summary: 'Shows the rules of a datastore, by id or name.',
  params: ['datastore'],
  answers: [200, replies.policy],
  run: async call => ({ policy: policyView(await shown(call)) }),
})

export const set = endpoint({
  operationId: 'setDatastoreFlavorPolicy',
  summary: 'Sets whether the versions of a datastore allow only what is on their lists.',
  params: ['datastore'],
  query: changeQuery,
  body: schemas.setPolicy,
  answers: [200, replies.policySet],
  run: async call => {
    const { restriction, list_level: listLevel } = call.body
    const set = { restriction, listLevel }
    const effect = await setDatastoreFlavorPolicy(call.ports, changeOf(call, call.body), set)
    return { policy: policyView(effect.policy), ...effectOf(call.url, effect) }
  },
})

export const requirements = endpoint({
  operationId: 'listDatastoreFlavorRequirements',
  summary: 'Lists the requirements of a datastore itself, including stored ones that cannot be parsed.',
  params: ['datastore'],
  answers: [200, replies.requirements],
  run: async call => ({ requirements: requirementsView(await shown(call)) }),
})

export const addRequirements = endpoint({
  operationId: 'addDatastoreFlavorRequirements',
  summary: 'Adds requirements to a datastore: all or none.',
  params: ['datastore'],
  query: changeQuery,
  body: schemas.addRequirements,
  answers: [200, replies.added],
  run: async call => {
    const { requirements, level } = call.body
    const added = { requirements, level }
    const effect = await addDatastoreRequirements(call.ports, changeOf(call, call.body), added)
    return { added: effect.added, ...effectOf(call.url, effect) }
  },
})

export const setLevel = endpoint({
  operationId: 'setDatastoreFlavorRequirementLevel',
  summary: 'Sets the level of a requirement of a datastore, by its id.',
  params: ['datastore', 'requirement'],
  query: changeQuery,
  body: levelBody,
  answers: [200, replies.levelSet],
  run: async call => {
    const input = { requirements: [call.params.requirement], level: call.body.level }
    const effect = await setDatastoreRequirementLevel(call.ports, changeOf(call, call.body), input)
    return { changed: effect.changed, ...effectOf(call.url, effect) }
  },
})

export const deleteRequirement = endpoint({
  operationId: 'deleteDatastoreFlavorRequirement',
  summary: 'Deletes a requirement of a datastore, by its id. Those of its versions stay.',
  params: ['datastore', 'requirement'],
  query: changeQuery,
  answers: [200, replies.deleted],
  run: async call => {
    const input = { requirements: [call.params.requirement] }
    const effect = await deleteDatastoreRequirements(call.ports, changeOf(call), input)
    return { deleted: effect.deleted, ...effectOf(call.url, effect) }
  },
})
