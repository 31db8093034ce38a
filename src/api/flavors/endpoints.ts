/**
 * Flavors over HTTP: those of the project, those that a datastore version allows, and the verdict on a flavor. The
 * decision is in `src/rules/allowed/flavor/decide.ts`, the flavors come from a source in `src/flavors/`. As in Trove,
 * `GET /flavors/{id}` also takes the id of a datastore version.
 */

import {
  listFlavors,
  listVersionFlavors,
  listVersionVerdicts,
  showFlavorOrVersionFlavors as showEither,
  showVersionVerdict,
} from '../../operations/flavors/list-flavors.ts'
import { isTrue } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { replies, verdictsQuery } from './schemas.ts'
import { flavorsView, flavorView, judgedFlavorView } from './view.ts'

export const index = endpoint({
  operationId: 'listFlavors',
  summary: 'Lists the flavors that the project can use.',
  answers: [200, replies.flavors],
  run: async ({ ports, caller, reader }) => flavorsView(reader, await listFlavors(ports, caller)),
})

/**
 * Trove's older form of `ofVersion`: the id may also be that of a datastore version (trove@4cdc0cd flavor/service.py).
 */
export const show = endpoint({
  operationId: 'showFlavorOrVersionFlavors',
  summary:
    'Shows a flavor, by id or name, or, given the id of a datastore version, lists the flavors of that version. The id of a flavor takes precedence, then that of a version.',
  params: ['id'],
  answers: [200, replies.flavorOrFlavors],
  madeFrom: 'rows and flavors',
  run: async ({ ports, caller, reader, params }) => {
    const result = await showEither(ports, caller, params.id)
    return Array.isArray(result) ? flavorsView(reader, result) : { flavor: flavorView(reader, result) }
  },
})

export const ofVersion = endpoint({
  operationId: 'listVersionFlavors',
  summary:
    'Lists the flavors that a datastore version allows and the project can use. With `verdicts=true`, lists every flavor that the project can use, each with a verdict.',
  params: ['datastore', 'version'],
  query: verdictsQuery,
  answers: [200, replies.flavorsOrVerdicts],
  madeFrom: 'rows and flavors',
  run: async ({ ports, caller, reader, params, query }) => {
    const { datastore, version } = params
    if (!isTrue(query.verdicts)) return flavorsView(reader, await listVersionFlavors(ports, caller, datastore, version))
    const { judged, named } = await listVersionVerdicts(ports, caller, datastore, version)
    return { flavors: judged.map(each => judgedFlavorView(reader, each, named)) }
  },
})

export const verdict = endpoint({
  operationId: 'showFlavorVerdict',
  summary: 'Shows whether a datastore version allows a flavor, by id or name, and every reason against it.',
  params: ['datastore', 'version', 'flavor'],
  answers: [200, replies.judgedFlavor],
  madeFrom: 'rows and flavors',
  run: async ({ ports, caller, reader, params }) => {
    const { judged, named } = await showVersionVerdict(ports, caller, params)
    return { flavor: judgedFlavorView(reader, judged, named) }
  },
})
