import { type VolumeType, volumeTypeNamed } from '../../../model/volume-type.ts'
import { restrictsVolumeTypes, type VolumeTypePolicy } from './policy-rows.ts'

/** Why a volume may not be made. Codes are public: never renamed, never reused. */
export const volumeTypeReasonCodes = ['not_associated', 'unknown', 'not_given', 'none_left'] as const

export type VolumeTypeReason = Readonly<{ code: (typeof volumeTypeReasonCodes)[number] }>

export type VolumeTypeVerdict = Readonly<
  | {
      allowed: true
      reasons: readonly []
      /** What the volume is made of; undefined where that is for nobody here to say. */
      type: VolumeType | undefined
    }
  | { allowed: false; reasons: readonly [VolumeTypeReason] }
>

/**
 * Of which type may the volume of an instance be, with a datastore version that has this policy? The one place where that
 * is answered. Trove's rule (trove@4cdc0cd datastore/models.py, validate_volume_type): a version with associations accepts
 * only what they name, and a request must then say which; without any, every type will do, and who names none gets the
 * configured one, else the default of whoever makes the volumes.
 *
 * @param asked the name or id that the request gives; undefined when it gives none
 * @param usable the types that the project may use
 * @param configured the name or id that stands in for none
 */
export function decideVolumeType(
  asked: string | undefined,
  usable: readonly VolumeType[],
  policy: VolumeTypePolicy,
  configured: string | undefined,
): VolumeTypeVerdict {
  if (restrictsVolumeTypes(policy)) {
    if (allowedVolumeTypes(usable, policy).length === 0) return no('none_left')
    if (asked === undefined) return no('not_given')
  }
  const wanted = asked ?? configured
  if (wanted === undefined) return yes(usable.find(type => type.isDefault))
  const type = volumeTypeNamed(usable, wanted)
  if (!type) return no('unknown')
  return isAllowed(type, policy) ? yes(type) : no('not_associated')
}

const yes = (type: VolumeType | undefined): VolumeTypeVerdict => ({ allowed: true, reasons: [], type })
const no = (code: VolumeTypeReason['code']): VolumeTypeVerdict => ({ allowed: false, reasons: [{ code }] })

const isAllowed = (type: VolumeType, policy: VolumeTypePolicy): boolean =>
  !restrictsVolumeTypes(policy) || policy.associated.has(type.name) || policy.associated.has(type.id)

/** The types out of `types` that the policy allows, in the order given. */
export const allowedVolumeTypes = (types: readonly VolumeType[], policy: VolumeTypePolicy): VolumeType[] =>
  types.filter(type => isAllowed(type, policy))
