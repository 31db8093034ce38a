import type { DatastoreEffect, DatastorePolicy } from '../../operations/flavors/datastore-rules.ts'
import { effectView, requirementView } from '../flavor-policy/view.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

type PolicyView = View<typeof schemas.replies.policy>['policy']

export const requirementsView = ({ requirements }: DatastorePolicy): PolicyView['requirements'] =>
  requirements.map(requirement => requirementView({ ...requirement, source: 'datastore' }))

export const policyView = (policy: DatastorePolicy): PolicyView => ({
  datastore: { id: policy.datastore.id, name: policy.datastore.name },
  restriction: policy.restriction,
  list_level: policy.listLevel ?? null,
  requirements: requirementsView(policy),
  versions: policy.versionCount,
})

export const effectsView = ({
  effects,
  dryRun,
}: Pick<DatastoreEffect, 'effects' | 'dryRun'>): View<typeof schemas.replies.policySet>['versions'] =>
  effects.map(({ version, effect }) => ({
    ...{ id: version.id, name: version.name, version: version.version },
    effect: effectView(effect, dryRun),
  }))
