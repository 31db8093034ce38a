import { type VolumeType, volumeTypeNamed } from '../../../model/volume-type.ts'
import { restrictsVolumeTypes, type VolumeTypePolicy } from './policy-rows.ts'

/** Why a volume cannot be created. Codes are public: they are never renamed or reused. */
export const volumeTypeReasonCodes = ['not_associated', 'unknown', 'not_given', 'none_left'] as const

export type VolumeTypeReason = Readonly<{ code: (typeof volumeTypeReasonCodes)[number] }>

export type VolumeTypeVerdict = Readonly<
  | {
      allowed: true
      reasons: readonly []
      /**
       * The type of the volume; undefined when neither the request nor the configuration names one and there is no
       * default.
       */
      type: VolumeType | undefined
    }
  | { allowed: false; reasons: readonly [VolumeTypeReason] }
>

/**
 * Decides which type the volume of an instance gets, with a datastore version that has this volume type policy. No other
 * code decides this. The rule is Trove's (trove@4cdc0cd datastore/models.py, validate_volume_type): a version with
 * associations allows only the associated types, and the request must name one. A version without associations allows
 * every type, and a request that names none gets the configured type, or else the default of the volume service.
 *
 * @param requested the name or id in the request; undefined if it names none
 * @param usable the types that the project may use
 * @param configured the name or id to use if the request names none
 */
export function decideVolumeType(
  requested: string | undefined,
  usable: readonly VolumeType[],
  policy: VolumeTypePolicy,
  configured: string | undefined,
): VolumeTypeVerdict {
  if (restrictsVolumeTypes(policy)) {
    if (allowedVolumeTypes(usable, policy).length === 0) return no('none_left')
    if (requested === undefined) return no('not_given')
  }
  const nameOrId = requested ?? configured
  if (nameOrId === undefined) return yes(usable.find(type => type.isDefault))
  const type = volumeTypeNamed(usable, nameOrId)
  if (!type) return no('unknown')
  return isAllowed(type, policy) ? yes(type) : no('not_associated')
}

const yes = (type: VolumeType | undefined): VolumeTypeVerdict => ({ allowed: true, reasons: [], type })
const no = (code: VolumeTypeReason['code']): VolumeTypeVerdict => ({ allowed: false, reasons: [{ code }] })

const isAllowed = (type: VolumeType, policy: VolumeTypePolicy): boolean =>
  !restrictsVolumeTypes(policy) || policy.associated.has(type.name) || policy.associated.has(type.id)

/** Returns the types that the policy allows, in the same order. */
export const allowedVolumeTypes = (types: readonly VolumeType[], policy: VolumeTypePolicy): VolumeType[] =>
  types.filter(type => isAllowed(type, policy))
