import type { Caller } from '../../model/caller.ts'
import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { Preparation } from '../../model/instance.ts'
import { Refused, refuse } from '../../model/refused.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Moment } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import {
  initialContents,
  notJudgedYet,
  notOfferedYet,
  placementRefusal,
  volumeSizeGb,
} from '../../rules/instance/admission.ts'
import { refusal } from '../../rules/refusals.ts'
import { findImage } from '../datastores/find-image.ts'
import { type RequestedDatastore, requestedVersion } from '../datastores/requested-version.ts'
import { type AdmittedFlavor, admitFlavor } from '../flavors/admit-flavor.ts'
import { requestedFlavorId } from '../flavors/find-flavor.ts'
import { admitVolumeType } from '../volume-types/admit-volume-type.ts'

type Needs = Pick<
  Ports,
  'stores' | 'flavors' | 'volumeTypes' | 'images' | 'settings' | 'clock' | 'objected' | 'compute'
>

/** The fields of a create request that are checked here. Their types were already validated. */
export type InstanceRequest = Readonly<{
  name: string
  flavorRef?: string | number | undefined
  volume?: { size: number | string; type?: string | null } | undefined
  datastore?: RequestedDatastore | undefined
  databases?: readonly { name: string; character_set?: string; collate?: string }[] | undefined
  users?: readonly { name: string; password: string; databases?: readonly { name: string }[] }[] | undefined
  availability_zone?: string | undefined
  region_name?: string | null | undefined
  nics?: readonly object[] | undefined
  access?: { is_public?: boolean; allowed_cidrs?: readonly string[] } | undefined
}> & { readonly [field in keyof typeof notOfferedYet]?: unknown }

/** An admitted request, with all references resolved. */
export type Admission = Readonly<{
  name: string
  datastore: Datastore
  version: DatastoreVersion
  image: Image
  /** The manager of the image, or else of the version. */
  manager: string
  admitted: AdmittedFlavor
  volumeSizeGb: number
  /** Undefined for the default type of the volume service. */
  volumeType: VolumeType | undefined
  /** The databases and users to create when the instance runs. */
  contents: Preparation
}>

/**
 * Makes all checks before an instance is created, except the quota, in Trove's order (trove@4cdc0cd
 * instance/service.py:439): datastore and version, image, users and databases, networks, association, flavor, requirements,
 * volume type, volume size. Writes nothing, so the dry run uses it as well. If another Trove creates the instances, users,
 * databases, networks and fields that only this server does not support are for that Trove to check.
 */
export async function admitInstance(
  ports: Needs,
  caller: Caller,
  request: InstanceRequest,
  moment: Moment,
): Promise<Admission> {
  const { region, computeDriver } = ports.settings
  const isOurs = computeDriver !== 'trove'
  for (const [field, what] of Object.entries(isOurs ? notOfferedYet : notJudgedYet))
    if (request[field as keyof typeof notOfferedYet] != null) throw refusal.not_offered({ what })
  if (request.region_name && request.region_name !== region)
    throw refusal.region_unknown({ region: request.region_name, ours: region })
  requireUsableName(request.name)
  const { datastore, version } = await requestedVersion(ports, caller, request.datastore ?? {})
  const image = await findImage(ports, version)
  const manager = image.manager ?? version.manager ?? ''
  const contents = isOurs ? admitContents(ports, request, manager) : noContents
  const { projectId } = caller
  const flavorId = await requestedFlavorId(ports, projectId, request.flavorRef)
  const asked = { moment, projectId, instanceId: undefined, versionId: version.id, flavorId }
  const admitted = await admitFlavor(ports, asked)
  const volumeType = await admitVolumeType(ports, projectId, version.id, request.volume?.type)
  const volume = volumeSizeGb(request.volume?.size, ports.settings.volumeSizeGbMax)
  if (volume instanceof Refused) throw volume
  const hardware = { admitted, volumeSizeGb: volume.sizeGb, volumeType }
  return { name: request.name, datastore, version, image, manager, ...hardware, contents }
}

const noContents: Preparation = { databases: [], users: [] }

/** Returns the databases and users to create. Refuses them, or the placement, if the local driver cannot provide them. */
function admitContents(ports: Needs, request: InstanceRequest, manager: string): Preparation {
  const contents = initialContents(request, manager)
  if (contents instanceof Refused) throw contents
  requireNamesOfEngine(ports, manager, contents)
  refuse(placementRefusal(request))
  return contents
}

/** Refuses databases and users that the engine of a manager would refuse once it runs. */
function requireNamesOfEngine({ compute }: Needs, manager: string, { databases, users }: Preparation): void {
  for (const [what, named] of [['database', databases] as const, ['user', users] as const])
    for (const { name } of named) {
      const problem = compute.nameProblem(manager, what, name)
      if (problem !== undefined) throw refusal.database_or_user_unusable({ problem })
    }
}

/** Refuses an instance name that one of the databases cannot store. Without this check, only that database would fail. */
export function requireUsableName(name: string): void {
  const problem = columnTextProblem(name, 255)
  if (problem) throw refusal.text_unusable({ what: 'instance name', problem })
}
