import {
  listFlavors,
  listVersionFlavors,
  listVersionVerdicts,
  showFlavorOrVersionFlavors as showEither,
  showVersionVerdict,
} from '../../operations/list-flavors.ts'
import { isTrue } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { replies, verdictsQuery } from './schemas.ts'
import { flavorsView, flavorView, judgedFlavorView } from './view.ts'

const index = endpoint({
  operationId: 'listFlavors',
  summary: 'The flavors that the project may use.',
  answers: [200, replies.flavors],
  run: async ({ ports, caller, reader }) => flavorsView(reader, await listFlavors(ports, caller)),
})

/** Trove's old form of the listing below: the id may be that of a datastore version (trove@4cdc0cd flavor/service.py). */
const show = endpoint({
  operationId: 'showFlavorOrVersionFlavors',
  summary: 'One flavor or, for the id of a datastore version, the flavors of that version. A flavor with the id wins.',
  params: ['id'],
  answers: [200, replies.flavorOrFlavors],
  run: async ({ ports, caller, reader, params }) => {
    const found = await showEither(ports, caller, params.id)
    return Array.isArray(found) ? flavorsView(reader, found) : { flavor: flavorView(reader, found) }
  },
})

const ofVersion = endpoint({
  operationId: 'listVersionFlavors',
  summary:
    'The flavors that a datastore version allows, out of those that the project may use; with `verdicts=true` all of those, each with its verdict.',
  params: ['datastore', 'version'],
  query: verdictsQuery,
  answers: [200, replies.flavorsOrVerdicts],
  run: async ({ ports, caller, reader, params, query }) => {
    const { datastore, version } = params
    if (!isTrue(query.verdicts)) return flavorsView(reader, await listVersionFlavors(ports, caller, datastore, version))
    const judged = await listVersionVerdicts(ports, caller, datastore, version)
    return { flavors: judged.map(each => judgedFlavorView(reader, each)) }
  },
})

const verdict = endpoint({
  operationId: 'showFlavorVerdict',
  summary: 'Whether a datastore version allows a flavor, and everything that speaks against it.',
  params: ['datastore', 'version', 'flavor'],
  answers: [200, replies.judgedFlavor],
  run: async ({ ports, caller, reader, params: { flavor: flavorId, ...rest } }) => ({
    flavor: judgedFlavorView(reader, await showVersionVerdict(ports, caller, { ...rest, flavorId })),
  }),
})

export const flavors = { index, show, ofVersion, verdict }
