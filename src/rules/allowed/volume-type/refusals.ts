import { type NamedVersion, versionWords } from '../../../model/datastore-version.ts'
import { refusals } from '../../../model/refused.ts'
import type { VolumeType } from '../../../model/volume-type.ts'
import { type Alternatives, alternativesWords, notFound } from '../../alternatives.ts'
import type { VolumeTypeReason } from './decide.ts'

/**
 * Everything a user reads when a volume type cannot be used or associated. Which types a version allows is decided in
 * `decide.ts`. When an instance is created, each refusal begins with Trove's own sentence
 * (trove@4cdc0cd common/exception.py), which, unlike that for flavors, ends with a dot.
 */

/** Facts of a refusal at create. `named`: the version by its names; `allowed`: the types that the caller can use instead. */
type CreateFacts = {
  volumeType?: string | undefined
  versionId: string
  named: NamedVersion | undefined
  reasons: readonly VolumeTypeReason[]
  allowed: readonly VolumeType[]
}

const shownMax = 5
const dataMax = 50

function suitableTypes(allowed: readonly VolumeType[]): string {
  if (allowed.length === 0) return 'None of the volume types available to your project is suitable.'
  const shown = allowed.slice(0, shownMax).map(({ name }) => name)
  const more = allowed.length > shownMax ? `, and ${allowed.length - shownMax} more` : ''
  return `Suitable volume types: ${shown.join(', ')}${more}.`
}

const reasonWords: Readonly<Record<VolumeTypeReason['code'], (version: string) => string>> = {
  not_associated: version => `It is not on the list of ${version}.`,
  unknown: () => 'No volume type with this name or id was found.',
  not_given: () => 'The request does not specify a volume type.',
  none_left: version =>
    `None of the volume types on the list of ${version} is available to your project; contact your cloud operator.`,
}

const data = ({ reasons, allowed }: CreateFacts) => ({
  reasons,
  allowed_volume_types: allowed.slice(0, dataMax).map(({ id, name }) => ({ id, name })),
})

const why = ({ reasons, named }: CreateFacts) =>
  reasons.map(({ code }) => reasonWords[code](versionWords(named))).join(' ')

export const volumeTypeRefusal = refusals({
  volume_type_not_supported: {
    status: 400,
    words: (f: CreateFacts) =>
      `The volume type ${f.volumeType} is not valid for datastore version ${f.versionId}. ${why(f)} ${suitableTypes(f.allowed)}`,
    data,
  },
  volume_type_not_given: {
    status: 400,
    words: (f: CreateFacts) =>
      `Only specific volume types are allowed for a datastore version ${f.versionId}. You must specify a valid volume type. ${suitableTypes(f.allowed)}`,
    data,
  },
  no_volume_type_left: {
    status: 400,
    words: (f: CreateFacts) => `No valid volume types could be found for datastore version ${f.versionId}. ${why(f)}`,
    data,
  },
  /**
   * For a type that is part of the URL. The sentence is from when Trove listed types (trove@6103544
   * volume_type/models.py).
   */
  volume_type_unknown: {
    status: 404,
    words: (f: { volumeType: string; alternatives: Alternatives }) =>
      notFound(`Resource ${f.volumeType} cannot be found.`, f.volumeType, f.alternatives),
  },
  volume_type_already_associated: {
    status: 400,
    words: (f: { volumeType: string; versionId: string; stored: string }) =>
      `Datastore version ${f.versionId} and volume-type ${f.volumeType} mapping already exists${
        f.stored === f.volumeType
          ? ''
          : ` as '${f.stored}', which is the same for databases that ignore case, accents and trailing spaces`
      }.`,
    hint: () =>
      'Nothing was changed. `trove-manage datastore_version_volume_type_list` shows the associated volume types.',
  },
  volume_type_not_associated: {
    status: 404,
    words: (f: {
      volumeType: string
      versionId: string
      named: NamedVersion | undefined
      alternatives: Alternatives
    }) =>
      `The volume type ${f.volumeType} is not valid for datastore version ${f.versionId}. ${reasonWords.not_associated(versionWords(f.named))} ${alternativesWords([f.volumeType], f.alternatives)}`,
    hint: f => (f.volumeType.includes(',') ? 'Specify one volume type at a time.' : 'Nothing was changed.'),
  },
  volume_types_to_associate_unknown: {
    status: 400,
    words: (f: { volumeTypes: readonly string[]; alternatives: Alternatives }) =>
      `Unknown volume type${f.volumeTypes.length === 1 ? '' : 's:'} ${f.volumeTypes.map(type => `'${type}'`).join(', ')}. ${alternativesWords(f.volumeTypes, f.alternatives)}`,
    hint: () =>
      'Nothing was changed. `trove-manage volume_type_list` shows the volume types. --no-check skips this check.',
  },
  volume_type_unusable: {
    status: 400,
    words: (f: { volumeType: string; problem: string }) => `Invalid volume type '${f.volumeType}': it ${f.problem}.`,
  },
  no_volume_types: {
    status: 400,
    words: (_: Record<string, never>) => 'At least one volume type is required.',
    hint: () => 'Specify one or more names or ids, separated by commas: fast,slow.',
  },
})
