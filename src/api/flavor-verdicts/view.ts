import type { Flavor } from '../../model/flavor.ts'
import type {
  listFlavorVerdicts,
  listVersionFlavorVerdicts,
  VersionOverview,
} from '../../operations/flavors/list-flavor-verdicts.ts'
import { outcomeOf } from '../../rules/allowed/flavor/decide.ts'
import { isRestricted } from '../../rules/allowed/flavor/policy-rows.ts'
import { reasonData } from '../../rules/allowed/flavor/reason-data.ts'
import { reasonsWords } from '../../rules/allowed/flavor/refusals.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

type Overview = View<typeof schemas.replies.overview>

export const overviewView = ({ versions, flavors }: Awaited<ReturnType<typeof listFlavorVerdicts>>): Overview => ({
  versions: versions.map(versionView),
  flavors: flavors.map(flavorView),
})

const versionView = ({ version, datastore, policy, counts }: VersionOverview): Overview['versions'][number] => ({
  ...{ id: version.id, name: version.name, version: version.version, active: version.active },
  datastore: { id: datastore.id, name: datastore.name },
  restricted: isRestricted(policy),
  associations: policy.associated.size,
  requirements: policy.requirements.length,
  flavors_allowed: counts.allowed + counts.warned + counts.audited,
  flavors_warned: counts.warned,
  flavors_audited: counts.audited,
  flavors_refused: counts.refused,
})

const flavorView = (flavor: Flavor): Overview['flavors'][number] => ({
  ...{ id: flavor.id, name: flavor.name, ram: flavor.ramMb, vcpus: flavor.vcpus },
  ...{ disk: flavor.diskGb, ephemeral: flavor.ephemeralGb, is_public: flavor.isPublic },
})

export const verdictsView = ({
  judged,
  named,
}: Awaited<ReturnType<typeof listVersionFlavorVerdicts>>): View<typeof schemas.replies.verdicts> => ({
  verdicts: judged.map(({ flavor, verdict }) => ({
    flavor_id: flavor.id,
    outcome: outcomeOf(verdict),
    reasons: verdict.reasons.map(reasonData),
    message: verdict.reasons.length === 0 ? null : reasonsWords(verdict.reasons, named),
  })),
})
