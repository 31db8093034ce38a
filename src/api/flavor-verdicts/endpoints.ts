/**
 * What every version says to every flavor, for administrators: counts for all versions, and verdicts with all reasons for
 * one. Unlike the lists of tenants, these include flavors of other projects and rules with the level `audit`. Trove has no
 * such calls.
 */

import { listFlavorVerdicts, listVersionFlavorVerdicts } from '../../operations/flavors/list-flavor-verdicts.ts'
import { versionIdInPath } from '../datastores/version-in-path.ts'
import { endpoint } from '../route.ts'
import { replies } from './schemas.ts'
import { overviewView, verdictsView } from './view.ts'

export const index = endpoint({
  operationId: 'listFlavorVerdicts',
  summary: 'Lists all versions with the number of flavors that each allows and refuses, and all flavors.',
  answers: [200, replies.overview],
  run: async ({ ports }) => overviewView(await listFlavorVerdicts(ports)),
})

export const ofVersion = endpoint({
  operationId: 'listVersionFlavorVerdicts',
  summary:
    'Lists every flavor with the verdict of a version and every reason, those that only the operator is told included.',
  params: ['id'],
  answers: [200, replies.verdicts],
  run: async call => verdictsView(await listVersionFlavorVerdicts(call.ports, await versionIdInPath(call))),
})
