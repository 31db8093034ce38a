import { didYouMean } from '../../../model/nearest-name.ts'
import { refusals } from '../../../model/refused.ts'
import type { VolumeType } from '../../../model/volume-type.ts'
import type { VolumeTypeReason } from './decide.ts'

/** What a refusal at provisioning speaks of. `allowed`: the types that the caller could have. */
type Refusing = {
  volumeType?: string | undefined
  versionId: string
  reasons: readonly VolumeTypeReason[]
  allowed: readonly VolumeType[]
}

const shownMax = 5
const dataMax = 50

function wouldDo(allowed: readonly VolumeType[]): string {
  if (allowed.length === 0) return 'No volume type that you may use would do.'
  const shown = allowed.slice(0, shownMax).map(({ name }) => name)
  const more = allowed.length > shownMax ? `, and ${allowed.length - shownMax} more` : ''
  return `${allowed.length === 1 ? 'This one would do' : 'These would do'}: ${shown.join(', ')}${more}.`
}

const reasonWords: Readonly<Record<VolumeTypeReason['code'], string>> = {
  not_associated: 'It is not associated with this datastore version.',
  unknown: 'There is no volume type of this name or id.',
  not_given: 'The request names none.',
  none_left: 'None of those that are associated with it is there for your project; tell your operator.',
}

const data = ({ reasons, allowed }: Refusing) => ({
  reasons,
  allowed_volume_types: allowed.slice(0, dataMax).map(({ id, name }) => ({ id, name })),
})

const why = ({ reasons }: Refusing) => reasons.map(({ code }) => reasonWords[code]).join(' ')

/** At provisioning each begins with Trove's own sentence (trove@4cdc0cd common/exception.py), which ends with a dot. */
export const volumeTypeRefusal = refusals({
  volume_type_not_supported: {
    status: 400,
    words: (f: Refusing) =>
      `The volume type ${f.volumeType} is not valid for datastore version ${f.versionId}. ${why(f)} ${wouldDo(f.allowed)}`,
    data,
  },
  volume_type_not_given: {
    status: 400,
    words: (f: Refusing) =>
      `Only specific volume types are allowed for a datastore version ${f.versionId}. You must specify a valid volume type. ${wouldDo(f.allowed)}`,
    data,
  },
  no_volume_type_left: {
    status: 400,
    words: (f: Refusing) => `No valid volume types could be found for datastore version ${f.versionId}. ${why(f)}`,
    data,
  },
  /** What the URL names; in the words that Trove had for it while it listed them (trove@6103544 volume_type/models.py). */
  volume_type_unknown: {
    status: 404,
    words: (f: { volumeType: string }) => `Resource ${f.volumeType} cannot be found.`,
  },
  volume_type_already_associated: {
    status: 400,
    words: (f: { volumeType: string; versionId: string; stored: string }) =>
      `Datastore version ${f.versionId} and volume-type ${f.volumeType} mapping already exists${
        f.stored === f.volumeType
          ? ''
          : ` as '${f.stored}', which databases that fold case, accents and trailing spaces hold to be the same`
      }.`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_volume_type_list` shows what is associated.',
  },
  volume_type_not_associated: {
    status: 404,
    words: (f: { volumeType: string; versionId: string; nearest: string | undefined }) =>
      `The volume type ${f.volumeType} is not valid for datastore version ${f.versionId}.`,
    hint: f =>
      f.volumeType.includes(',')
        ? 'Give one volume type at a time.'
        : `It is not associated. ${didYouMean(f.nearest)}\`trove-manage datastore_version_volume_type_list\` shows what is.`,
  },
  volume_types_to_associate_unknown: {
    status: 400,
    words: (f: { volumeTypes: readonly string[]; nearest: string | undefined }) =>
      f.volumeTypes.length === 1
        ? `Volume type '${f.volumeTypes[0]}' does not exist.`
        : `These volume types do not exist: ${f.volumeTypes.map(type => `'${type}'`).join(', ')}.`,
    hint: f =>
      `Nothing was changed. ${didYouMean(f.nearest)}\`trove-manage volume_type_list\` shows those that exist; --no-check skips this test.`,
  },
  volume_type_unusable: {
    status: 400,
    words: (f: { volumeType: string; problem: string }) => `The volume type '${f.volumeType}' ${f.problem}.`,
  },
  no_volume_types: {
    status: 400,
    words: (_: Record<string, never>) => 'No volume type was given.',
    hint: () => 'Give one or more, by name or id, separated by commas: fast,slow.',
  },
})
